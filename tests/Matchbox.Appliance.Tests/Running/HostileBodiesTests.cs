using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>Bodies that are too long or come too slowly, from somebody who has no right: each connection is let go of.</summary>
public sealed class HostileBodiesTests : IAsyncDisposable
{
    private const long Gigabyte = 1L << 30;
    private const long Tolerated = 64 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RunningAppliance _appliance = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _appliance.DisposeAsync();

    [Theory]
    [InlineData("admin", "/api/v1/session", false)]
    [InlineData("admin", "/api/v1/session", true)]
    [InlineData("admin", "/api/v1/apply", false)]
    [InlineData("admin", "/api/v1/butane", true)]
    [InlineData("boot", "/report", false)]
    [InlineData("boot", "/report", true)]
    [InlineData("boot", "/ipxe", true)]
    public async Task A_gigabyte_is_not_read_to_its_end(string listener, string path, bool chunked)
    {
        await using var stream = await ConnectAsync(listener);
        await SendHeadAsync(stream, path, chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {Gigabyte}");
        var part = new byte[64 << 10];
        var frame = chunked ? Encoding.ASCII.GetBytes($"{part.Length:x}\r\n") : [];
        using var patience = new CancellationTokenSource(Patience);
        long sent = 0;
        try
        {
            while (sent < Gigabyte)
            {
                await stream.WriteAsync(frame, patience.Token);
                await stream.WriteAsync(part, patience.Token);
                await stream.WriteAsync(chunked ? "\r\n"u8.ToArray() : [], patience.Token);
                sent += part.Length;
            }
        }
        catch (IOException)
        {
            // Cut off.
        }
        Assert.InRange(sent, 0, Tolerated);
        Assert.False(_appliance.HasEnded);
    }

    [Theory]
    [InlineData("admin", "/api/v1/session")]
    [InlineData("boot", "/report")]
    public async Task A_sender_of_an_octet_a_second_is_cut_off(string listener, string path)
    {
        await using var stream = await ConnectAsync(listener);
        await SendHeadAsync(stream, path, "Content-Length: 1000");
        var began = Stopwatch.GetTimestamp();
        var ended = EndAsync(stream);
        using var patience = new CancellationTokenSource(Patience);
        while (!ended.IsCompleted && !patience.IsCancellationRequested)
        {
            try
            {
                await stream.WriteAsync(" "u8.ToArray(), patience.Token);
            }
            catch (IOException)
            {
                break;
            }
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(1), patience.Token));
        }
        Assert.False(patience.IsCancellationRequested, "an octet a second is taken for ever");
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Patience);
    }

    private static async Task SendHeadAsync(Stream stream, string path, string length) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{length}\r\n\r\n"), Cancellation);

    /// <summary>Reads until the other side has ended the connection.</summary>
    private static async Task EndAsync(Stream stream)
    {
        var answer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(answer, Cancellation) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Ended without a farewell.
        }
    }

    private async Task<Stream> ConnectAsync(string listener)
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        if (listener == "admin")
        {
            return await _appliance.ConnectAsync();
        }
        var address = new Uri(_appliance.BootUrl);
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Cancellation);
        return client.GetStream();
    }
}
