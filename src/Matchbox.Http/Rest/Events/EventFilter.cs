using System.Collections.Frozen;
using System.Text.Json;
using Matchbox.Core.Access;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Rest;

/// <summary>Which events somebody wants: of one machine or of all, of some kinds or of all.</summary>
internal sealed record EventFilter(string? Machine, FrozenSet<EventKind>? Kinds)
{
    private static readonly FrozenDictionary<string, EventKind> Names =
        Enum.GetValues<EventKind>().ToFrozenDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>A kind as the API writes it, such as <c>install-started</c>.</summary>
    public static string NameOf(EventKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    /// <summary>The kind of that name; null: none of ours.</summary>
    public static EventKind? KindOf(string name) => Names.TryGetValue(name, out var kind) ? kind : null;

    /// <exception cref="ProblemException">A kind is none of ours.</exception>
    public static EventFilter Of(string? machine, IEnumerable<string?> kinds)
    {
        var wanted = new HashSet<EventKind>();
        foreach (var name in kinds)
        {
            wanted.Add(name is not null && Names.TryGetValue(name, out var kind) ? kind
                : throw new ProblemException(ProblemKind.InvalidRequest, $"'{name}' is no kind of event: {string.Join(", ", Names.Keys.Order(StringComparer.Ordinal))}"));
        }
        return new EventFilter(machine, wanted.Count == 0 ? null : wanted.ToFrozenSet());
    }

    public bool Wants(ApplianceEvent happened) => (Machine is null || happened.Machine == Machine) && (Kinds is null || Kinds.Contains(happened.Kind));
}

/// <summary>Who may see which event.</summary>
internal static class EventRights
{
    /// <summary>What concerns no machine, or one that was removed, is for those who may see all.</summary>
    public static bool MaySee(this HttpContext context, MachineRegistry machines, ApplianceEvent happened) =>
        context.User.MayEverywhere(Role.Viewer)
        || (happened.Machine is { } id && machines.Find(id) is { } machine && context.User.May(Role.Viewer, machine.Labels));
}
