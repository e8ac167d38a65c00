using System.Text;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;

namespace Matchbox.Butane.Tests.Ignition;

public class IgnitionRulesTests
{
    // What is found in a section, one line each; a version is the spec's minor one.
    private static string[] Find(int version, string sections)
    {
        var text = version == IgnitionVersion.Newest ? "3.7.0-experimental" : $"3.{version}.0";
        var json = $$$"""{"ignition":{"version":"{{{text}}}"},{{{sections}}} }""";
        Assert.True(IgnitionReader.TryRead(Encoding.UTF8.GetBytes(json), out _, out var report, out var error), error ?? json);
        return [.. report.Findings.Select(finding => $"{(finding.Severity == Severity.Error ? "E" : "W")} {finding.Path} {finding.Message}")];
    }

    private static string[] FindSource(int version, string url) =>
        [.. Find(version, $$$"""
            "storage":{"files":[{"path":"/a","contents":{"source":"{{{url}}}"}}]}
            """).Select(static line => line.Replace("E $.storage.files.0.contents.source ", "", StringComparison.Ordinal))];

    private static string[] FindUnit(string contents, string more = "") => Find(3, $$"""
        "systemd":{"units":[{"name":"a.service",{{more}}"contents":"{{contents}}"}]}
        """);

    [Theory]
    [InlineData("http://x", "")]
    [InlineData("HTTPS://X/Y", "")]
    [InlineData("tftp://x/y", "")]
    [InlineData("https:x", "")]
    [InlineData("http://x:99999/", "")]
    [InlineData("http://u:p@h/", "")]
    [InlineData("http://[fe80::1%25e]/", "")]
    [InlineData("http://x/ü", "")]
    [InlineData("ftp://x", "invalid url scheme")]
    [InlineData("//x/y", "invalid url scheme")]
    [InlineData("/abs", "invalid url scheme")]
    [InlineData("*", "invalid url scheme")]
    [InlineData("foo", "invalid url scheme")]
    [InlineData("http://x:abc/", "unable to parse url")]
    [InlineData("http://a b/", "unable to parse url")]
    [InlineData("http://x/\\u0001", "unable to parse url")]
    [InlineData("https://x/%zz", "unable to parse url")]
    [InlineData("https://x/#%zz", "unable to parse url")]
    [InlineData("https://[::1", "unable to parse url")]
    [InlineData("http://h/%4", "unable to parse url")]
    [InlineData("http://u^@h/", "unable to parse url")]
    [InlineData(":x", "unable to parse url")]
    [InlineData("a b:c", "unable to parse url")]
    [InlineData("s3://b/o?versionId=", "invalid S3 object VersionId")]
    [InlineData("s3://b/o?x=1&version%49d=", "invalid S3 object VersionId")]
    [InlineData("s3://b/o?versionId=1", "")]
    [InlineData("s3://b/o?a;versionId=", "")]
    public void Urls_are_those_that_Go_can_parse_and_Ignition_can_fetch(string url, string fault) =>
        Assert.Equal(fault.Length == 0 ? [] : [fault], FindSource(3, url));

    [Theory]
    [InlineData("data:,x", "")]
    [InlineData("data:;base64,aGk=", "")]
    [InlineData("data:text/plain;charset=utf-8,x", "")]
    [InlineData("data:;charset=\\\"x\\\",a", "")]
    [InlineData("data:x-a/y,z", "")]
    [InlineData("DATA:,x", "missing data prefix")]
    [InlineData("data:", "missing comma before data")]
    [InlineData("data:x", "missing media type slash")]
    [InlineData("data:foo/x,y", "invalid media type")]
    [InlineData("data:text/plain", "incomplete media type")]
    [InlineData("data:text/(,x", "invalid character for media subtype")]
    [InlineData("data:te xt,x", "invalid character for media type")]
    [InlineData("data:(,x", "invalid character after data prefix")]
    [InlineData("data:;", "unterminated parameter sequence")]
    [InlineData("data:;(,", "invalid character for parameter attribute")]
    [InlineData("data:;base65,x", "expected base64, got base65")]
    [InlineData("data:;a=", "missing comma before data")]
    [InlineData("data:;a=(,", "invalid character for parameter value")]
    [InlineData("data:;a=%zz,", "rfc2396: invalid char 0x25 in unescape sequence")]
    [InlineData("data:;a=\\\"b", "unclosed quoted string")]
    [InlineData("data:;a=\\\"b\\\\q\\\",x", "invalid syntax")]
    [InlineData("data:;a=\\\"b\\\"x,", "expected semicolon or comma")]
    [InlineData("data:,a b", "invalid data character")]
    [InlineData("data:,ü", "invalid data character")]
    [InlineData("data:text/plain,a%2", "rfc2396: unexpected end of unescape sequence")]
    [InlineData("data:;base64,!!!", "invalid data character")]
    [InlineData("data:;base64,aGk", "illegal base64 data at input byte 0")]
    [InlineData("data:;base64,aGkxa", "illegal base64 data at input byte 4")]
    [InlineData("data:;base64,a===", "illegal base64 data at input byte 1")]
    [InlineData("data:;base64,aG=x", "illegal base64 data at input byte 2")]
    [InlineData("data:;base64,aG==x", "illegal base64 data at input byte 4")]
    public void Data_urls_are_read_as_strictly_as_their_decoder_reads_them(string url, string fault) =>
        Assert.Equal(fault.Length == 0 ? [] : [fault], FindSource(3, url));

