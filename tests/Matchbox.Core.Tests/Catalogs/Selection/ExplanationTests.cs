using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Catalogs.Selection;

public class ExplanationTests
{
    [Fact]
    public void Each_other_group_says_what_did_not_fit_or_who_comes_first()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/a.json", """{"id": "own", "selector": {"mac": "52:54:00:00:00:01"}}""")
            .Write("groups/b.json", """{"id": "twin", "selector": {"mac": "52:54:00:00:00:01"}}""")
            .Write("groups/c.json", """{"id": "everybody"}""")
            .Write("groups/d.json", """{"id": "late", "priority": -1, "match": {"mac": {"prefix": "52:54"}, "rack": {"exists": false}}}""")
            .Write("groups/e.json", """{"id": "net", "match": {"address": {"cidr": "10.9.0.0/16"}, "rack": ["b7", "b8"]}}""")
            .Write("groups/f.json", """{"id": "other", "selector": {"mac": "52:54:00:00:00:02"}}""");
        var explained = CatalogFolder.Read(folder.Path).Catalog.Explain(new Labels { { "mac", "52-54-00-00-00-01" } }, IPv4Address.Parse("10.7.0.1"));

        Assert.Equal("own", explained.Winner!.Id);
        Assert.Equal(["twin", "everybody", "late", "other", "net"], explained.Others.Select(other => other.Group.Id));
        Assert.Equal("they tie, and its file comes first by name", Assert.IsType<GroupVerdict.Outranked>(explained.Others[0]).Why);
        Assert.Equal("it has 1 selectors and conditions, not 0", Assert.IsType<GroupVerdict.Outranked>(explained.Others[1]).Why);
        Assert.Equal("its priority is 0, not -1", Assert.IsType<GroupVerdict.Outranked>(explained.Others[2]).Why);
        var other = Assert.IsType<GroupVerdict.Failed>(explained.Others[3]);
        Assert.Equal(("mac", "is \"52:54:00:00:00:02\"", "52:54:00:00:00:01", 1), (other.Label, other.Wanted, other.Had, other.Failing));
        var net = Assert.IsType<GroupVerdict.Failed>(explained.Others[4]);
        Assert.Equal(("address", "is an address in 10.9.0.0/16", "10.7.0.1", 2), (net.Label, net.Wanted, net.Had, net.Failing));
    }

    [Fact]
    public void Of_many_groups_the_nearest_are_told_and_the_rest_is_counted()
    {
        var groups = Enumerable.Range(0, 10_000).Select(i => new Group { Id = $"{i}", Selector = Empty.Add("mac", $"m{i}") })
            .Concat(Enumerable.Range(0, 30).Select(i => new Group { Id = $"default{i}" }));
        var explained = new Catalog(groups, [], []).Explain(new Labels { { "os", "x" } }, most: 5);

        Assert.Equal("default0", explained.Winner!.Id);
        Assert.Equal(["default1", "default2", "default3", "default4", "default5"], explained.Others.Select(other => other.Group.Id));
        Assert.Equal([KeyValuePair.Create("mac", 10_000), KeyValuePair.Create("outranked", 24)], explained.Rest);
        Assert.Equal(10_030, explained.Groups);
    }

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, string> Empty =>
        System.Collections.Immutable.ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
