using System.Collections.Immutable;

namespace Matchbox.Core.Catalogs.Selection;

/// <summary>Why a machine gets the group that it gets.</summary>
/// <param name="Winner">The group that selects it; null: none does.</param>
/// <param name="Others">The other groups that came nearest: those that would select it too in their order, then by how few rules failed.</param>
/// <param name="Rest">How many more there are, by their reason: <c>outranked</c>, or the label of the first rule that failed.</param>
/// <param name="Groups">How many groups were asked.</param>
public sealed record Explanation(
    Group? Winner, ImmutableArray<GroupVerdict> Others, ImmutableSortedDictionary<string, int> Rest, int Groups)
{
    /// <summary>The key of <see cref="Rest"/> for groups that would select the machine too.</summary>
    public const string Outranked = "outranked";
}

/// <summary>Why a group does not select a machine. A closed set.</summary>
public abstract record GroupVerdict
{
    private GroupVerdict(Group group) => Group = group;

    public Group Group { get; }

    /// <summary>It would, and another comes first.</summary>
    public sealed record Outranked(Group Loser, Group By, string Why) : GroupVerdict(Loser);

    /// <summary>A rule of it does not hold; the first that does not.</summary>
    /// <param name="Loser">The group.</param>
    /// <param name="Label">Which label it is about.</param>
    /// <param name="Wanted">What was wanted of it, in words that follow the label.</param>
    /// <param name="Had">Its value; null: the machine has no such label.</param>
    /// <param name="Failing">How many of the rules do not hold.</param>
    public sealed record Failed(Group Loser, string Label, string Wanted, string? Had, int Failing) : GroupVerdict(Loser);
}
