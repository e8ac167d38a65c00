using System.Net.Sockets;
using System.Text;
using Matchbox.Core.Files;
using Matchbox.Protocols;
using Matchbox.Protocols.Tftp;
using Microsoft.Extensions.Time.Testing;

namespace Matchbox.Tftp.Tests;

public sealed class TftpServerTests
{
    private static byte[] Random(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(1, null, null)]
    [InlineData(512, null, null)]
    [InlineData(5120, null, null)]
    [InlineData(5119, 1468, 4)]
    [InlineData(1468 * 64, 1468, 64)]
    [InlineData(1_000_003, 1428, 64)]
    [InlineData(100_000, 8, 64)]
    public async Task Files_arrive_whole(int length, int? blockSize, int? window)
    {
        await using var server = await TestServer.StartAsync();
        server.Files["dir/file"] = Random(length);
        using var client = new TestClient(server.Port);

        var got = await client.FetchAsync("/dir/file", options: new TftpOptions { BlockSize = blockSize, WindowSize = window, TransferSize = 0 });

        Assert.Equal(server.Files["dir/file"], got);
        await TestServer.Until(() => server.Completed.Contains(("dir/file", length)));
        Assert.Equal(0, server.ActiveTransfers);
    }

    [Theory]
    [InlineData(512, 1)]
    [InlineData(100, 8)]
    public async Task Netascii_doubles_line_ends_and_tells_no_size(int blockSize, int window)
    {
        await using var server = await TestServer.StartAsync();
        var text = string.Concat(Enumerable.Range(0, 3000).Select(line => $"line {line}\n{(line % 7 == 0 ? "\r" : "")}"));
        server.Files["text"] = Encoding.ASCII.GetBytes(text);
        var options = new TftpOptions { TransferSize = 0, BlockSize = blockSize, WindowSize = window };
        using var client = new TestClient(server.Port);
        client.Ask("text", TftpMode.Netascii, options);
        Assert.Equal($"OACK blksize {blockSize} windowsize {window}", await client.NextAsync());
        client.Error(TftpErrorCode.SeeMessage, "enough");

        using var second = new TestClient(server.Port);
        var got = await second.FetchAsync("text", TftpMode.Netascii, options);
        Assert.Equal(text.Replace("\r", "\r\0").Replace("\n", "\r\n"), Encoding.ASCII.GetString(got));
    }

    [Theory]
    [InlineData("missing", TftpMode.Octet, false, "ERROR 1 not found")]
    [InlineData("file", TftpMode.Octet, true, "ERROR 2 read only")]
    [InlineData("../file", TftpMode.Octet, false, "ERROR 2 bad name")]
    [InlineData("file", TftpMode.Mail, false, "ERROR 4 no mail")]
    public async Task What_is_not_served_gets_an_error(string name, TftpMode mode, bool write, string expected)
    {
        await using var server = await TestServer.StartAsync();
        server.Files["file"] = [1];
        using var client = new TestClient(server.Port);
        client.Ask(name, mode, write: write);
        Assert.Equal(expected, await client.NextAsync());
    }