    [Theory]
    [InlineData(1, "gs://b/o", "invalid url scheme")]
    [InlineData(2, "gs://b/o", "")]
    [InlineData(3, "arn:aws:s3:::b/k", "invalid url scheme")]
    [InlineData(4, "arn:aws:s3:::b/k", "")]
    [InlineData(4, "ARN:aws:s3:::b/k?versionId=x", "")]
    [InlineData(4, "arn:aws:s3:::b", "invalid S3 ARN format")]
    [InlineData(4, "arn:aws:ec2:::b/k", "invalid S3 ARN format")]
    [InlineData(4, "arn:aws:s3:us-east-1:123456789012:accesspoint/x", "invalid S3 ARN format")]
    [InlineData(4, "arn:aws:s3:us-east-1:123456789012:accesspoint/x/object/y", "")]
    [InlineData(4, "arn:bad", "invalid S3 ARN format")]
    public void Schemes_came_with_versions(int version, string url, string fault) =>
        Assert.Equal(fault.Length == 0 ? [] : [fault], FindSource(version, url));

    [Theory]
    [InlineData(0, "sha256-0000000000000000000000000000000000000000000000000000000000000000", "unrecognized hash function")]
    [InlineData(1, "sha256-0000000000000000000000000000000000000000000000000000000000000000", "")]
    [InlineData(1, "sha256-00", "incorrect size for hash sum")]
    [InlineData(1, "md5-00", "unrecognized hash function")]
    [InlineData(1, "nodash", "malformed hash specifier")]
    public void Hashes_name_a_function_and_have_its_size(int version, string hash, string fault) => Assert.Equal(
        fault.Length == 0 ? [] : ["E $.storage.files.0.contents.verification.hash " + fault],
        Find(version, $$$"""
            "storage":{"files":[{"path":"/a","contents":{"source":"http://x","verification":{"hash":"{{{hash}}}"} }}]}
            """));

    [Theory]
    [InlineData("[A", "unable to find end of section")]
    [InlineData("[A]x é", "found garbage after section name : \"x é\"")]
    [InlineData("[A]\\nb", "EOF")]
    [InlineData("[A]\\nb\\nc=d", "unexpected newline encountered while parsing option name")]
    [InlineData("[A]\\na=b\\\\\\n  \\\\\\nfoo", "")]
    [InlineData("[A]\\na=b\\\\ c\\nfoo", "EOF")]
    [InlineData("x[A]\\nfoo", "EOF")]
    [InlineData("#[A]\\nfoo", "")]
    public void Units_are_read_as_go_systemd_reads_them(string contents, string fault) => Assert.Equal(
        fault.Length == 0 ? [] : ["E $.systemd.units.0.contents invalid unit content: " + fault],
        FindUnit(contents));

    [Theory]
    [InlineData(2045, false)]
    [InlineData(2046, true)]
    public void A_line_of_a_unit_is_shorter_than_2048_bytes(int length, bool isTooLong) =>
        Assert.Equal(isTooLong ? 1 : 0, FindUnit("[A]\\na=" + new string('x', length)).Length);

    [Theory]
    [InlineData("[A]\\na=b", true)]
    [InlineData("[Install]", true)]
    [InlineData("[Install]\\nWantedBy=x", false)]
    [InlineData("", false)]
    public void A_unit_that_is_enabled_says_where_to_install_it(string contents, bool isFound) => Assert.Equal(
        isFound
            ? ["W $.systemd.units.0.contents unit \"a.service\" is enabled, but has no install section so enable does nothing"]
            : [],
        FindUnit(contents, "\"enabled\":true,"));

