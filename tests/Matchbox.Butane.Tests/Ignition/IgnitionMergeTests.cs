using System.Text;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Record = Matchbox.Butane.Schema.Record;

namespace Matchbox.Butane.Tests.Ignition;

public class IgnitionMergeTests
{
    private static Record Read(int version, string sections)
    {
        var json = $$$"""{"ignition":{"version":"3.{{{version}}}.0"},{{{sections}}} }""";
        Assert.True(IgnitionReader.TryRead(Encoding.UTF8.GetBytes(json), out var document, out _, out var error), error ?? json);
        return document.Config;
    }

    private static string Merge(string parent, string child, int version = 4)
    {
        var merged = IgnitionMerge.Merge(Read(version, parent), Read(version, child), version);
        var json = Encoding.UTF8.GetString(IgnitionJson.Write(merged, version, pretty: false));
        return "{" + json[("""{"ignition":{"version":"3.0.0"},""".Length)..];
    }

    [Fact]
    public void The_childs_values_win_and_what_it_leaves_out_comes_from_the_parent() => Assert.Equal(
        """{"storage":{"files":[{"path":"/a","user":{"id":1,"name":"n"},"contents":{"compression":"","source":"data:,c"},"mode":2}]}}""",
        Merge(
            """
            "storage":{"files":[{"path":"/a","mode":1,"user":{"id":1},"contents":{"compression":"gzip","source":"data:,p"}}]}
            """,
            """
            "storage":{"files":[{"path":"/a","mode":2,"user":{"name":"n"},"contents":{"compression":"","source":"data:,c"}}]}
            """));

    [Fact]
    public void Lists_are_matched_by_key_in_the_parents_order() => Assert.Equal(
        """{"systemd":{"units":[{"mask":true,"name":"p"},{"enabled":true,"mask":true,"name":"b"},{"name":"c"},{"name":"d"}]}}""",
        Merge(
            """
            "systemd":{"units":[{"name":"p","mask":true},{"name":"b","mask":true}]}
            """,
            """
            "systemd":{"units":[{"name":"c"},{"name":"b","enabled":true},{"name":"d"}]}
            """));

    [Fact]
    public void Some_lists_follow_one_another() => Assert.Equal(
        """{"storage":{"files":[{"path":"/a","append":[{"source":"data:,1"},{"source":"data:,1"}]}],"filesystems":[{"device":"/d","options":["a","a","b"]}]}}""",
        Merge(
            """
            "storage":{"files":[{"path":"/a","append":[{"source":"data:,1"}]}],"filesystems":[{"device":"/d","options":["a"]}]}
            """,
            """
            "storage":{"files":[{"path":"/a","append":[{"source":"data:,1"}]}],"filesystems":[{"device":"/d","options":["a","b"]}]}
            """));

    [Fact]
    public void A_childs_node_takes_the_place_of_a_parents_node_of_another_kind() => Assert.Equal(
        """{"storage":{"directories":[{"path":"/b"}],"files":[{"path":"/c"},{"path":"/a"}],"links":[{"path":"/d","target":"x"}]}}""",
        Merge(
            """
            "storage":{"directories":[{"path":"/a"},{"path":"/b"}],"files":[{"path":"/c"}],"links":[{"path":"/d","target":"x"}]}
            """,
            """
            "storage":{"files":[{"path":"/a"}]}
            """));

    [Fact]
    public void Kernel_arguments_that_the_child_wants_gone_are_gone() => Assert.Equal(
        """{"kernelArguments":{"shouldExist":["a","d"],"shouldNotExist":["c","b"]}}""",
        Merge(
            """
            "kernelArguments":{"shouldExist":["a","b"],"shouldNotExist":["c","d"]}
            """,
            """
            "kernelArguments":{"shouldExist":["d"],"shouldNotExist":["b"]}
            """));

