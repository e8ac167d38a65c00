using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Core.Catalogs.Selection;

/// <summary>
/// Finds the first group that selects a machine, without asking them all: groups are kept by the labels that they want to be equal
/// to something, and looked up by the machine's values of those. Only groups that want nothing to be equal are walked. Immutable;
/// an index of a few other groups is made of copied arrays.
/// </summary>
internal sealed class GroupIndex
{
    private readonly bool _exact;
    private readonly Group[] _ordered;
    private readonly GroupRules[] _rules;                                 // of each group, beside it: what a search reads
    private readonly ImmutableSortedDictionary<string, GroupKeySet> _byKeys;
    private readonly GroupKeySet[] _keySets;                               // the best first
    private ImmutableArray<ImmutableArray<Group>> _ties;                   // default: not asked for yet

    /// <param name="groups">Groups; of those that tie the earlier one is selected.</param>
    /// <param name="exact">A UUID equals only its own text (upstream's rule).</param>
    public GroupIndex(IEnumerable<Group> groups, bool exact)
    {
        _exact = exact;
        _ordered = [.. groups];
        // The place in the list decides between equals: the sort itself is not stable.
        var places = new Place[_ordered.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = new Place(_ordered[i].Rules, i);
        }
        Array.Sort(places, _ordered);
        _rules = Array.ConvertAll(places, place => place.Rules);
        var sameKeys = new Dictionary<string, List<(GroupRules, int)>>(StringComparer.Ordinal);
        for (var rank = 0; rank < _rules.Length; rank++)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(sameKeys, _rules[rank].KeySet, out _) ??= []).Add((_rules[rank], rank));
        }
        _byKeys = sameKeys.ToImmutableSortedDictionary(same => same.Key, same => GroupKeySet.Of(same.Value, exact), StringComparer.Ordinal);
        _keySets = [.. _byKeys.Values.OrderBy(keySet => keySet.First)];
    }

    private GroupIndex(GroupIndex before, IReadOnlyCollection<Group> removed, IReadOnlyCollection<Group> added)
    {
        _exact = before._exact;
        Group[] coming = [.. added];
        Array.Sort(coming, static (one, other) => one.Rules.CompareTo(other.Rules) is var order and not 0 ? order : DocumentPath.Order.Compare(one.Path, other.Path));
        var going = removed.Select(before.RankOf).Order().ToArray();
        _ordered = new Group[before._ordered.Length - going.Length + coming.Length];
        _rules = new GroupRules[_ordered.Length];
        var moved = new int[before._ordered.Length];
        var ranks = new List<(GroupRules Rules, int Rank)>(coming.Length);
        var to = 0;
        for (int from = 0, gone = 0, come = 0; from < moved.Length || come < coming.Length;)
        {
            // Whole stretches between two places where something happens.
            var nextGone = gone < going.Length ? going[gone] : moved.Length;
            var nextCome = come < coming.Length ? before.PlaceFor(coming[come]) : moved.Length;
            var end = Math.Min(nextGone, nextCome);
            Array.Copy(before._ordered, from, _ordered, to, end - from);
            Array.Copy(before._rules, from, _rules, to, end - from);
            for (; from < end; from++, to++)
            {
                moved[from] = to;
            }
            if (come < coming.Length && nextCome == end)
            {
                (_ordered[to], _rules[to]) = (coming[come], coming[come].Rules);
                ranks.Add((_rules[to], to));
                to++;
                come++;
            }
            else if (gone < going.Length)
            {
                moved[from++] = -1;
                gone++;
            }
        }
        _byKeys = before.KeySetsWith(moved, ranks.ToLookup(group => group.Rules.KeySet, StringComparer.Ordinal));
        _keySets = [.. _byKeys.Values.OrderBy(keySet => keySet.First)];
        if (!before._ties.IsDefault)
        {
            _ties = TiesWith(before._ties, removed.Concat(added));
        }
    }

    /// <summary>All groups; the first that selects a machine wins.</summary>
    public ImmutableArray<Group> Ordered => ImmutableCollectionsMarshal.AsImmutableArray(_ordered);

    /// <summary>An index without some of these groups and with some others.</summary>
    /// <param name="removed">Groups of this index.</param>
    /// <param name="added">Groups of other documents than those that stay: among those that tie, their paths decide.</param>
    public GroupIndex With(IReadOnlyCollection<Group> removed, IReadOnlyCollection<Group> added) =>
        removed.Count == 0 && added.Count == 0 ? this : new GroupIndex(this, removed, added);

    /// <summary>The first group all of whose rules hold; null: none.</summary>
    public Group? Select(Labels labels, Protocols.IPv4Address source)
    {
        var set = new LabelSet(labels, source, _exact);
        var best = int.MaxValue;
        foreach (var keySet in _keySets)
        {
            if (keySet.First > best)
            {
                break;
            }
            best = keySet.Find(set, _rules, best);
        }
        return best == int.MaxValue ? null : _ordered[best];
    }

    /// <summary>Groups that tie, each time with the one first that is used.</summary>
    public ImmutableArray<ImmutableArray<Group>> Ties()
    {
        if (_ties.IsDefault)
        {
            var ties = ImmutableArray.CreateBuilder<ImmutableArray<Group>>();
            for (int from = 0, to; from < _rules.Length; from = to)
            {
                for (to = from + 1; to < _rules.Length && _rules[from].CompareTo(_rules[to]) == 0; to++)
                {
                }
                ties.AddRange(TiesIn((from, to)));
            }
            _ties = ties.ToImmutable();
        }
        return _ties;
    }

    /// <summary>The groups that tie with this one of them, itself left out.</summary>
    public ImmutableArray<Group> TiesWith(Group group)
    {
        var (from, to) = RunOf(group.Rules);
        return [.. _ordered[from..to].Where(other => other != group && other.Rules.TiesWith(group.Rules))];
    }

    // In the order of the index: the ties before, but for the runs in which something changed.
    private ImmutableArray<ImmutableArray<Group>> TiesWith(ImmutableArray<ImmutableArray<Group>> before, IEnumerable<Group> changed)
    {
        var runs = new SortedSet<GroupRules>(changed.Select(group => group.Rules));
        var ties = runs.SelectMany(run => TiesIn(RunOf(run))).ToArray();
        return ties.Length == 0 && !before.Any(tie => runs.Contains(tie[0].Rules))
            ? before
            : [.. before.Where(tie => !runs.Contains(tie[0].Rules)).Concat(ties).OrderBy(tie => tie[0].Rules)];
    }

    private IEnumerable<ImmutableArray<Group>> TiesIn((int From, int To) run) =>
        run.To - run.From < 2 ? [] : _ordered[run.From..run.To].GroupBy(group => group.Rules.Identity, StringComparer.Ordinal)
            .Where(same => same.Skip(1).Any()).Select(same => same.ToImmutableArray());

    private ImmutableSortedDictionary<string, GroupKeySet> KeySetsWith(int[] moved, ILookup<string, (GroupRules Rules, int Rank)> added)
    {
        var keySets = _byKeys.ToBuilder();
        foreach (var (keys, keySet) in _byKeys)
        {
            if (keySet.With(moved, [.. added[keys]], _exact) is { } left)
            {
                keySets[keys] = left;
            }
            else
            {
                keySets.Remove(keys);
            }
        }
        foreach (var news in added.Where(news => !_byKeys.ContainsKey(news.Key)))
        {
            keySets[news.Key] = GroupKeySet.Of([.. news], _exact);
        }
        return keySets.ToImmutable();
    }

    private int RankOf(Group group)
    {
        var (from, to) = RunOf(group.Rules);
        return Array.IndexOf(_ordered, group, from, to - from);
    }

    // Where the group would stand.
    private int PlaceFor(Group group)
    {
        var (from, to) = RunOf(group.Rules);
        return FirstNot(from, to, rank => DocumentPath.Order.Compare(_ordered[rank].Path, group.Path) < 0);
    }

    // The ranks of groups neither of which comes before these rules, nor behind them.
    private (int From, int To) RunOf(GroupRules rules)
    {
        var from = FirstNot(0, _rules.Length, rank => _rules[rank].CompareTo(rules) < 0);
        return (from, FirstNot(from, _rules.Length, rank => _rules[rank].CompareTo(rules) <= 0));
    }

    private static int FirstNot(int from, int to, Predicate<int> isBefore)
    {
        while (from < to)
        {
            var middle = from + (to - from) / 2;
            (from, to) = isBefore(middle) ? (middle + 1, to) : (from, middle);
        }
        return from;
    }

    private readonly record struct Place(GroupRules Rules, int Index) : IComparable<Place>
    {
        public int CompareTo(Place other) => Rules.CompareTo(other.Rules) is var order and not 0 ? order : Index.CompareTo(other.Index);
    }
}