    [Fact]
    public void An_enabled_instance_needs_a_template_with_an_install_section() => Assert.Equal(
        ["W $.systemd.units.1.contents template unit \"a@.service\" for \"a@1.service\" doesn't have Install section"],
        Find(3, """
            "systemd":{"units":[{"name":"a@.service","contents":"[A]\nb=c"},{"name":"a@1.service","enabled":true}]}
            """));

    [Fact]
    public void Modes_with_special_bits_are_fine_from_spec_3_6_on()
    {
        const string Sections = """
            "storage":{"files":[{"path":"/a","mode":1023}],"directories":[{"path":"/b","mode":4096}]}
            """;
        Assert.Equal(
            [
                "E $.storage.directories.0.mode illegal file mode",
                "W $.storage.files.0.mode setuid/setgid/sticky bits are not supported or functional in spec versions older than 3.6.0",
            ],
            Find(5, Sections));
        Assert.Equal(["E $.storage.directories.0.mode illegal file mode"], Find(6, Sections));
    }

    [Fact]
    public void Entries_with_the_same_key_are_told_across_lists_that_share_their_keys() => Assert.Equal(
        [
            "E $.kernelArguments.shouldNotExist.0 duplicate entry defined",
            "E $.storage.files.1 duplicate entry defined",
            "E $.storage.links.0 duplicate entry defined",
        ],
        Find(3, """
            "kernelArguments":{"shouldExist":["a"],"shouldNotExist":["a"]},
            "storage":{"files":[{"path":"/a"},{"path":"/a"}],"links":[{"path":"/a","target":"x"}],
              "filesystems":[{"device":"/d","format":"xfs","options":["a","a"]}]}
            """));

    [Fact]
    public void Nodes_below_links_and_hard_links_to_directories_are_told() => Assert.Equal(
        [
            "E $.storage.directories.0 directory path includes link in config",
            "E $.storage.files.0 file path includes link in config",
            "E $.storage.links.1 hard link target is a directory",
            "W $.storage.links.1.user.id user/group ignored for hard link",
            "E $.storage.links.2.target link target is required",
        ],
        Find(3, """
            "storage":{"directories":[{"path":"/l/d"}],"files":[{"path":"/l/f"}],"links":[{"path":"/l","target":"x"},
              {"path":"/h","hard":true,"target":"../l/./d","user":{"id":0}},{"path":"/n"}]}
            """));

    [Fact]
    public void Partitions_do_not_collide() => Assert.Equal(
        [
            "E $.storage.disks.0.partitions.1 partition numbers collide",
            "E $.storage.disks.0.partitions.1 partitions overlap",
            "E $.storage.disks.0.partitions shouldExist is false for a partition and other partition(s) has start or size 0",
            "E $.storage.disks.0.partitions.3 cannot use the same partition label twice",
            "E $.storage.disks.0.partitions.1.guid doesn't match the form \"01234567-89AB-CDEF-EDCB-A98765432101\"",
            "E $.storage.disks.0.partitions.2 shouldExist specified false with other options also specified",
            "E $.storage.disks.0.partitions.1 duplicate entry defined",
            "E $.storage.disks.0.partitions.3 duplicate entry defined",
        ],
        Find(3, """
            "storage":{"disks":[{"device":"/d","partitions":[{"number":1,"startMiB":1,"sizeMiB":0},
              {"number":1,"startMiB":1,"sizeMiB":10,"guid":"x"},{"label":"a","shouldExist":false},{"label":"a"}]}]}
            """));

    [Theory]
    [InlineData(2, "none", "E $.storage.filesystems.0.format invalid filesystem format")]
    [InlineData(3, "none", "")]
    [InlineData(3, "ext4", "E $.storage.filesystems.0.label filesystem labels cannot be longer than 16 characters when using ext4")]
    [InlineData(3, "btrfs", "")]
    public void Filesystems_have_formats_and_short_labels(int version, string format, string fault) => Assert.Equal(
        fault.Length == 0 ? [] : [fault],
        Find(version, $$"""
            "storage":{"filesystems":[{"device":"/d","format":"{{format}}","label":"ääääääääa"}]}
            """));

    [Fact]
    public void Raid_arrays_have_a_level_and_devices() => Assert.Equal(
        [
            "E $.storage.raid.0.level raid level is required",
            "E $.storage.raid.0.devices raid devices required",
            "E $.storage.raid.1.level spares unsupported for linear and raid0 arrays",
            "E $.storage.raid.1.devices.0 path not absolute",
        ],
        Find(3, """
            "storage":{"raid":[{"name":"a"},{"name":"b","level":"stripe","spares":1,"devices":["x"]}]}
            """));

