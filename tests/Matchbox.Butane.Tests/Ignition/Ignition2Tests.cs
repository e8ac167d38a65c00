using System.Text;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Testing;

namespace Matchbox.Butane.Tests.Ignition;

public class Ignition2Tests
{
    private static string[] Find(int version, string sections)
    {
        var json = $$$"""{"ignition":{"version":"2.{{{version}}}.0"},{{{sections}}} }""";
        Assert.True(IgnitionReader.TryRead(Encoding.UTF8.GetBytes(json), out var document, out var report, out var error), error);
        Assert.True(document.IsSpec2);
        return [.. report.Findings.Select(finding => $"{finding.Severity.ToString()[0]} {finding.Path} {finding.Message}")];
    }

    [Fact]
    public void Every_config_that_ct_made_is_fine()
    {
        var files = Directory.GetDirectories(Corpus.CtCases).SelectMany(static folder => Directory.GetFiles(folder, "*.ign")).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            Assert.True(IgnitionReader.TryRead(File.ReadAllBytes(file), out var document, out _, out var error), file);
            Assert.True(error is null, $"{file}: {error}");
            Assert.Equal((true, 3), (document.IsSpec2, document.Version));
        }
    }

    [Fact]
    public void Nodes_name_a_filesystem_that_is_there() => Assert.Equal(
        [
            "W $ File \"/a\" references nonexistent filesystem \"nope\". (This is ok if it is defined in a referenced config)",
            "W $ Filesystem \"root\" shadows exising filesystem definition",
            "W $.storage.files.0.mode permissions unset, defaulting to 0000",
            "E $.storage.files.1 cannot set both append and overwrite to true",
            "E $.storage.files.2.filesystem no filesystem specified",
            "E $.storage.files.2.path path not absolute",
            "E $.storage.files.2.mode illegal file mode",
            "E $.storage.files.2.user cannot set both id and name",
            "E $.storage.filesystems.0 filesystem is missing mount or path",
        ],
        Find(2, """
            "storage":{"files":[{"filesystem":"nope","path":"/a"},{"filesystem":"root","path":"b","append":true,"overwrite":true},
              {"path":"c","mode":5000,"user":{"id":1,"name":"x"}}],"filesystems":[{"name":"root"}]}
            """));

    [Fact]
    public void Urls_and_hashes_are_those_of_their_time() => Assert.Equal(
        [
            "E $.ignition.config.append.0.source invalid url scheme",
            "E $.storage.files.1.contents.verification.hash unrecognized hash function",
        ],
        Find(2, """
            "ignition":{"version":"2.2.0","config":{"append":[{"source":"gs://x"},{"source":""}]}},
            "storage":{"files":[{"filesystem":"root","path":"/a","mode":0,"contents":{"source":"oem:///x"}},
              {"filesystem":"root","path":"/b","mode":0,"contents":{"source":"data:,","verification":{"hash":"sha256-00"}}}]}
            """));

    [Fact]
    public void The_old_ways_to_create_are_told() => Assert.Equal(
        [
            "W $.passwd.users.0 the create object has been deprecated in favor of user-level options",
            "E $.passwd.users.0 cannot use both the create object and the user-level uid field",
            "E $.storage.filesystems.0 cannot use both create object and wipeFilesystem field",
            "W $.storage.filesystems.0 the create object has been deprecated in favor of mount-level options",
        ],
        Find(2, """
            "passwd":{"users":[{"name":"a","create":{},"uid":0}]},
            "storage":{"filesystems":[{"mount":{"device":"/d","format":"ext4","create":{},"wipeFilesystem":true}}]}
            """));

    [Fact]
    public void Units_of_both_daemons_are_read() => Assert.Equal(
        [
            "E $.networkd.units.0 invalid networkd unit extension",
            "W $.systemd.units.0.contents unit \"a.service\" is enabled, but has no install section so enable does nothing",
            "E $.systemd.units.1.contents invalid unit content: unable to find end of section",
            "E $.systemd.units.1.name invalid systemd unit extension",
            "E $.systemd.units.1.dropins.0 invalid systemd drop-in extension",
        ],
        Find(3, """
            "networkd":{"units":[{"name":"x","dropins":[{"name":"y"}]}]},
            "systemd":{"units":[{"name":"a.service","enable":true,"contents":"[A]\nb=c"},{"name":"b","contents":"[A","dropins":[{"name":"c"}]}]}
            """));

    [Fact]
    public void Unknown_keys_are_told_with_what_they_could_have_been() => Assert.Equal(
        ["W $.Storage Config has unrecognized key: Storage", "I $.Storage Did you mean storage instead of Storage"],
        Find(3, """ "Storage":{} """));

    [Fact]
    public void Disks_and_arrays_are_checked() => Assert.Equal(
        [
            "E $.storage.disks.0.device disk device is required",
            "E $.storage.disks.0.partitions partition numbers collide",
            "E $.storage.disks.0.partitions partitions overlap",
            "E $.storage.disks.0.partitions partitions misaligned",
            "E $.storage.disks.0.partitions.0.label partition label will be truncated to text before the colon",
            "E $.storage.raid.0.devices.0 path not absolute",
            "E $.storage.raid.0.level spares unsupported for arrays with a level greater than 0",
        ],
        Find(2, """
            "storage":{"disks":[{"partitions":[{"number":1,"start":2048,"size":2049,"label":"a:b"},{"number":1,"start":2048}]}],
              "raid":[{"name":"r","level":"stripe","spares":1,"devices":["x"]}]}
            """));
}
