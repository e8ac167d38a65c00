using System.Text;
using Matchbox.Butane.Ignition;
using Record = Matchbox.Butane.Schema.Record;

namespace Matchbox.Butane.Tests.Ignition;

public class IgnitionJsonTests
{
    private static string Write(Record config, int version = 4, bool pretty = false) =>
        Encoding.UTF8.GetString(IgnitionJson.Write(config, version, pretty));

    private static Record NewConfig(string version)
    {
        var config = new Record(Config.Type);
        config.Open(Config.Ignition).Set(IgnitionSection.Version, version);
        return config;
    }

    [Fact]
    public void A_config_with_nothing_in_it_still_says_its_version() =>
        Assert.Equal("""{"ignition":{"version":"3.4.0"}}""", Write(NewConfig("3.4.0")));

    [Fact]
    public void Structs_without_content_are_left_out_at_any_depth()
    {
        var config = NewConfig("3.4.0");
        config.Open(Config.Ignition).Open(IgnitionSection.Security).Open(SecuritySection.Tls);
        config.Open(Config.Storage);
        Assert.Equal("""{"ignition":{"version":"3.4.0"}}""", Write(config));
    }

    [Fact]
    public void Optional_values_are_kept_when_they_are_empty()
    {
        var config = NewConfig("3.4.0");
        var file = new Record(FileNode.Type).Set(FileNode.Path, "/a").Set(FileNode.Mode, 0).Set(FileNode.Overwrite, false);
        file.Open(FileNode.Contents).Set(Resource.Compression, "");
        file.Open(FileNode.User).Set(NodeUser.Name, "");
        config.Open(Config.Storage).Add(StorageSection.Files, file);
        config.Open(Config.Storage).Add(StorageSection.Files, new Record(FileNode.Type));
        Assert.Equal(
            """{"ignition":{"version":"3.4.0"},"storage":{"files":[{"overwrite":false,"path":"/a","user":{"name":""},"contents":{"compression":""},"mode":0},{"path":""}]}}""",
            Write(config));
    }

    [Fact]
    public void Required_keys_of_old_versions_are_written_when_they_are_missing()
    {
        var config = NewConfig("3.0.0");
        config.Open(Config.Ignition).Open(IgnitionSection.Config).Add(ConfigSection.Merge30, new Record(ConfigReference.Type));
        config.Open(Config.Storage).Add(StorageSection.Raid, new Record(RaidArray.Type));
        config.Open(Config.Storage).Add(StorageSection.Links, new Record(LinkNode.Type));
        Assert.Equal(
            """{"ignition":{"config":{"merge":[{"source":null}]},"version":"3.0.0"},"storage":{"links":[{"path":"","target":""}],"raid":[{"devices":null,"level":"","name":""}]}}""",
            Write(config, version: 0));
    }

    [Fact]
    public void Texts_are_escaped_as_Go_escapes_them_for_html()
    {
        var config = NewConfig("<>&\"\\/\n\r\t\b\f\u0000\u001f\u007f\u2028\u2029é\U0001F600\ud800\ufffd");
        Assert.Equal(
            "{\"ignition\":{\"version\":\"\\u003c\\u003e\\u0026\\\"\\\\/\\n\\r\\t\\u0008\\u000c\\u0000\\u001f\u007f\\u2028\\u2029é\U0001F600\\ufffd\ufffd\"}}",
            Write(config));
    }

    [Fact]
    public void The_pretty_form_is_indented_by_two_spaces()
    {
        var config = NewConfig("3.3.0");
        config.Open(Config.KernelArguments).Add(KernelArgument.ShouldExist, "a");
        config.Open(Config.KernelArguments).Add(KernelArgument.ShouldExist, "b");
        config.Open(Config.Storage).Add(StorageSection.Disks, new Record(Disk.Type).Set(Disk.Device, "/dev/sda"));
        config.Open(Config.Storage).Add(StorageSection.Luks, new Record(LuksVolume.Type));
        Assert.Equal(
            """
            {
              "ignition": {
                "version": "3.3.0"
              },
              "kernelArguments": {
                "shouldExist": [
                  "a",
                  "b"
                ]
              },
              "storage": {
                "disks": [
                  {
                    "device": "/dev/sda"
                  }
                ],
                "luks": [
                  {
                    "name": ""
                  }
                ]
              }
            }
            """.ReplaceLineEndings("\n"),
            Write(config, version: 3, pretty: true));
    }

    [Fact]
    public void A_struct_that_is_optional_in_an_old_version_is_kept_when_it_is_empty()
    {
        var config = NewConfig("3.2.0");
        var luks = new Record(LuksVolume.Type).Set(LuksVolume.Name, "a");
        luks.Open(LuksVolume.Clevis);
        config.Open(Config.Storage).Add(StorageSection.Luks, luks);
        Assert.Contains("\"clevis\":{}", Write(config, version: 2), StringComparison.Ordinal);
        Assert.DoesNotContain("clevis", Write(config, version: 3), StringComparison.Ordinal);
    }
}
