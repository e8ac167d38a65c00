using System.Diagnostics;
using System.Globalization;
using Matchbox.Tftp.Files;

namespace Matchbox.Tftp.Tests;

/// <summary>Other people's clients, as they are installed: curl, busybox, tftp-hpa and atftp; each is skipped where it is absent.</summary>
public sealed class RealClientTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("matchbox-tftp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> Clients => new()
    {
        { "curl", "curl -sS -o {out} tftp://127.0.0.1:{port}/{name}" },
        { "curl", "curl -sS --tftp-blksize 1468 -o {out} tftp://127.0.0.1:{port}/{name}" },
        { "busybox", "busybox tftp -g -r {name} -l {out} 127.0.0.1 {port}" },
        { "busybox", "busybox tftp -g -b 1468 -r {name} -l {out} 127.0.0.1 {port}" },
        { "tftp", "tftp -m octet 127.0.0.1 {port} -c get {name} {out}" },
        { "atftp", "atftp --get --option \"blksize 1468\" --option \"windowsize 16\" -r {name} -l {out} 127.0.0.1 {port}" },
    };

    [Theory, MemberData(nameof(Clients))]
    public async Task Every_length_arrives_unchanged(string program, string command)
    {
        SkipWithout(program);
        await using var server = await TestServer.StartAsync(content: new FolderTftpContent([new TftpRoot("", _folder)]));
        foreach (var length in (int[])[0, 1, 511, 512, 513, 5120, 1468 * 3, 300_000])
        {
            await Fetch(server, command, length);
        }
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task Block_numbers_roll_over(string program, string command)
    {
        SkipWithout(program);
        await using var server = await TestServer.StartAsync(content: new FolderTftpContent([new TftpRoot("", _folder)]));
        var blockSize = command.Contains("1468", StringComparison.Ordinal) ? 1468 : 512;
        await Fetch(server, command, (65_600 * blockSize) + 7);
    }

    private async Task Fetch(TestServer server, string command, int length)
    {
        var name = length.ToString(CultureInfo.InvariantCulture);
        var content = new byte[length];
        new Random(length).NextBytes(content);
        await File.WriteAllBytesAsync(Path.Combine(_folder, name), content, TestContext.Current.CancellationToken);
        var output = Path.Combine(_folder, "got");
        File.Delete(output);
        var line = command.Replace("{out}", output, StringComparison.Ordinal).Replace("{name}", name, StringComparison.Ordinal)
            .Replace("{port}", server.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        using var client = Process.Start(new ProcessStartInfo("sh", ["-c", "exec timeout 60 " + line]) { RedirectStandardError = true })!;
        var errors = await client.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await client.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(client.ExitCode == 0, $"{line}: exit code {client.ExitCode}, {errors}");
        // curl makes no file of nothing.
        var got = File.Exists(output) || length > 0 ? await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken) : [];
        Assert.True(content.AsSpan().SequenceEqual(got), $"{line}: {got.Length} octets, not the same as the {length} sent");
    }

    private static void SkipWithout(string program) => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed");
}
