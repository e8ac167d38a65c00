using System.Collections.Immutable;
using System.Globalization;
using Matchbox.Protocols;

namespace Matchbox.Core.Catalogs.Selection;

/// <summary>Asks every group of a catalog, where selection itself looks them up. Pure.</summary>
internal static class GroupExplainer
{
    public static Explanation Explain(Catalog catalog, Labels labels, IPv4Address source, int most)
    {
        var set = new LabelSet(labels, source, catalog.IsStrict);
        var winner = catalog.Select(labels, source);
        var others = new List<(int Failing, int Rank, GroupRule Rule)>();
        for (var rank = 0; rank < catalog.Groups.Length; rank++)
        {
            if (catalog.Groups[rank] != winner)
            {
                var (failing, first) = Failing(catalog.Groups[rank].Rules, set);
                others.Add((failing, rank, first));
            }
        }
        others.Sort(static (one, other) => (one.Failing, one.Rank).CompareTo((other.Failing, other.Rank)));
        var named = others.Take(Math.Max(0, most)).Select(other => Verdict(catalog.Groups[other.Rank], other.Failing, other.Rule, winner, set)).ToImmutableArray();
        var rest = others.Skip(named.Length)
            .CountBy(other => other.Failing == 0 ? Explanation.Outranked : other.Rule.Label.Text, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
        return new Explanation(winner, named, rest, catalog.Groups.Length);
    }

    private static (int Failing, GroupRule First) Failing(GroupRules rules, in LabelSet set)
    {
        var failing = 0;
        GroupRule first = default;
        foreach (var rule in rules.All)
        {
            if (!rule.Condition.Holds(set[rule.Label]) && failing++ == 0)
            {
                first = rule;
            }
        }
        return (failing, first);
    }

    private static GroupVerdict Verdict(Group group, int failing, GroupRule rule, Group? winner, in LabelSet set)
    {
        if (failing == 0)
        {
            return new GroupVerdict.Outranked(group, winner!, Why(winner!, group));
        }
        var had = set[rule.Label];
        return new GroupVerdict.Failed(group, rule.Label.Text, rule.Condition.ToString(), had.IsPresent ? had.Text : null, failing);
    }

    // The first step of the order in which the two differ.
    private static string Why(Group winner, Group loser)
    {
        var (most, fewer) = (winner.Rules.All.Length, loser.Rules.All.Length);
        return winner.Priority != loser.Priority ? string.Create(CultureInfo.InvariantCulture, $"its priority is {winner.Priority}, not {loser.Priority}")
            : most != fewer ? string.Create(CultureInfo.InvariantCulture, $"it has {most} selectors and conditions, not {fewer}")
            : winner.Rules.CompareTo(loser.Rules) != 0 ? "of as many selectors and conditions, its text sorts later"
            : "they tie, and its file comes first by name";
    }
}
