using System.Numerics;

namespace Matchbox.Core.Catalogs.Selection;

/// <summary>
/// Groups that want the same labels to be equal to something, found by a hash over the values: one sorted array of hashes, each with
/// the place in the order of a group that has it. Immutable.
/// </summary>
internal sealed class GroupKeySet
{
    private readonly LabelName[] _labels;

    // The hash in the upper half, the rank in the lower: groups of one hash stand in their order.
    private readonly ulong[] _entries;

    // Where the hashes with the same highest bits begin: some four of them.
    private readonly int[] _starts;
    private readonly int _shift;

    private GroupKeySet(LabelName[] labels, ulong[] entries)
    {
        (_labels, _entries) = (labels, entries);
        var bits = Math.Max(0, BitOperations.Log2((uint)entries.Length) - 2);
        _shift = 64 - bits;
        _starts = new int[1 << bits];
        First = int.MaxValue;
        for (int at = entries.Length - 1, bucket = _starts.Length - 1; at >= 0; at--)
        {
            First = Math.Min(First, RankOf(entries[at]));
            for (; bucket > BucketOf(entries[at]); bucket--)
            {
                _starts[bucket] = at + 1;
            }
        }
    }

    /// <summary>The best rank in it.</summary>
    public int First { get; }

    /// <summary>The key set of groups whose keys are about the same labels.</summary>
    /// <param name="groups">Rules and ranks of one at least.</param>
    /// <param name="exact">A UUID equals only its own text.</param>
    public static GroupKeySet Of(IReadOnlyList<(GroupRules Rules, int Rank)> groups, bool exact) =>
        new([.. groups[0].Rules.Keys.Select(key => key.Label)], Entries(groups, exact));

    /// <summary>This key set when ranks have moved, groups have gone and others have come; null when none is left.</summary>
    /// <param name="moved">The new rank of each old one; -1: that group is gone.</param>
    /// <param name="added">Rules and new ranks of those that came.</param>
    /// <param name="exact">A UUID equals only its own text.</param>
    public GroupKeySet? With(int[] moved, IReadOnlyList<(GroupRules Rules, int Rank)> added, bool exact)
    {
        var news = Entries(added, exact);
        var entries = new ulong[_entries.Length + news.Length];
        var (count, next) = (0, 0);
        // Ranks move without overtaking each other, so what was sorted stays it.
        foreach (var old in _entries)
        {
            if (moved[RankOf(old)] is >= 0 and var rank)
            {
                var entry = Entry((uint)(old >> 32), rank);
                while (next < news.Length && news[next] < entry)
                {
                    entries[count++] = news[next++];
                }
                entries[count++] = entry;
            }
        }
        while (next < news.Length)
        {
            entries[count++] = news[next++];
        }
        Array.Resize(ref entries, count);
        return count == 0 ? null : new GroupKeySet(_labels, entries);
    }

    /// <summary>The rank of the first group that selects the machine, if it is better than <paramref name="best"/>, else that.</summary>
    public int Find(in LabelSet set, GroupRules[] rules, int best)
    {
        var hash = 0;
        foreach (ref readonly var label in _labels.AsSpan())
        {
            hash = HashCode.Combine(hash, set[label].Hash);
        }
        var entries = _entries;
        for (var at = _starts[BucketOf(Entry((uint)hash, 0))]; at < entries.Length && entries[at] >> 32 <= (uint)hash; at++)
        {
            if (entries[at] >> 32 < (uint)hash)
            {
                continue;
            }
            var rank = RankOf(entries[at]);
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

    // A shift by all 64 bits would be one by none.
    private int BucketOf(ulong entry) => (int)(entry >> 1 >> (_shift - 1));

    private static ulong[] Entries(IReadOnlyList<(GroupRules Rules, int Rank)> groups, bool exact)
    {
        var entries = new List<ulong>(groups.Count);
        foreach (var (rules, rank) in groups)
        {
            // A list stands there with each of its values.
            if (rules.Keys.FirstOrDefault(key => key.Condition is LabelCondition.AnyOf).Condition is LabelCondition.AnyOf list)
            {
                entries.AddRange(list.Values.Select(value => Entry((uint)HashOf(rules, exact, value), rank)));
            }
            else
            {
                entries.Add(Entry((uint)HashOf(rules, exact, null), rank));
            }
        }
        ulong[] sorted = [.. entries];
        Array.Sort(sorted);
        return sorted;
    }

    private static ulong Entry(uint hash, int rank) => (ulong)hash << 32 | (uint)rank;

    private static int RankOf(ulong entry) => (int)(uint)entry;

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
