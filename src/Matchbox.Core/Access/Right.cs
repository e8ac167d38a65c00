using System.Collections.Immutable;

namespace Matchbox.Core.Access;

/// <summary>A role, everywhere or for the machines of a selector. Written <c>operator</c> or <c>operator:rack=b7</c>.</summary>
public sealed record Right(Role Role, LabelSelector Where)
{
    /// <summary>The most rights of one principal.</summary>
    public const int Most = 32;

    /// <summary>Everything, everywhere.</summary>
    public static readonly Right Admin = new(Role.Admin, LabelSelector.Everything);

    /// <summary>Holds for every machine, and for what belongs to no machine.</summary>
    public bool IsEverywhere => Where.IsEverything;

    /// <summary>Reads <c>role</c> or <c>role:key=value,...</c>.</summary>
    public static bool TryParse(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Right? right)
    {
        right = null;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        Role? role = (colon < 0 ? text : text![..colon]) switch
        {
            "viewer" => Role.Viewer,
            "operator" => Role.Operator,
            "admin" => Role.Admin,
            _ => null,
        };
        if (role is not { } known || colon == text!.Length - 1 || !LabelSelector.TryParse(colon < 0 ? "" : text[(colon + 1)..], out var where))
        {
            return false;
        }
        right = new Right(known, where);
        return true;
    }

    /// <summary>Reads a list of rights; on a fault none, and the first text that is no right.</summary>
    public static bool TryParseAll(IEnumerable<string> texts, out ImmutableArray<Right> rights, out string fault)
    {
        var read = ImmutableArray.CreateBuilder<Right>();
        rights = [];
        fault = "";
        foreach (var text in texts)
        {
            if (read.Count == Most || !TryParse(text, out var right))
            {
                fault = text;
                return false;
            }
            read.Add(right);
        }
        rights = read.ToImmutable();
        return true;
    }

    public override string ToString() => $"{NameOf(Role)}{(IsEverywhere ? "" : $":{Where}")}";

    public static string NameOf(Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        _ => "admin",
    };
}