    [Fact]
    public void A_header_without_a_value_removes_the_parents() => Assert.Equal(
        """{"storage":{"files":[{"path":"/a","contents":{"httpHeaders":[{"name":"B","value":"2"},{"name":"C"}],"source":"http://x"}}]}}""",
        Merge(
            """
            "storage":{"files":[{"path":"/a","contents":{"httpHeaders":[{"name":"A","value":"1"},{"name":"B","value":"1"}],"source":"http://x"}}]}
            """,
            """
            "storage":{"files":[{"path":"/a","contents":{"httpHeaders":[{"name":"A"},{"name":"B","value":"2"},{"name":"C"}]}}]}
            """));

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Structs_behind_pointers_are_merged_too(int version) => Assert.Equal(
        """{"storage":{"luks":[{"clevis":{"tang":[{"thumbprint":"t","url":"u"}],"threshold":2,"tpm2":true},"name":"l"}]}}""",
        Merge(
            """
            "storage":{"luks":[{"name":"l","clevis":{"tpm2":true,"threshold":1,"tang":[{"url":"u","thumbprint":"t"}]}}]}
            """,
            """
            "storage":{"luks":[{"name":"l","clevis":{"threshold":2}}]}
            """,
            version));

    [Fact]
    public void Partitions_are_matched_by_number_or_by_label() => Assert.Equal(
        """{"storage":{"disks":[{"device":"/d","partitions":[{"label":"x","number":1,"sizeMiB":9},{"label":"b","sizeMiB":8},{"label":"c","number":2}]}]}}""",
        Merge(
            """
            "storage":{"disks":[{"device":"/d","partitions":[{"number":1,"label":"a","sizeMiB":9},{"label":"b"}]}]}
            """,
            """
            "storage":{"disks":[{"device":"/d","partitions":[{"number":2,"label":"c"},{"label":"b","sizeMiB":8},{"number":1,"label":"x"}]}]}
            """));

    [Fact]
    public void What_moves_knows_where_it_came_from()
    {
        var generated = DocumentPath.Root.Append("storage").Append("filesystems").Append(0).Append("with_mount_unit");
        var parent = Read(4, """
            "systemd":{"units":[{"name":"var.mount","contents":"[Mount]","enabled":true},{"name":"b.mount","contents":"[Mount]"}]}
            """);
        foreach (var unit in parent.Struct(Config.Systemd)!.List(SystemdSection.Units))
        {
            unit.Origin = generated;
        }
        var child = Read(4, """
            "systemd":{"units":[{"name":"a.service","dropins":[{"name":"x.conf"}]},{"name":"var.mount","enabled":false}]}
            """);
        var units = IgnitionMerge.Merge(parent, child, 4).Struct(Config.Systemd)!.List(SystemdSection.Units);

        Assert.Equal(["var.mount", "b.mount", "a.service"], units.Select(static unit => unit.Text(Unit.Name)!));
        Assert.Equal("$.systemd.units.1", units[0].Origin!.ToString());
        Assert.Equal("$.storage.filesystems.0.with_mount_unit.contents", units[0].OriginOf(Unit.Contents)!.ToString());
        Assert.Null(units[0].OriginOf(Unit.Enabled));
        Assert.Same(generated, units[1].Origin);
        Assert.Equal("$.systemd.units.0", units[2].Origin!.ToString());
        Assert.Null(units[2].List(Unit.Dropins)[0].Origin);
    }

    [Fact]
    public void What_stays_where_it_was_needs_no_origin()
    {
        var child = Read(4, """
            "storage":{"filesystems":[{"device":"/a","mountOptions":["x"],"options":["o"]}]},"systemd":{"units":[{"name":"a.service"}]}
            """);
        var merged = IgnitionMerge.Merge(new Record(Config.Type), child, 4);
        var filesystem = merged.Struct(Config.Storage)!.List(StorageSection.Filesystems)[0];
        Assert.Null(merged.Struct(Config.Systemd)!.Origin);
        Assert.Null(filesystem.Origin);
        Assert.Null(filesystem.OriginOf(Filesystem.Options, 0));
    }

    [Fact]
    public void Texts_that_are_put_together_know_their_places()
    {
        var parent = Read(4, """
            "storage":{"filesystems":[{"device":"/a","options":["p"]}]}
            """);
        parent.Struct(Config.Storage)!.List(StorageSection.Filesystems)[0].Origin = DocumentPath.Root.Append("grub");
        var child = Read(4, """
            "storage":{"filesystems":[{"device":"/a","options":["c"]}]}
            """);
        var filesystem = IgnitionMerge.Merge(parent, child, 4).Struct(Config.Storage)!.List(StorageSection.Filesystems)[0];
        Assert.Equal(["p", "c"], filesystem.Texts(Filesystem.Options));
        Assert.Equal("$.grub.options.0", filesystem.OriginOf(Filesystem.Options, 0)!.ToString());
        Assert.Equal("$.storage.filesystems.0.options.0", filesystem.OriginOf(Filesystem.Options, 1)!.ToString());
    }
}
