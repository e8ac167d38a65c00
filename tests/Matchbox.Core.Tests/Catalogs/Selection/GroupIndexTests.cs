using System.Collections.Immutable;
using System.Diagnostics;
using CsCheck;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Catalogs.Selection;

public class GroupIndexTests
{
    private const string Uuid = "16e7d8a7-bfa9-428b-9117-363341bb330b";

    private static readonly Gen<string> Label = OneOf("mac", "MAC", "uuid", "os", "a", "a-b", "address", "Z");

    private static readonly Gen<string> Value = OneOf(
        "", "1", "2", "1,b=2", "52:54:00:00:00:01", "52:54:00:00:00:02", Uuid, "A7D8E716-A9BF-8B42-9117-363341BB330B", "{16e7d8a7bfa9428b9117363341bb330b}",
        "10.0.7.9", "\uFFFD", "\U0001F600", "x");

    private static readonly Gen<LabelCondition> Simple = Gen.OneOf<LabelCondition>(
        Value.Select(value => (LabelCondition)new LabelCondition.Equal(value)),
        Value.Array[1, 3].Select(values => (LabelCondition)new LabelCondition.AnyOf([.. values.Select(value => new LabelCondition.Equal(value))])),
        OneOf("", "1", "52:54", "A7D8", "16e7", "10.").Select(start => (LabelCondition)new LabelCondition.Prefix(start)),
        OneOf("10.0.7.0/24", "0.0.0.0/0").Select(network => (LabelCondition)new LabelCondition.InNetwork(IPv4Network.Parse(network))),
        Gen.Bool.Select(wanted => (LabelCondition)new LabelCondition.Exists(wanted)));

    private static readonly Gen<LabelCondition> Condition = Gen.Frequency((4, Simple), (1, Simple.Select(inner => (LabelCondition)new LabelCondition.Not(inner))));

    private static readonly Gen<Group> AnyGroup = Gen.Select(
        Gen.Select(Label, Value).Array[0, 3], Gen.Frequency((2, Gen.Const(Array.Empty<(string, LabelCondition)>())), (1, Gen.Select(Label, Condition).Array[0, 2])),
        Gen.Frequency((4, Gen.Const(0)), (1, Gen.Int[-1, 2])),
        (selector, match, priority) => new Group
        {
            Id = "g",
            Selector = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal).SetItems(selector.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))),
            Match = ImmutableSortedDictionary<string, LabelCondition>.Empty.WithComparers(StringComparer.Ordinal).SetItems(match.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))),
            Priority = priority,
        });

    private static readonly Gen<Labels> AnyLabels = Gen.Select(Label, Value).Array[0, 5].Select(pairs =>
    {
        var labels = new Labels();
        foreach (var (key, value) in pairs)
        {
            labels.Add(key, value);
        }
        return labels;
    });

    [Fact]
    public void The_index_selects_what_a_walk_over_all_groups_selects() =>
        Gen.Select(AnyGroup.Array[0, 12], AnyLabels, OneOf("0.0.0.0", "10.0.7.9", "10.0.8.1"), Gen.Bool).Sample((groups, labels, address, strict) =>
        {
            var source = IPv4Address.Parse(address);
            var catalog = new Catalog(groups, [], [], strict: strict);
            Assert.Same(SelectionOracle.Select(groups, labels, source, strict), catalog.Select(labels, source));
        }, iter: 20_000);

    [Fact]
    public void The_order_is_upstreams_and_of_equals_that_of_the_files() =>
        AnyGroup.Array[0, 12].Sample(groups => Assert.Equal(SelectionOracle.Order(groups), new Catalog(groups, [], []).Groups), iter: 5_000);

    [Fact]
    public void Groups_tie_when_their_rules_are_the_same_set_at_the_same_place() => AnyGroup.Array[0, 12].Sample(groups =>
    {
        var catalog = new Catalog(groups, [], []);
        foreach (var group in groups)
        {
            var ties = catalog.TiesWith(group);
            Assert.All(ties, other => Assert.Equal((group.Priority, group.Selector.Count + group.Match.Count), (other.Priority, other.Selector.Count + other.Match.Count)));
            Assert.Equal(ties.IsEmpty, !catalog.Ties.Any(tie => tie.Contains(group)));
        }
    }, iter: 5_000);

    // The pairs are sorted, not the labels: '-' comes before '='.
    [Fact]
    public void Pairs_of_a_selector_are_sorted_as_upstream_sorts_them()
    {
        var groups = new[] { Of(("a", "1"), ("a-b", "2")), Of(("a", "0"), ("b", "9")) };
        Assert.Equal([groups[0], groups[1]], new Catalog(groups, [], []).Groups.Reverse());
    }

    [Theory]
    [InlineData(Uuid, true)]
    [InlineData("16E7D8A7-BFA9-428B-9117-363341BB330B", false)]
    [InlineData("a7d8e716-a9bf-8b42-9117-363341bb330b", false)]
    public void In_strict_mode_a_uuid_equals_only_its_own_text(string asked, bool selected)
    {
        Group[] groups = [Of(("uuid", Uuid))];
        var labels = new Labels { { "uuid", asked } };
        Assert.NotNull(new Catalog(groups, [], []).Select(labels));
        Assert.Equal(selected, new Catalog(groups, [], [], strict: true).Select(labels) is not null);
    }

    [Fact]
    public void An_address_in_the_query_is_no_source_address()
    {
        var group = new Group { Id = "g", Match = Of("address", new LabelCondition.InNetwork(IPv4Network.Parse("10.0.7.0/24"))) };
        var catalog = new Catalog([group], [], []);
        Assert.Null(catalog.Select(new Labels { { "address", "10.0.7.1" } }));
        Assert.Same(group, catalog.Select([], IPv4Address.Parse("10.0.7.1")));
        Assert.False(group.IsDefault);
    }

    [Fact]
    public void A_group_after_another_of_ten_thousand_is_found_without_asking_them_all()
    {
        var groups = Enumerable.Range(0, 10_000).Select(i => Of(("mac", $"52:54:00:00:{i >> 8:x2}:{i & 255:x2}"))).Append(Of()).ToArray();
        var catalog = new Catalog(groups, [], []);
        Labels[] machines = [.. Enumerable.Range(0, 10_000).Select(i => new Labels { { "mac", $"52:54:00:00:{i >> 8:x2}:{i & 255:x2}" } })];
        var watch = Stopwatch.StartNew();
        Assert.All(machines.Index(), machine => Assert.Same(groups[machine.Index], catalog.Select(machine.Item)));
        Assert.Same(groups[^1], catalog.Select([]));
        // A walk takes minutes.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Group Of(params (string Key, string Value)[] selector) => new()
    {
        Id = string.Join(',', selector),
        Selector = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal)
            .AddRange(selector.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))),
    };

    private static ImmutableSortedDictionary<string, LabelCondition> Of(string label, LabelCondition condition) =>
        ImmutableSortedDictionary<string, LabelCondition>.Empty.Add(label, condition);
}
