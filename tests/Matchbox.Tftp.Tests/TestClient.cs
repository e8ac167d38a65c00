using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Matchbox.Protocols.Tftp;

namespace Matchbox.Tftp.Tests;

/// <summary>A client that sends exactly what it is told and shows what comes.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[65536];
    private readonly IPEndPoint _server;
    private EndPoint? _peer;

    public TestClient(int port)
    {
        _server = new IPEndPoint(IPAddress.Loopback, port);
        _socket.ReceiveBufferSize = 1 << 20;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>The server's TID of this transfer.</summary>
    public EndPoint Peer => _peer ?? throw new InvalidOperationException("nothing was received yet");

    public void Ask(string name, TftpMode mode = TftpMode.Octet, TftpOptions options = default, bool write = false)
    {
        var length = new TftpRequest { FileName = name, Mode = mode, Options = options, IsWrite = write }.Write(_buffer);
        Ask(_buffer.AsSpan(0, length));
    }

    public void Ask(ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, _server);

    public void Ack(long block)
    {
        Span<byte> ack = stackalloc byte[4];
        TftpPacket.WriteAck(ack, (ushort)block);
        _socket.SendTo(ack, Peer);
    }

    public void Error(TftpErrorCode code, string text)
    {
        var length = TftpPacket.WriteError(_buffer, code, text);
        _socket.SendTo(_buffer.AsSpan(0, length), Peer);
    }

    public void SendTo(EndPoint peer, ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, peer);

    /// <summary>The next datagram, or null when none comes in time.</summary>
    public async Task<byte[]?> ReceiveAsync(int milliseconds = 5000)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(milliseconds);
        try
        {
            var received = await _socket.ReceiveFromAsync(_buffer, SocketFlags.None, _server, timeout.Token);
            _peer = received.RemoteEndPoint;
            return _buffer[..received.ReceivedBytes];
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The next datagram in words: <c>DATA 1 (512)</c>, <c>OACK tsize 5</c>, <c>ERROR 1 text</c> or <c>nothing</c>.</summary>
    public async Task<string> NextAsync(int milliseconds = 5000)
    {
        var datagram = await ReceiveAsync(milliseconds);
        return datagram is null ? "nothing" : TftpPacket.Opcode(datagram) switch
        {
            TftpOpcode.Data => $"DATA {BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(2))} ({datagram.Length - 4})",
            TftpOpcode.OptionAck => "OACK " + Encoding.ASCII.GetString(datagram, 2, datagram.Length - 3).Replace('\0', ' '),
            TftpOpcode.Error => $"ERROR {datagram[3]} {Encoding.ASCII.GetString(datagram, 4, datagram.Length - 5)}",
            var other => other.ToString(),
        };
    }

    /// <summary>Fetches a file as a well-behaved client does.</summary>
    public async Task<byte[]> FetchAsync(string name, TftpMode mode = TftpMode.Octet, TftpOptions options = default)
    {
        Ask(name, mode, options);
        var content = new MemoryStream();
        var (blockSize, window, expected, inWindow) = (512, 1, 1L, 0);
        while (true)
        {
            var datagram = await ReceiveAsync() ?? throw new TimeoutException($"waited for block {expected}");
            switch (TftpPacket.Opcode(datagram))
            {
                case TftpOpcode.OptionAck:
                    var words = Encoding.ASCII.GetString(datagram, 2, datagram.Length - 3).Split('\0');
                    blockSize = Array.IndexOf(words, "blksize") is var b and >= 0 ? int.Parse(words[b + 1], null) : blockSize;
                    window = Array.IndexOf(words, "windowsize") is var w and >= 0 ? int.Parse(words[w + 1], null) : window;
                    Ack(0);
                    continue;
                case TftpOpcode.Data when BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(2)) == (ushort)expected:
                    content.Write(datagram, 4, datagram.Length - 4);
                    var last = datagram.Length - 4 < blockSize;
                    if (last || ++inWindow == window)
                    {
                        Ack(expected);
                        inWindow = 0;
                    }
                    if (last)
                    {
                        return content.ToArray();
                    }
                    expected++;
                    continue;
                default:
                    continue;
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
