using System.Globalization;
using System.Text;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Catalogs.Selection;

/// <summary>Selection as its description says it: order all groups, ask one after the other.</summary>
internal static class SelectionOracle
{
    public static IReadOnlyList<Group> Order(IEnumerable<Group> groups) =>
    [
        .. groups.OrderByDescending(group => group.Priority)
            .ThenByDescending(group => group.Selector.Count + group.Match.Count)
            .ThenByDescending(TextOf, Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other))),
    ];

    public static Group? Select(IEnumerable<Group> groups, Labels labels, IPv4Address source, bool strict) => Order(groups).FirstOrDefault(group =>
        group.Selector.All(pair => Same(pair.Key, labels[pair.Key], pair.Value, strict))
        && group.Match.All(pair => Holds(pair.Value, pair.Key, labels, source, strict)));

    private static bool Holds(LabelCondition condition, string label, Labels labels, IPv4Address source, bool strict)
    {
        var present = label == "address" ? !source.IsAny : labels.TryGet(label, out _);
        var value = label != "address" ? labels[label] : present ? source.ToString() : "";
        return condition switch
        {
            LabelCondition.Equal equal => Same(label, value, equal.Value, strict),
            LabelCondition.AnyOf list => list.Values.Any(one => Same(label, value, one.Value, strict)),
            LabelCondition.Prefix prefix => value.StartsWith(prefix.Start, StringComparison.Ordinal)
                || (!strict && label == "uuid" && MachineUuid.TryParse(value, out var uuid)
                    && (uuid.ToString().StartsWith(prefix.Start, StringComparison.OrdinalIgnoreCase)
                        || uuid.Swapped.ToString().StartsWith(prefix.Start, StringComparison.OrdinalIgnoreCase))),
            LabelCondition.InNetwork network => IPv4Address.TryParse(value, CultureInfo.InvariantCulture, out var address) && network.Network.Contains(address),
            LabelCondition.Not not => !Holds(not.Condition, label, labels, source, strict),
            LabelCondition.Exists exists => present == exists.Wanted,
            _ => throw new InvalidOperationException($"{condition}"),
        };
    }

    private static bool Same(string label, string value, string wanted, bool strict) =>
        value == wanted
        || (!strict && label == "uuid" && MachineUuid.TryParse(value, out var one) && MachineUuid.TryParse(wanted, out var other) && one == other);

    private static byte[] TextOf(Group group)
    {
        var pairs = group.Selector.Select(pair => $"{pair.Key}={pair.Value}")
            .Concat(group.Match.Select(pair => pair.Key + ConditionText(pair.Value)))
            .Select(Encoding.UTF8.GetBytes).ToList();
        pairs.Sort((one, other) => one.AsSpan().SequenceCompareTo(other));
        return [.. pairs.SelectMany((pair, index) => index == 0 ? pair : [(byte)',', .. pair])];
    }

    private static string ConditionText(LabelCondition condition) => condition switch
    {
        LabelCondition.Equal equal => $"={equal.Value}",
        LabelCondition.AnyOf list => $"={string.Join('|', list.Values.Select(value => value.Value).Distinct().Order(StringComparer.Ordinal))}",
        LabelCondition.Prefix prefix => $"={prefix.Start}*",
        LabelCondition.InNetwork network => $"={network.Network}",
        LabelCondition.Not not => $"!{ConditionText(not.Condition)}",
        LabelCondition.Exists { Wanted: true } => "=*",
        _ => "!=*",
    };
}
