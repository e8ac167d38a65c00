using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Appliance.Tests.Durability;

/// <summary>
/// Any number of clients behind one relay: a socket on the relay's port 67. Each ACK that arrives is in the book before anybody
/// is told, also one that nobody waits for any more.
/// </summary>
internal sealed class RelayedClients : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);
    private static readonly IPv4Address Giaddr = IPv4Address.Parse(RackNetwork.Relay.Address.ToString());

    private readonly Socket _socket;
    private readonly LeaseBook _book;
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<DhcpMessage>> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _receiving;
    private uint _xid;

    public RelayedClients(Socket socket, LeaseBook book)
    {
        (_socket, _book) = (socket, book);
        _receiving = ReceiveAsync();
    }

    /// <summary>Octets of a host name and of a circuit id that go with each message, and make a lease's record as much longer.</summary>
    public int Padding { get; init; }

    public static HardwareAddress ClientNumber(int number) => HardwareAddress.Parse($"52:54:01:{number >> 16 & 255:x2}:{number >> 8 & 255:x2}:{number & 255:x2}");

    /// <summary>DISCOVER, REQUEST. Null when the server was silent; a NAK is an answer.</summary>
    public async Task<DhcpMessage?> JoinAsync(HardwareAddress client, CancellationToken stop, bool repeat = false)
    {
        if (await AskAsync(Of(DhcpMessageType.Discover, client), stop) is not { Type: DhcpMessageType.Offer } offer)
        {
            return null;
        }
        return await AskAsync(Selecting(client, offer), stop, repeat);
    }

    public Task<DhcpMessage?> DiscoverAsync(HardwareAddress client, IPv4Address wanted, CancellationToken stop) =>
        AskAsync(Of(DhcpMessageType.Discover, client).Option(DhcpOptionCode.RequestedAddress, Octets(wanted)), stop);

    /// <summary>A machine that starts again and remembers its address (RFC 2131 §4.3.2, INIT-REBOOT).</summary>
    public Task<DhcpMessage?> RebootAsync(HardwareAddress client, IPv4Address address, CancellationToken stop) =>
        AskAsync(Of(DhcpMessageType.Request, client).Option(DhcpOptionCode.RequestedAddress, Octets(address)), stop);

    /// <summary>REBINDING: what a relay sees of renewals.</summary>
    public Task<DhcpMessage?> RebindAsync(HardwareAddress client, IPv4Address address, CancellationToken stop, bool repeat = false)
    {
        var request = Of(DhcpMessageType.Request, client);
        request.Ciaddr = address;
        return AskAsync(request, stop, repeat);
    }

    public void Release(HardwareAddress client, IPv4Address address)
    {
        var release = Of(DhcpMessageType.Release, client).Option(DhcpOptionCode.ServerIdentifier, RackNetwork.Server.Address.GetAddressBytes());
        release.Ciaddr = address;
        release.Xid = Interlocked.Increment(ref _xid);
        _book.Release(client, release.Xid);
        Send(release);
    }

    /// <summary>Asks again, as firmware does, until there is an answer.</summary>
    public static async Task<DhcpMessage?> PersistAsync(Func<Task<DhcpMessage?>> ask, int tries = 6)
    {
        DhcpMessage? answer = null;
        while (answer is null && tries-- > 0)
        {
            answer = await ask();
        }
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _receiving;
        _socket.Dispose();
        _stop.Dispose();
    }

    private static byte[] Octets(IPv4Address address) => address.ToIPAddress().GetAddressBytes();

    private DhcpPacket Selecting(HardwareAddress client, DhcpMessage offer) => Of(DhcpMessageType.Request, client)
        .Option(DhcpOptionCode.RequestedAddress, Octets(offer.Yiaddr))
        .Option(DhcpOptionCode.ServerIdentifier, Octets(offer.Options.ServerIdentifier ?? default));

    private DhcpPacket Of(DhcpMessageType type, HardwareAddress client)
    {
        var packet = DhcpPacket.Of(type);
        (packet.Chaddr, packet.Giaddr, packet.Hops) = (client, Giaddr, 1);
        if (Padding > 0)
        {
            packet.Option(DhcpOptionCode.MaxMessageSize, 5, 192);
            packet.Option(DhcpOptionCode.HostName, Encoding.ASCII.GetBytes(client.ToHyphenString().PadRight(Padding, 'x')));
            packet.Option(DhcpOptionCode.RelayAgentInformation, [1, (byte)Padding, .. new byte[Padding]]);
        }
        return packet;
    }

    private async Task<DhcpMessage?> AskAsync(DhcpPacket packet, CancellationToken stop, bool repeat = false)
    {
        packet.Xid = Interlocked.Increment(ref _xid);
        var answer = new TaskCompletionSource<DhcpMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[packet.Xid] = answer;
        try
        {
            Send(packet);
            if (repeat)
            {
                Send(packet);
            }
            return await answer.Task.WaitAsync(Patience, stop);
        }
        catch (Exception silence) when (silence is TimeoutException or OperationCanceledException)
        {
            return null;
        }
        finally
        {
            _waiting.TryRemove(packet.Xid, out _);
        }
    }

    private void Send(DhcpPacket packet) => _socket.SendTo(packet.ToArray(), RackNetwork.Server);

    private async Task ReceiveAsync()
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, RackNetwork.Server, _stop.Token);
                if (!DhcpMessage.TryParse(buffer.AsSpan(0, received.ReceivedBytes), out var message, out var error))
                {
                    _book.Fault($"an unreadable answer: {error}");
                    continue;
                }
                if (message.Type == DhcpMessageType.Ack)
                {
                    _book.Grant(message.Chaddr, message.Yiaddr, message.Xid);
                }
                if (_waiting.TryGetValue(message.Xid, out var waiting))
                {
                    waiting.TrySetResult(message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
