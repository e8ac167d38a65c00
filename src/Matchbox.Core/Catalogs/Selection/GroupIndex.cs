using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Matchbox.Core.Catalogs.Selection;

/// <summary>
/// Finds the first group that selects a machine, without asking them all: groups are kept by the labels that they want to be equal
/// to something, and looked up by the machine's values of those. Only groups that want nothing to be equal are walked. Immutable.
/// </summary>
internal sealed class GroupIndex
{
    private readonly bool _exact;
    private readonly GroupRules[] _rules;
    private readonly KeySet[] _keySets;

    /// <param name="groups">Groups; of those that tie the earlier one is selected.</param>
    /// <param name="exact">A UUID equals only its own text (upstream's rule).</param>
    public GroupIndex(IEnumerable<Group> groups, bool exact)
    {
        _exact = exact;
        Group[] ordered = [.. groups];
        // The place in the list decides between equals: the sort itself is not stable.
        var places = new Place[ordered.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = new Place(ordered[i].Rules, i);
        }
        Array.Sort(places, ordered);
        _rules = new GroupRules[ordered.Length];
        for (var i = 0; i < places.Length; i++)
        {
            _rules[i] = places[i].Rules;
        }
        Ordered = ImmutableCollectionsMarshal.AsImmutableArray(ordered);
        _keySets = KeySetsOf(_rules, exact);
    }

    /// <summary>All groups; the first that selects a machine wins.</summary>
    public ImmutableArray<Group> Ordered { get; }

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
        return best == int.MaxValue ? null : Ordered[best];
    }

    /// <summary>Runs of groups that tie, each with the one that is used first.</summary>
    public ImmutableArray<ImmutableArray<Group>> Ties()
    {
        var ties = ImmutableArray.CreateBuilder<ImmutableArray<Group>>();
        for (int from = 0, to; from < _rules.Length; from = to)
        {
            for (to = from + 1; to < _rules.Length && _rules[from].CompareTo(_rules[to]) == 0; to++)
            {
            }
            if (to - from > 1)
            {
                ties.AddRange(Ordered[from..to].GroupBy(group => group.Rules.Identity, StringComparer.Ordinal)
                    .Where(same => same.Skip(1).Any()).Select(same => same.ToImmutableArray()));
            }
        }
        return ties.ToImmutable();
    }

    /// <summary>The groups that tie with this one, itself left out.</summary>
    public ImmutableArray<Group> TiesWith(Group group) => [.. Ordered.Where(other => other != group && other.Rules.TiesWith(group.Rules))];

    private static KeySet[] KeySetsOf(GroupRules[] rules, bool exact)
    {
        var keySets = new Dictionary<string, KeySet>(StringComparer.Ordinal);
        // From the last to the first: each entry is put before those that it outranks.
        for (var rank = rules.Length - 1; rank >= 0; rank--)
        {
            ref var keySet = ref CollectionsMarshal.GetValueRefOrAddDefault(keySets, rules[rank].KeySet, out _);
            keySet ??= new KeySet([.. rules[rank].Keys.Select(key => key.Label)]);
            keySet.Add(rules[rank], rank, exact);
        }
        return [.. keySets.Values.OrderBy(keySet => keySet.First)];
    }

    private readonly record struct Place(GroupRules Rules, int Index) : IComparable<Place>
    {
        public int CompareTo(Place other) => Rules.CompareTo(other.Rules) is var order and not 0 ? order : Index.CompareTo(other.Index);
    }

    /// <summary>Groups that want the same labels to be equal to something, by a hash over the values.</summary>
    private sealed class KeySet(LabelName[] labels)
    {
        private readonly Dictionary<int, int> _heads = [];
        private readonly List<(int Rank, int Next)> _entries = [];

        /// <summary>The best rank in it.</summary>
        public int First { get; private set; }

        public void Add(GroupRules rules, int rank, bool exact)
        {
            First = rank;
            var list = rules.Keys.FirstOrDefault(key => key.Condition is LabelCondition.AnyOf).Condition as LabelCondition.AnyOf;
            if (list is null)
            {
                Add(HashOf(rules, exact, null), rank);
                return;
            }
            foreach (var value in list.Values)
            {
                Add(HashOf(rules, exact, value), rank);
            }
        }

        /// <summary>The rank of the first group that selects the machine, if it is better than <paramref name="best"/>, else that.</summary>
        public int Find(in LabelSet set, GroupRules[] rules, int best)
        {
            var hash = 0;
            foreach (ref readonly var label in labels.AsSpan())
            {
                hash = HashCode.Combine(hash, set[label].Hash);
            }
            for (var at = _heads.GetValueOrDefault(hash, -1); at >= 0; at = _entries[at].Next)
            {
                var rank = _entries[at].Rank;
                if (rank >= best)
                {
                    break;
                }
                if (rules[rank].Hold(set))
                {
                    return rank;
                }
            }
            return best;
        }

        private void Add(int hash, int rank)
        {
            ref var head = ref CollectionsMarshal.GetValueRefOrAddDefault(_heads, hash, out var present);
            _entries.Add((rank, present ? head : -1));
            head = _entries.Count - 1;
        }

        // Of the list among the keys, if there is one, the chosen value.
        private static int HashOf(GroupRules rules, bool exact, LabelCondition.Equal? chosen)
        {
            var hash = 0;
            foreach (var (label, condition) in rules.Keys)
            {
                var wanted = condition as LabelCondition.Equal ?? chosen!;
                var uuid = !exact && !label.IsSource && label.Text == "uuid" ? wanted.Uuid : null;
                hash = HashCode.Combine(hash, new LabelValue(wanted.Value, true, uuid).Hash);
            }
            return hash;
        }
    }
}