    [Fact]
    public void What_opens_a_volume_does_not_contradict_itself() => Assert.Equal(
        [
            "E $.storage.luks.0.name device names cannot contain slashes",
            "E $.storage.luks.0.device disk device is required",
            "E $.storage.luks.0.clevis cannot use custom clevis config with tpm2, tang, or threshold",
            "E $.storage.luks.0.keys invalid key-file source",
            "E $.storage.luks.0.cex cannot use cex with clevis",
            "E $.storage.luks.0.cex cannot use key file with cex",
            "E $.storage.luks.0.clevis.custom.pin unsupported clevis pin",
            "E $.storage.luks.0.clevis.custom.config missing required custom clevis config",
            "E $.storage.luks.0.clevis.tang.0.url invalid url scheme",
            "E $.storage.luks.0.clevis.tang.0.thumbprint thumbprint is required",
            "E $.storage.luks.0.clevis.tang.0.advertisement advertisement is not valid JSON",
            "E $.storage.luks.0.keyFile.source invalid url scheme",
        ],
        Find(5, """
            "storage":{"luks":[{"name":"a/b","cex":{"enabled":true},"keyFile":{"source":"x"},
              "clevis":{"custom":{"pin":"trustee"},"tang":[{"advertisement":"{"}]}}]}
            """));

    [Fact]
    public void What_merges_or_certifies_has_a_source_from_spec_3_1_on()
    {
        const string Json = """
            {"ignition":{"version":"3.X.0","config":{"merge":[{}]},"security":{"tls":{"certificateAuthorities":[{}]}}}}
            """;
        Assert.Equal(["$.ignition.security.tls.certificateAuthorities.0.source invalid url scheme"], Tell(Json.Replace('X', '0')));
        Assert.Equal(
            ["$.ignition.config.merge.0 source is required", "$.ignition.security.tls.certificateAuthorities.0 source is required"],
            Tell(Json.Replace('X', '1')));

        static string[] Tell(string json)
        {
            _ = IgnitionReader.TryRead(Encoding.UTF8.GetBytes(json), out _, out var report, out _);
            return [.. report.Findings.Select(static finding => $"{finding.Path} {finding.Message}")];
        }
    }

    [Fact]
    public void No_node_may_stand_where_a_unit_is_written() => Assert.Equal(
        ["E $.storage.files.0.path path conflicts with systemd unit or dropin", "E $.storage.links.0.path path conflicts with systemd unit or dropin"],
        Find(3, """
            "systemd":{"units":[{"name":"a.service","contents":"[A]\n","dropins":[{"name":"b.conf","contents":"[A]"}]},{"name":"c.service"}]},
            "storage":{"files":[{"path":"/etc/systemd/system/a.service"},{"path":"/etc/systemd/system/c.service"}],
              "links":[{"path":"/etc/systemd/system/a.service.d/b.conf","target":"x"}]}
            """));

    [Theory]
    [InlineData("", "$ unexpected end of JSON input|$.ignition.config.merge.0.inline config is not valid")]
    [InlineData("hello", "$ invalid character 'h' looking for beginning of value|$.ignition.config.merge.0.inline config is not valid")]
    [InlineData("""{"ignition":{"version":3}}""", "$ json: cannot unmarshal number into Go struct field Ignition.ignition.version of type string|$.ignition.config.merge.0.inline config is not valid")]
    [InlineData("""{"ignition":{}}""", "$.ignition.version invalid config version (couldn't parse)")]
    [InlineData("""{"ignition":{"version":"3.9.0"}}""", "$.ignition.config.merge.0.version skipping validation for the merge/replace ignition config due to an unkown version")]
    [InlineData("""{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"rel","x":1},{"path":"rel"}]}}""", "$.storage.files.0.path path not absolute|$.storage.files.1.path path not absolute|$.storage.files.1 duplicate entry defined|$.storage.files.0.x Unused key x")]
    [InlineData("""{"ignition":{"version":"3.3.0"}}""", "")]
    public void A_config_inside_another_is_looked_into_when_it_has_the_same_version(string json, string told)
    {
        var report = new Report();
        var at = DocumentPath.Root.Append("ignition").Append("config").Append("merge").Append(0);
        _ = IgnitionRules.ValidateInner(Encoding.UTF8.GetBytes(json), 3, at, report);
        Assert.Equal(told, string.Join('|', report.Findings.Select(static finding => $"{finding.Path} {finding.Message}")));
    }
}
