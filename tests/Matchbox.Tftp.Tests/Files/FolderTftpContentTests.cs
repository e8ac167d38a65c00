using Matchbox.Core.Files;
using Matchbox.Protocols;
using Matchbox.Tftp.Files;

namespace Matchbox.Tftp.Tests.Files;

public sealed class FolderTftpContentTests : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("matchbox-tftp-").FullName;
    private readonly FolderTftpContent _content;

    public FolderTftpContentTests()
    {
        Write("loaders/ipxe.efi", "loader");
        Write("assets/os/kernel", "kernel");
        Write("secret", "secret");
        _content = new FolderTftpContent([new TftpRoot("", In("loaders")), new TftpRoot("assets/", In("assets"))]);
    }

    public void Dispose() => Directory.Delete(_base, recursive: true);

    private string In(string path) => Path.Combine(_base, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(path))!);
        File.WriteAllText(In(path), text);
    }

    private async Task<string> Read(string name)
    {
        var opening = await _content.OpenAsync(new TftpFileRequest(name, IPv4Address.Any, IPv4Address.Any), TestContext.Current.CancellationToken);
        if (opening.File is null)
        {
            return opening.Refusal.ToString();
        }
        using var file = opening.File;
        var buffer = new byte[100];
        var length = file.Read(0, buffer);
        Assert.Equal(file.Length, length);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, length);
    }

    [Theory]
    [InlineData("ipxe.efi", "loader")]
    [InlineData("assets/os/kernel", "kernel")]
    [InlineData("os/kernel", "NotFound")]
    [InlineData("IPXE.EFI", "NotFound")]
    [InlineData("assets", "NotFound")]
    [InlineData("assets/", "NotFound")]
    [InlineData("assets/os", "NotFound")]
    [InlineData("nothing", "NotFound")]
    [InlineData("ipxe.efi/x", "NotFound")]
    public async Task Names_lead_into_their_folder(string name, string expected) => Assert.Equal(expected, await Read(name));

    [Fact]
    public async Task A_link_may_lead_from_one_folder_to_the_other_but_not_out()
    {
        File.CreateSymbolicLink(In("loaders/inside"), "../assets/os/kernel");
        File.CreateSymbolicLink(In("loaders/outside"), "../secret");
        File.CreateSymbolicLink(In("loaders/absolute"), In("secret"));
        File.CreateSymbolicLink(In("loaders/loop"), "loop");
        Directory.CreateSymbolicLink(In("loaders/up"), "..");
        Assert.Equal("kernel", await Read("inside"));
        Assert.Equal("Forbidden", await Read("outside"));
        Assert.Equal("Forbidden", await Read("absolute"));
        Assert.Equal("NotFound", await Read("loop"));
        Assert.Equal("Forbidden", await Read("up/secret"));
        Assert.Equal("kernel", await Read("up/assets/os/kernel"));
    }

    [Fact]
    public async Task A_folder_whose_name_merely_begins_alike_is_outside()
    {
        Write("loaders-private/key", "key");
        File.CreateSymbolicLink(In("loaders/key"), "../loaders-private/key");
        Assert.Equal("Forbidden", await Read("key"));
    }

    [Fact]
    public async Task The_folder_itself_may_be_a_link_that_is_changed()
    {
        Directory.Move(In("loaders"), In("loaders-1"));
        Assert.Equal("NotFound", await Read("ipxe.efi"));
        Directory.CreateSymbolicLink(In("loaders"), "loaders-1");
        Assert.Equal("loader", await Read("ipxe.efi"));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_fifo_is_no_file_and_holds_nobody()
    {
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", In("loaders/pipe"));
        await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("NotFound", await Read("pipe"));
    }

    [Fact]
    public async Task Readers_share_a_file_until_it_changes()
    {
        var files = new OpenFiles();
        var path = In("loaders/ipxe.efi");
        using var first = files.Open(path, _ => true).File!;
        using var second = files.Open(path, _ => true).File!;
        Assert.Equal(1, files.Count);

        await File.WriteAllTextAsync(path + ".new", "another loader", TestContext.Current.CancellationToken);
        File.Move(path + ".new", path, overwrite: true);
        using var third = files.Open(path, _ => true).File!;
        Assert.Equal(2, files.Count);
        Assert.Equal(6, first.Length);
        Assert.Equal(14, third.Length);

        first.Dispose();
        first.Dispose();
        Assert.Equal(2, files.Count);
        second.Dispose();
        Assert.Equal(1, files.Count);
        third.Dispose();
        Assert.Equal(0, files.Count);
    }
}
