using System.Text;
using System.Text.Json;
using Matchbox.Core.Boot;
using Matchbox.Http.Boot;

namespace Matchbox.Http.Tests.Boot;

public class ReportInjectionTests
{
    private static readonly ReportAddress Report = new("http://10.77.0.1:8080/report", "abc", BootHost.Node);

    [Theory]
    [InlineData("""{"ignition":{"version":"3.3.0"}}""", 1)]
    [InlineData("""{"ignition":{"version":"3.3.0"},"storage":{}}""", 1)]
    [InlineData("""{"ignition":{"version":"3.3.0"},"storage":null}""", 1)]
    [InlineData("""{"ignition":{"version":"3.3.0"},"storage":{"files":null}}""", 1)]
    [InlineData("""{"Ignition":{"Version":"3.3.0"},"Storage":{"Files":[{"path":"/x"}]}}""", 2)]
    public void The_file_is_added_and_nothing_else_changes(string config, int files)
    {
        using var result = JsonDocument.Parse(ReportInjection.Add(Encoding.UTF8.GetBytes(config), Report));
        var list = Member(Member(result.RootElement, "storage"), "files");
        Assert.Equal(files, list.GetArrayLength());
        var file = list[files - 1];
        Assert.Equal(ReportInjection.Path, file.GetProperty("path").GetString());
        Assert.Equal(384, file.GetProperty("mode").GetInt32());
        Assert.True(file.GetProperty("overwrite").GetBoolean());
        Assert.False(file.TryGetProperty("filesystem", out _));
        Assert.Equal(1, result.RootElement.EnumerateObject().Count(member => member.Name.Equals("storage", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Version_2_wants_a_filesystem()
    {
        using var result = JsonDocument.Parse(ReportInjection.Add(Encoding.UTF8.GetBytes("""{"ignition":{"version":"2.3.0"}}"""), Report));
        Assert.Equal("root", result.RootElement.GetProperty("storage").GetProperty("files")[0].GetProperty("filesystem").GetString());
    }

    [Theory]
    [InlineData("""{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"/etc/matchbox/report.json"}]}}""")]
    [InlineData("""{"ignition":{}}""")]
    [InlineData("""{"ignition":{"version":"3.3.0"},"storage":[]}""")]
    [InlineData("""{"ignition":{"version":"3.3.0"},"ignition":{"version":"3.3.0"}}""")]
    [InlineData("not json")]
    public void What_writes_the_path_itself_or_is_no_config_stays_as_it_is(string config)
    {
        var octets = Encoding.UTF8.GetBytes(config);
        Assert.Equal(octets, ReportInjection.Add(octets, Report).ToArray());
    }

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.EnumerateObject().Single(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
