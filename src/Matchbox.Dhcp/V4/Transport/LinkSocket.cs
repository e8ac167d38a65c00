using System.Net;
using System.Net.Sockets;
using System.Text;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Transport;

/// <summary>
/// One UDP port on one interface, and a packet socket beside it for frames to machines that have no address yet. Receiving is
/// for one thread, sending for any.
/// </summary>
/// <remarks>
/// The UDP socket is bound to 0.0.0.0, because one bound to an address gets no broadcasts, and to the device, so that each
/// interface has its own and replies leave where the question came. Without SO_REUSEADDR: two servers on one port would share
/// the questions at random, so the second one has to fail.
/// </remarks>
internal sealed class LinkSocket : IDisposable
{
    private readonly Socket _udp;
    private readonly FrameSocket? _frames;

    [ThreadStatic]
    private static byte[]? _buffer;

    [ThreadStatic]
    private static SocketAddress? _destination;

    private LinkSocket(Socket udp, FrameSocket? frames, NetworkLink link, ushort port)
    {
        _udp = udp;
        _frames = frames;
        Link = link;
        Port = port;
    }

    /// <summary>The interface as it was when this was opened or last <see cref="Follow"/>ed.</summary>
    public NetworkLink Link { get; private set; }

    public ushort Port { get; }

    /// <exception cref="SocketException">AddressAlreadyInUse: another process has the port. AccessDenied: no capability.</exception>
    public static LinkSocket Open(NetworkLink link, ushort port, int receiveBuffer, TimeSpan receiveLimit)
    {
        Socket? udp = null;
        FrameSocket? frames = null;
        try
        {
            udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
            udp.SetRawSocketOption(LibC.SocketLevel, LibC.BindToDevice, Encoding.UTF8.GetBytes(link.Name + '\0'));
            udp.SetRawSocketOption(LibC.IPLevel, LibC.PacketInfo, [1, 0, 0, 0]);
            udp.ReceiveBufferSize = receiveBuffer;             // the kernel caps it at net.core.rmem_max
            udp.ReceiveTimeout = (int)receiveLimit.TotalMilliseconds;
            udp.Bind(new IPEndPoint(IPAddress.Any, port));
            if (link.IsEthernet)
            {
                frames = new FrameSocket(link);
            }
            return new LinkSocket(udp, frames, link, port);
        }
        catch
        {
            udp?.Dispose();
            frames?.Dispose();
            throw;
        }
    }

    /// <summary>Takes the interface's new condition (addresses, carrier) while the sockets stay open.</summary>
    public void Follow(NetworkLink link) => Link = link;

    /// <summary>Receives what is there, or waits a moment for something. False: this was disposed.</summary>
    public bool Receive(ReceiveBatch batch, bool wait)
    {
        var handle = _udp.SafeHandle;
        var held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            var error = batch.Receive((int)handle.DangerousGetHandle(), wait);
            return error is 0 or LibC.NetworkDown ? true : throw new SocketException(error);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>
    /// Sends a reply. To a machine on this link always as a frame to its hardware address: neither an unconfigured machine nor
    /// thousands of renewing ones then depend on the kernel's neighbour table.
    /// </summary>
    /// <returns>False: it does not fit what its client takes.</returns>
    /// <exception cref="SocketException">The kernel did not take it.</exception>
    public bool Send(DhcpReply reply, IPv4Address source, ReplyRoute route)
    {
        var buffer = _buffer ??= GC.AllocateUninitializedArray<byte>(UdpFrame.HeaderLength + DhcpReply.MaxLength);
        if (!reply.TryWrite(buffer.AsSpan(UdpFrame.HeaderLength), out var length))
        {
            return false;
        }
        Send(buffer, length, source, route);
        return true;
    }

    /// <summary>As the other one; the payload lies behind room for the headers.</summary>
    public void Send(byte[] buffer, int length, IPv4Address source, ReplyRoute route)
    {
        if (_frames is not null && route.Delivery != ReplyDelivery.Routed)
        {
            var link = Link;
            var hardware = route.Delivery == ReplyDelivery.Broadcast ? FrameSocket.Everybody : route.Hardware;
            var size = UdpFrame.Write(buffer, link.Hardware, hardware, source, Port, route.Destination, route.Port, length);
            _frames.Send(buffer.AsSpan(0, size), 0x0800);
            return;
        }
        // Without frames (no Ethernet) a machine that has no address yet gets a broadcast (RFC 2131 §4.1, end).
        var to = route.Delivery == ReplyDelivery.LinkUnicast ? IPv4Address.Broadcast : route.Destination;
        _udp.SendTo(buffer.AsSpan(UdpFrame.HeaderLength, length), SocketFlags.None, Destination(to, route.Port));
    }

    /// <summary>Sends a whole frame; nothing happens on a link without frames.</summary>
    public void SendFrame(ReadOnlySpan<byte> frame, ushort etherType) => _frames?.Send(frame, etherType);

    public void Dispose()
    {
        _udp.Dispose();
        _frames?.Dispose();
    }

    private static SocketAddress Destination(IPv4Address address, ushort port)
    {
        var destination = _destination ??= new SocketAddress(AddressFamily.InterNetwork, 16);
        var octets = destination.Buffer.Span;
        octets[2] = (byte)(port >> 8);
        octets[3] = (byte)port;
        address.Write(octets[4..]);
        return destination;
    }
}