    [Fact]
    public async Task The_size_probe_of_edk2_is_no_failure()
    {
        await using var server = await TestServer.StartAsync();
        server.Files["ipxe.efi"] = Random(5000);
        using var client = new TestClient(server.Port);
        client.Ask("ipxe.efi", options: new TftpOptions { TransferSize = 0, BlockSize = 1468, WindowSize = 4 });
        Assert.Equal("OACK tsize 5000 blksize 1468 windowsize 4", await client.NextAsync());
        client.Error(TftpErrorCode.OptionRefused, "User aborted the transfer");
        await TestServer.Until(() => server.ActiveTransfers == 0);
        Assert.Empty(server.Failed);
        Assert.DoesNotContain(server.Log, line => line.Contains("ipxe.efi", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_gives_up_in_the_middle_is_a_failure_with_its_words_escaped()
    {
        await using var server = await TestServer.StartAsync();
        server.Files["file"] = Random(5000);
        using var client = new TestClient(server.Port);
        client.Ask("file");
        await client.NextAsync();
        client.Ack(1);
        await client.NextAsync();
        client.Error(TftpErrorCode.DiskFull, "full\nINFO: forged");
        await TestServer.Until(() => !server.Failed.IsEmpty);
        var line = Assert.Single(server.Log, line => line.StartsWith("Warning", StringComparison.Ordinal));
        Assert.Contains("full\\u000aINFO", line, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", line, StringComparison.Ordinal);
        Assert.Contains("512 bytes", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_gets_error_5_and_the_transfer_goes_on()
    {
        await using var server = await TestServer.StartAsync();
        server.Files["file"] = Random(1000);
        using var client = new TestClient(server.Port);
        using var stranger = new TestClient(server.Port);
        client.Ask("file");
        Assert.Equal("DATA 1 (512)", await client.NextAsync());

        stranger.SendTo(client.Peer, [0, 4, 0, 1]);
        Assert.Equal("ERROR 5 unknown TID", await stranger.NextAsync());
        stranger.SendTo(client.Peer, [0, 5, 0, 0, 0]);      // errors are never answered, and not believed
        Assert.Equal("nothing", await stranger.NextAsync(100));

        client.Ack(1);
        Assert.Equal("DATA 2 (488)", await client.NextAsync());
    }

    [Fact]
    public async Task A_repeated_request_begins_no_second_transfer()
    {
        await using var server = await TestServer.StartAsync(time: new FakeTimeProvider());
        server.Files["file"] = Random(1000);
        using var client = new TestClient(server.Port);
        client.Ask("file");
        Assert.Equal("DATA 1 (512)", await client.NextAsync());
        client.Ask("file");
        Assert.Equal("nothing", await client.NextAsync(100));
        Assert.Equal(1, server.ActiveTransfers);
    }

    [Fact]
    public async Task A_restarted_machine_gets_the_file_from_its_old_port()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        server.Files["file"] = Random(5000);
        using var client = new TestClient(server.Port);
        client.Ask("file");
        await client.NextAsync();
        client.Ack(1);
        Assert.Equal("DATA 2 (512)", await client.NextAsync());
        var old = client.Peer;

        time.Advance(TimeSpan.FromSeconds(1.5));
        while (await client.NextAsync(100) != "nothing")
        {
            // what the old transfer repeats meanwhile
        }
        client.Ask("file");
        Assert.Equal("DATA 1 (512)", await client.NextAsync());
        Assert.NotEqual(old, client.Peer);
        await TestServer.Until(() => server.ActiveTransfers == 1);
    }

    [Fact]
    public async Task Who_never_answers_gets_three_packets()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        server.Files["file"] = Random(100_000);
        using var client = new TestClient(server.Port);
        client.Ask("file", options: new TftpOptions { WindowSize = 64 });
        var packets = new List<string> { await client.NextAsync() };
        for (var i = 0; i < 200 && server.ActiveTransfers > 0; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            if (await client.NextAsync(10) is var packet and not "nothing")
            {
                packets.Add(packet);
            }
        }
        Assert.Equal(["OACK windowsize 64", "OACK windowsize 64", "OACK windowsize 64"], packets);
        await TestServer.Until(() => !server.Failed.IsEmpty);
        Assert.Equal("the client never answered", Assert.Single(server.Failed).Reason);
    }

    [Fact]
    public async Task A_lost_block_is_repeated_by_the_clock_of_the_machine()
    {
        await using var server = await TestServer.StartAsync();
        server.Files["file"] = Random(1000);
        using var client = new TestClient(server.Port);
        client.Ask("file");
        Assert.Equal("DATA 1 (512)", await client.NextAsync());
        Assert.Equal("DATA 1 (512)", await client.NextAsync());
        client.Ack(1);
        Assert.Equal("DATA 2 (488)", await client.NextAsync());
        Assert.Equal("DATA 2 (488)", await client.NextAsync());
        client.Ack(2);
        await TestServer.Until(() => !server.Completed.IsEmpty);
    }

    [Fact]
    public async Task A_lost_last_ack_is_no_failure()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        server.Files["file"] = Random(700);
        using var client = new TestClient(server.Port);
        client.Ask("file");
        await client.NextAsync();
        client.Ack(1);
        Assert.Equal("DATA 2 (188)", await client.NextAsync());
        for (var i = 0; i < 100 && server.ActiveTransfers > 0; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
        await TestServer.Until(() => !server.Completed.IsEmpty);
        Assert.Empty(server.Failed);
    }

    [Fact]
    public async Task Beyond_the_limit_of_a_source_there_is_silence()
    {
        await using var server = await TestServer.StartAsync(new TftpSettings { MaxTransfersPerSource = 3 }, time: new FakeTimeProvider());
        server.Files["file"] = Random(5000);
        var clients = Enumerable.Range(0, 4).Select(_ => new TestClient(server.Port)).ToArray();
        foreach (var client in clients[..3])
        {
            client.Ask("file");
            Assert.Equal("DATA 1 (512)", await client.NextAsync());
        }
        clients[3].Ask("file");
        Assert.Equal("nothing", await clients[3].NextAsync(100));
        clients[0].Error(TftpErrorCode.SeeMessage, "");
        await TestServer.Until(() => server.ActiveTransfers == 2);
        clients[3].Ask("file");
        Assert.Equal("DATA 1 (512)", await clients[3].NextAsync());
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public async Task Networks_that_are_not_served_get_silence()
    {
        await using var server = await TestServer.StartAsync(new TftpSettings { AllowedNetworks = [IPv4Network.Parse("10.0.0.0/8")] });
        server.Files["file"] = [1];
        using var client = new TestClient(server.Port);
        client.Ask("file");
        Assert.Equal("nothing", await client.NextAsync(150));
    }

    [Theory]
    [InlineData("lo", "DATA 1 (1)")]
    [InlineData("not-there-yet", "nothing")]
    public async Task Interfaces_are_served_by_name(string name, string expected)
    {
        await using var server = await TestServer.StartAsync(new TftpSettings { Interfaces = [name] });
        server.Files["file"] = [1];
        using var client = new TestClient(server.Port);
        client.Ask("file");
        Assert.Equal(expected, await client.NextAsync(expected == "nothing" ? 150 : 5000));
    }

    [Fact]
    public async Task Garbage_gets_no_answer_and_breaks_nothing()
    {
        await using var server = await TestServer.StartAsync();
        server.Files["file"] = Random(3000);
        using var hostile = new TestClient(server.Port);
        var random = new Random(7);
        var datagram = new byte[1500];
        for (var i = 0; i < 5000; i++)
        {
            random.NextBytes(datagram);
            datagram[0] = 0;
            datagram[1] = (byte)random.Next(3, 9);              // not a request
            hostile.Ask(datagram.AsSpan(0, random.Next(1500)));
        }
        Assert.Equal("nothing", await hostile.NextAsync(100));
        using var client = new TestClient(server.Port);
        Assert.Equal(server.Files["file"], await client.FetchAsync("file"));
    }

    [Fact]
    public async Task Stopping_lets_a_transfer_end_and_takes_no_new_one()
    {
        await using var server = await TestServer.StartAsync(new TftpSettings());
        server.Files["file"] = Random(1000);
        using var client = new TestClient(server.Port);
        using var late = new TestClient(server.Port);
        client.Ask("file");
        Assert.Equal("DATA 1 (512)", await client.NextAsync());
        var stopped = server.StopAsync();
        await Task.Delay(50, TestContext.Current.CancellationToken);
        late.Ask("file");
        Assert.Equal("nothing", await late.NextAsync(100));
        Assert.False(stopped.IsCompleted);
        client.Ack(1);
        Assert.Equal("DATA 2 (488)", await client.NextAsync());
        client.Ack(2);
        await stopped.WaitAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        Assert.Equal(("file", 1000), Assert.Single(server.Completed));
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_ever()
    {
        await using var server = await TestServer.StartAsync(new TftpSettings { DrainTime = TimeSpan.FromMilliseconds(200) });
        server.Files["file"] = Random(1000);
        using var client = new TestClient(server.Port);
        client.Ask("file");
        await client.NextAsync();
        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        Assert.Equal("the service stopped", Assert.Single(server.Failed).Reason);
    }

    [Fact]
    public async Task A_port_that_somebody_holds_is_a_clear_error()
    {
        await using var server = await TestServer.StartAsync();
        using var second = new TftpServer(
            new TftpSettings { Listen = [IPv4Address.Parse("127.0.0.1")], Port = server.Port }, server, [], TimeProvider.System, server);
        var error = await Assert.ThrowsAsync<IOException>(() => second.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"127.0.0.1 port {server.Port}/udp", error.Message, StringComparison.Ordinal);
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }

    private sealed class BrokenFile : TftpFile
    {
        public override long Length => 5000;

        public override int Read(long offset, Span<byte> buffer) => throw new IOException("the disk is gone");
    }

    private sealed class BrokenContent : ITftpContent
    {
        public async ValueTask<TftpOpening> OpenAsync(TftpFileRequest request, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return request.Name == "file" ? TftpOpening.Opened(new BrokenFile()) : throw new InvalidOperationException("the store is gone");
        }
    }

    [Fact]
    public async Task A_fault_of_ours_is_told_to_the_client_and_ends_one_transfer_only()
    {
        await using var server = await TestServer.StartAsync(content: new BrokenContent());
        using var client = new TestClient(server.Port);
        client.Ask("other");
        Assert.Equal("ERROR 0 unavailable", await client.NextAsync());
        client.Ask("file");
        Assert.Equal("ERROR 0 read error", await client.NextAsync());
        await TestServer.Until(() => !server.Failed.IsEmpty);
        Assert.Equal("the disk is gone", Assert.Single(server.Failed).Reason);
        Assert.Equal(0, server.ActiveTransfers);
    }
}
