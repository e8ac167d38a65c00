using System.Text;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Record = Matchbox.Butane.Schema.Record;

namespace Matchbox.Butane.Tests.Ignition;

public class IgnitionVersionsTests
{
    private static Record Read(string json, out int version)
    {
        Assert.True(IgnitionReader.TryRead(Encoding.UTF8.GetBytes(json), out var document, out _, out var error), error ?? json);
        version = document.Version;
        return document.Config;
    }

    private static string Write(Record config, int version) => Encoding.UTF8.GetString(IgnitionJson.Write(config, version, pretty: false));

    private static string Upgrade(string json, int to)
    {
        var config = Read(json, out var version);
        return Write(IgnitionUpgrade.To(config, version, to), to);
    }

    [Fact]
    public void References_of_spec_3_0_become_resources() => Assert.Equal(
        """{"ignition":{"config":{"merge":[{"source":"http://a"},{}],"replace":{"source":"http://b"}},"security":{"tls":{"certificateAuthorities":[{"source":"http://c"}]}},"version":"3.1.0"},"storage":{"files":[{"path":"/a","append":[{"source":"data:,1"}],"contents":{"compression":"gzip","source":"data:,2","verification":{"hash":"sha512-"}}}]}}""",
        Upgrade(
            """{"ignition":{"config":{"merge":[{"source":"http://a"},{"source":null}],"replace":{"source":"http://b"}},"security":{"tls":{"certificateAuthorities":[{"source":"http://c"}]}},"version":"3.0.0"},"storage":{"files":[{"path":"/a","append":[{"source":"data:,1"}],"contents":{"compression":"gzip","source":"data:,2","verification":{"hash":"sha512-"}}}]}}""",
            1));

    [Fact]
    public void Texts_that_were_required_become_optional_ones_in_spec_3_3() => Assert.Equal(
        """{"ignition":{"version":"3.4.0"},"storage":{"links":[{"path":"/l","target":""}],"raid":[{"devices":["/d"],"level":"1","name":"r"}]}}""",
        Upgrade("""{"ignition":{"version":"3.2.0"},"storage":{"links":[{"path":"/l"}],"raid":[{"name":"r","level":"1","devices":["/d"]}]}}""", 4));

    [Fact]
    public void Special_bits_of_modes_had_no_effect_before_spec_3_6_and_get_none() => Assert.Equal(
        """{"ignition":{"version":"3.6.0"},"storage":{"directories":[{"path":"/d","mode":511}]}}""",
        Upgrade("""{"ignition":{"version":"3.4.0"},"storage":{"directories":[{"path":"/d","mode":1023}]}}""", 6));

    [Theory]
    [InlineData("2.14.0", 3)]
    [InlineData("2.0.0", 0)]
    [InlineData("2.20.1", 5)]
    [InlineData("2.99.0", 6)]
    [InlineData("0.35.0", -1)]
    [InlineData("3.4.0", 4)]
    [InlineData("3.7.0-experimental", 7)]
    public void A_machine_says_its_Ignition_release_or_its_spec(string machine, int version)
    {
        Assert.True(IgnitionCompatibility.TryParseMachine(machine, out var parsed));
        Assert.Equal(version, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("flatcar")]
    [InlineData("4.0.0")]
    [InlineData("2.14")]
    public void What_is_neither_says_nothing(string machine) => Assert.False(IgnitionCompatibility.TryParseMachine(machine, out _));

    [Fact]
    public void A_newer_config_is_relabelled_when_nothing_needs_the_newer_spec()
    {
        var config = Read("""{"ignition":{"version":"3.4.0"},"storage":{"files":[{"path":"/a","contents":{"source":"data:,x"}}],"links":[{"path":"/l","target":"x"}]}}""", out var version);
        var report = new Report();
        var rendered = IgnitionCompatibility.Render(config, version, 0, report, out var at);
        Assert.Equal(0, at);
        Assert.Equal(
            """{"ignition":{"version":"3.0.0"},"storage":{"files":[{"path":"/a","contents":{"source":"data:,x"}}],"links":[{"path":"/l","target":"x"}]}}""",
            Write(rendered!, at));
        Assert.Equal(
            "given version 3.0.0 for this machine instead of 3.4.0: nothing in the config needs a newer one",
            Assert.Single(report.Findings).Message);
    }

    [Fact]
    public void A_newer_config_is_refused_when_something_needs_the_newer_spec()
    {
        var config = Read(
            """{"ignition":{"version":"3.4.0"},"kernelArguments":{"shouldExist":["a"]},"storage":{"files":[{"path":"/a","contents":{"source":"gs://x","httpHeaders":[]}}],"luks":[{"name":"l","device":"/d","discard":true}]}}""",
            out var version);
        var report = new Report();
        Assert.Null(IgnitionCompatibility.Render(config, version, 1, report, out _));
        Assert.Equal(
            [
                "$.kernelArguments needs Ignition spec 3.3.0, and the machine's Ignition reads up to 3.1.0",
                "$.storage.luks needs Ignition spec 3.2.0, and the machine's Ignition reads up to 3.1.0",
                "$.storage.files.0.contents.source not so in Ignition spec 3.1.0, the newest that the machine's Ignition reads: invalid url scheme",
            ],
            report.Findings.Select(static finding => $"{finding.Path} {finding.Message}"));
    }

    [Fact]
    public void An_older_config_is_served_as_it_is()
    {
        var config = Read("""{"ignition":{"version":"3.1.0"}}""", out var version);
        var report = new Report();
        Assert.Same(config, IgnitionCompatibility.Render(config, version, 4, report, out var rendered));
        Assert.Equal(1, rendered);
        Assert.Empty(report.Findings);
    }
}
