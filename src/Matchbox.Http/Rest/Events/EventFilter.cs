using System.Collections.Frozen;
using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Matchbox.Core.Access;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;

namespace Matchbox.Http.Rest;

/// <summary>Which events somebody wants: of one machine or of all, of some kinds or of all, those with some words or all.</summary>
/// <param name="Machine">Id of the machine.</param>
/// <param name="Kinds">Any of them.</param>
/// <param name="Words">All of them stand somewhere in the event's text, its machine's id or its details; case does not count.</param>
internal sealed record EventFilter(string? Machine, FrozenSet<EventKind>? Kinds, IReadOnlyList<string> Words)
{
    private const int MaxText = 256;

    private static readonly FrozenDictionary<string, EventKind> Names =
        Enum.GetValues<EventKind>().ToFrozenDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>A kind as the API writes it, such as <c>install-started</c>.</summary>
    public static string NameOf(EventKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    /// <summary>The kind of that name; null: none of ours.</summary>
    public static EventKind? KindOf(string name) => Names.TryGetValue(name, out var kind) ? kind : null;

    /// <exception cref="ProblemException">A kind is none of ours.</exception>
    public static EventFilter Of(string? machine, IEnumerable<string?> kinds, string? text = null)
    {
        if (text?.Length > MaxText)
        {
            throw new ProblemException(ProblemKind.InvalidRequest, string.Create(CultureInfo.InvariantCulture, $"'text' has at most {MaxText} characters"));
        }
        var wanted = new HashSet<EventKind>();
        foreach (var name in kinds)
        {
            wanted.Add(name is not null && Names.TryGetValue(name, out var kind) ? kind
                : throw new ProblemException(ProblemKind.InvalidRequest, $"'{name}' is no kind of event: {string.Join(", ", Names.Keys.Order(StringComparer.Ordinal))}"));
        }
        return new EventFilter(machine, wanted.Count == 0 ? null : wanted.ToFrozenSet(), (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    public bool Wants(ApplianceEvent happened) =>
        (Machine is null || happened.Machine == Machine) && (Kinds is null || Kinds.Contains(happened.Kind)) && Words.All(word => Has(happened, word));

    private static bool Has(ApplianceEvent happened, string word) =>
        Has(happened.Text, word) || (happened.Machine is { } machine && Has(machine, word)) || happened.Data.Values.Any(value => Has(value, word));

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Who may see which event.</summary>
internal static class EventRights
{
    /// <summary>What concerns no machine, or one that was removed, is for those who may see all.</summary>
    public static bool MaySee(this ClaimsPrincipal user, MachineRegistry machines, ApplianceEvent happened) =>
        user.MayEverywhere(Role.Viewer)
        || (happened.Machine is { } id && machines.Find(id) is { } machine && user.May(Role.Viewer, machine.Labels));
}
