using Matchbox.Core.Catalogs;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Catalogs.Selection;

public class GroupConditionTests
{
    [Theory]
    [InlineData("""{"mac": "52-54-00-12-34-56"}""", "mac=52:54:00:12:34:56", true)]
    [InlineData("""{"mac": ["5254.0012.3456", "52:54:00:00:00:01"]}""", "mac=52:54:00:12:34:56", true)]
    [InlineData("""{"mac": ["52:54:00:00:00:02", "52:54:00:00:00:01"]}""", "mac=52:54:00:12:34:56", false)]
    [InlineData("""{"mac": {"prefix": "52-54-00-1"}}""", "mac=52:54:00:12:34:56", true)]
    [InlineData("""{"MAC": {"prefix": "5254.001"}}""", "MAC=52:54:00:12:34:56", true)]
    [InlineData("""{"mac": {"prefix": "525400"}}""", "mac=52:54:00:12:34:56", true)]
    [InlineData("""{"mac": {"prefix": "52:54:01:"}}""", "mac=52:54:00:12:34:56", false)]
    [InlineData("""{"uuid": {"prefix": "A7D8E716"}}""", "uuid=16e7d8a7-bfa9-428b-9117-363341bb330b", true)]
    [InlineData("""{"ip": {"cidr": "10.0.7.0/24"}}""", "ip=10.0.7.200", true)]
    [InlineData("""{"ip": {"cidr": "10.0.7.0/24"}}""", "ip=10.0.8.1", false)]
    [InlineData("""{"ip": {"cidr": "0.0.0.0/0"}}""", "", false)]
    [InlineData("""{"rack": {"not": ["b7", "b8"]}}""", "rack=b9", true)]
    [InlineData("""{"rack": {"not": ["b7", "b8"]}}""", "rack=b8", false)]
    [InlineData("""{"rack": {"not": "b7"}}""", "", true)]
    [InlineData("""{"rack": {"not": {"not": "b7"}}}""", "rack=b7", true)]
    [InlineData("""{"rack": {"exists": true}}""", "rack=", true)]
    [InlineData("""{"rack": {"exists": true}}""", "", false)]
    [InlineData("""{"rack": {"exists": false}}""", "", true)]
    [InlineData("""{"rack": ""}""", "", true)]
    [InlineData("""{"address": {"cidr": "10.9.0.0/16"}}""", "", true)]
    [InlineData("""{"address": {"not": {"cidr": "10.9.0.0/16"}}}""", "address=1.1.1.1", false)]
    public void Conditions_say_whom_a_group_selects(string match, string label, bool selected)
    {
        var labels = new Labels();
        if (label.Split('=') is [var key, var value])
        {
            labels.Add(key, value);
        }
        var reading = Read($$"""{"id": "g", "match": {{match}}}""");
        Assert.Empty(reading.Faults.Where(fault => !fault.What.Contains("profile", StringComparison.Ordinal)));
        Assert.Equal(selected, reading.Catalog.Select(labels, IPv4Address.Parse("10.9.1.2")) is not null);
    }

    [Theory]
    [InlineData("\"match\": 5", 1, 22)]
    [InlineData("\"match\": {\"a\": 5}", 1, 28)]
    [InlineData("\"match\": {\"a\": {}}", 1, 28)]
    [InlineData("\"match\": {\"a\": {\"prefix\": \"x\", \"not\": \"y\"}}", 1, 28)]
    [InlineData("\"match\": {\"a\": {\"regex\": \"x\"}}", 1, 29)]
    [InlineData("\"match\": {\"a\": {\"prefix\": 7}}", 1, 39)]
    [InlineData("\"match\": {\"a\":\n {\"cidr\": \"10.0.0.0\"}}", 2, 11)]
    [InlineData("\"match\": {\"a\": {\"exists\": \"true\"}}", 1, 39)]
    [InlineData("\"match\": {\"a\": []}", 1, 28)]
    [InlineData("\"match\": {\"a\": [\"x\", 7]}", 1, 34)]
    [InlineData("\"match\": {\"mac\": \"zz\"}", 1, 30)]
    [InlineData("\"match\": {\"mac\": {\"prefix\": \"52:5g\"}}", 1, 41)]
    [InlineData("\"match\": {\"mac\": {\"prefix\": \"5:2\"}}", 1, 41)]
    [InlineData("\"match\": {\"mac\": {\"prefix\": \"52:54-00\"}}", 1, 41)]
    [InlineData("\"match\": {\"a\": {\"not\": {\"not\": {\"not\": {\"not\": {\"not\": {\"not\": {\"not\": {\"not\": {\"not\": \"x\"}}}}}}}}}}", 1, 100)]
    [InlineData("\"priority\": \"7\"", 1, 25)]
    [InlineData("\"priority\": 7.5", 1, 25)]
    [InlineData("\"priority\": 3000000000", 1, 25)]
    public void A_wrong_condition_is_told_with_its_place(string member, int line, int column)
    {
        var fault = Assert.Single(Read($$"""{"id": "g", {{member}}}""").Faults);
        Assert.Equal(("groups/g.json", line, column), (fault.File, fault.Line, fault.Column));
        Assert.NotEmpty(fault.Mend);
    }

    [Fact]
    public void A_priority_goes_before_the_number_of_selectors()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/many.json", """{"id": "many", "selector": {"a": "1", "b": "2"}}""")
            .Write("groups/first.json", """{"id": "first", "priority": 10, "selector": {"a": "1"}}""")
            .Write("groups/match.json", """{"id": "match", "match": {"a": ["1"], "b": {"exists": true}, "c": {"exists": false}}}""");
        Assert.Equal(["first", "match", "many"], CatalogFolder.Read(folder.Path).Catalog.Groups.Select(group => group.Id));
    }

    [Fact]
    public void Groups_that_tie_are_noted_and_the_first_by_file_name_is_used()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/b.json", """{"id": "one", "selector": {"mac": "52:54:00:00:00:01"}}""")
            .Write("groups/a.json", """{"id": "two", "selector": {"mac": "52-54-00-00-00-01"}}""")
            .Write("groups/c.json", """{"id": "three", "match": {"mac": ["52:54:00:00:00:01"]}}""")
            .Write("groups/d.json", """{"id": "four", "priority": 1, "match": {"mac": ["52:54:00:00:00:01"]}}""")
            .Write("groups/e.json", """{"id": "five", "match": {"rack": {"prefix": "b"}}}""")
            .Write("groups/f.json", """{"id": "six", "match": {"rack": {"prefix": "b7"}}}""");
        var reading = CatalogFolder.Read(folder.Path);

        Assert.Equal(["two", "one", "three"], Assert.Single(reading.Catalog.Ties).Select(group => group.Id));
        Assert.Single(reading.Notes, note => note.Contains("only two, the first", StringComparison.Ordinal));
        Assert.Equal(["two", "three"], reading.Catalog.TiesWith(reading.Catalog.Groups.Single(group => group.Id == "one")).Select(group => group.Id));
    }

    private static CatalogReading Read(string group)
    {
        using var folder = new TemporaryFolder().Write("groups/g.json", group);
        return CatalogFolder.Read(folder.Path);
    }
}
