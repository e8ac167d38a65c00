using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace Matchbox.Core.Catalogs.Selection;

/// <summary>
/// A group's selectors and conditions in one list, with what its place in the order needs: made once for each group, since every
/// snapshot of the catalog orders them anew.
/// </summary>
internal sealed class GroupRules : IComparable<GroupRules>
{
    private readonly int _priority;
    private readonly byte[] _orderText;

    public GroupRules(Group group)
    {
        _priority = group.Priority;
        var rules = new GroupRule[group.Selector.Count + group.Match.Count];
        var at = 0;
        foreach (var (label, value) in group.Selector)
        {
            rules[at++] = new GroupRule(new LabelName(label, false), new LabelCondition.Equal(value));
        }
        foreach (var (label, condition) in group.Match)
        {
            rules[at++] = new GroupRule(new LabelName(label, label == LabelName.Source), condition);
        }
        All = ImmutableCollectionsMarshal.AsImmutableArray(rules);
        _orderText = OrderTextOf(rules);
        Identity = IdentityOf(rules);
        Keys = KeysOf(rules);
        KeySet = string.Join(',', Keys.Select(key => key.Label.Identity));
    }

    /// <summary>Selectors in the order of their labels, then the conditions of <c>match</c> in that of theirs.</summary>
    public ImmutableArray<GroupRule> All { get; }

    /// <summary>The rules by whose values the index finds the group: all equalities and the first list of values, ordered by label.</summary>
    public ImmutableArray<GroupRule> Keys { get; }

    /// <summary>Equal for groups whose <see cref="Keys"/> are about the same labels.</summary>
    public string KeySet { get; }

    /// <summary>Equal for groups whose rules are the same set.</summary>
    public string Identity { get; }

    /// <summary>All of them hold.</summary>
    public bool Hold(in LabelSet labels)
    {
        foreach (var rule in All)
        {
            if (!rule.Condition.Holds(labels[rule.Label]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>
    /// Who comes first: the higher priority, then more rules, then the text <c>k1=v1,k2=v2</c> descending by octets, its pairs
    /// sorted by octets (poseidon/matchbox's rule, which knows no priorities and only equality).
    /// </summary>
    public int CompareTo(GroupRules? other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var order = other._priority.CompareTo(_priority);
        order = order != 0 ? order : other.All.Length.CompareTo(All.Length);
        return order != 0 ? order : other._orderText.AsSpan().SequenceCompareTo(_orderText);
    }

    /// <summary>Neither comes first, and whoever is selected by one is selected by the other.</summary>
    public bool TiesWith(GroupRules other) => CompareTo(other) == 0 && string.Equals(Identity, other.Identity, StringComparison.Ordinal);

    private static byte[] OrderTextOf(GroupRule[] rules)
    {
        var pairs = new byte[rules.Length][];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = Encoding.UTF8.GetBytes(rules[i].Label.Text + rules[i].Condition.OrderText);
        }
        if (pairs.Length < 2)
        {
            return pairs.Length == 0 ? [] : pairs[0];
        }
        Array.Sort(pairs, static (one, other) => one.AsSpan().SequenceCompareTo(other));
        var text = new List<byte>();
        foreach (var pair in pairs)
        {
            if (text.Count > 0)
            {
                text.Add((byte)',');
            }
            text.AddRange(pair);
        }
        return [.. text];
    }

    private static string IdentityOf(GroupRule[] rules) =>
        string.Join('\n', rules.Select(rule => rule.Label.Identity + rule.Condition.Identity).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static ImmutableArray<GroupRule> KeysOf(GroupRule[] rules)
    {
        var keys = rules.Where(rule => rule.Condition is LabelCondition.Equal).ToList();
        if (rules.FirstOrDefault(rule => rule.Condition is LabelCondition.AnyOf) is { Condition: not null } list)
        {
            keys.Add(list);
        }
        return [.. keys.OrderBy(key => key.Label.Text, StringComparer.Ordinal).ThenBy(key => key.Label.IsSource)];
    }
}

/// <summary>One thing that a group asks of a machine.</summary>
internal readonly record struct GroupRule(LabelName Label, LabelCondition Condition);
