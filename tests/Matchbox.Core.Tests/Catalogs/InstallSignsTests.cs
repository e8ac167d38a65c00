using System.IO.Compression;
using System.Text;
using Matchbox.Core.Catalogs;

namespace Matchbox.Core.Tests.Catalogs;

public sealed class InstallSignsTests
{
    private const string Script = "#!/bin/sh\nflatcar-install -d /dev/sda\n";

    [Theory]
    [InlineData("wipe_table: true")]
    [InlineData("wipe_table: True # for good")]
    [InlineData("{device: /dev/sda, wipe_table: true}")]
    [InlineData("wipe_table: {{.wipe}}")]
    [InlineData("wipe_filesystem: {{if .keep}}false{{else}}true{{end}}")]
    [InlineData("{{if .keep}}wipe_table: false{{else}}wipe_table: true{{end}}")]
    [InlineData("{{if .wipe_table}}{{end}}")]
    [InlineData("\"wipeTable\": true,")]
    [InlineData("  ExecStart=/opt/flatcar-install -d /dev/sda # or sdb")]
    [InlineData("  echo \"a # b\"; flatcar-install -d /dev/sda")]
    [InlineData("  echo \"\\\" # b\"; flatcar-install -d /dev/sda")]
    [InlineData("  flatcar-install -d /dev/sda || false")]
    public void A_template_that_may_write_a_disk_is_marked(string line) => Assert.True(Marks(line));

    [Theory]
    [InlineData("# never flatcar-install here")]
    [InlineData("  - path: /a # flatcar-install makes it")]
    [InlineData("wipe_table: false")]
    [InlineData("wipe_table: false # keep")]
    [InlineData("wipe_table: False\r")]
    [InlineData("{device: /dev/sda, wipe_table: false, partitions: []}")]
    [InlineData("{wipe_table: false}")]
    [InlineData("{{if .x}}wipe_table: false{{end}}")]
    [InlineData("\"wipeTable\" : false,")]
    [InlineData("# wipe_table: true")]
    public void A_template_that_only_talks_of_it_is_not(string line) => Assert.False(Marks(line));

    [Theory]
    [InlineData("""{"a": "\ud800", "b": "flatcar-install"}""")]
    [InlineData("""{"\udfff": 1, "wipeTable": true}""")]
    [InlineData("""{"a": "\uD83D\uDE00 flatcar-install \uDABC"}""")]
    [InlineData("""{"a": "\ud800", "b": "data:;base64,Zmxhdy1mbGF0Y2FyLWluc3RhbGw="}""")]
    public void Half_a_surrogate_pair_hides_nothing(string json) => Assert.NotNull(InstallMark.SignIn(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"a": "\ud800"}""")]
    [InlineData("""{"\ud800": "\udc00\u0041"}""")]
    [InlineData("""{"a": "\\ud800\\"}""")]
    public void Half_a_surrogate_pair_is_no_mark(string json) => Assert.Null(InstallMark.SignIn(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Octets_that_are_no_UTF8_hide_nothing()
    {
        byte[] json = [.. "{\"a\": \""u8, 0xff, 0xc0, .. "\", \"wipeTable\": true}"u8];

        Assert.Equal("wipeTable", InstallMark.SignIn(json));
    }

    [Fact]
    public void A_mark_is_found_in_the_last_of_many_compressed_contents()
    {
        var quiet = Enumerable.Repeat($"\"{Compressed("#!/bin/sh\ntrue\n")}\"", 500);

        Assert.Equal("flatcar-install", Sign([.. quiet, $"\"{Compressed(Script)}\""]));
        Assert.Null(Sign([.. quiet]));
    }

    [Fact]
    public void What_an_earlier_content_left_in_the_buffer_is_no_mark() =>
        Assert.Null(Sign([$"\"{Compressed(new string('x', 4000) + "flatcar-instal")}\"", $"\"{Compressed("short")}\""]));

    // 1 MiB each otherwise, 500 MiB in all.
    [Fact]
    public void Compressed_contents_share_one_buffer()
    {
        var json = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat($"\"{Compressed("true")}\"", 500))}]");
        InstallMark.SignIn(json);
        var before = GC.GetAllocatedBytesForCurrentThread();

        InstallMark.SignIn(json);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    private static bool Marks(string line)
    {
        Assert.True(ConfigFile.TryCompile("a.yaml", Encoding.UTF8.GetBytes(line), out var file, out _));
        return InstallMark.Of(new Profile { Id = "p", IgnitionId = "a.yaml" }, file).Installs;
    }

    private static string? Sign(string[] items) => InstallMark.SignIn(Encoding.UTF8.GetBytes($"[{string.Join(',', items)}]"));

    private static string Compressed(string text)
    {
        using var octets = new MemoryStream();
        using (var zip = new GZipStream(octets, CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }
        return $"data:;base64,{Convert.ToBase64String(octets.ToArray())}";
    }
}
