using System.Net;
using System.Net.Sockets;
using Matchbox.Protocols;

namespace Matchbox.Dhcp.V4.Transport;

/// <summary>Sends whole Ethernet frames on one interface; receives nothing. Any thread. Needs CAP_NET_RAW.</summary>
internal sealed class FrameSocket : IDisposable
{
    public static readonly HardwareAddress Everybody = HardwareAddress.Parse("ff:ff:ff:ff:ff:ff");

    private readonly Socket _socket;
    private readonly SocketAddress _ip;
    private readonly SocketAddress _arp;

    public FrameSocket(NetworkLink link)
    {
        _socket = new Socket(AddressFamily.Packet, SocketType.Raw, 0);   // protocol 0: the kernel queues nothing for it
        _ip = AddressOf(link.Index, 0x0800);
        _arp = AddressOf(link.Index, 0x0806);
    }

    /// <exception cref="SocketException">The kernel did not take it.</exception>
    public void Send(ReadOnlySpan<byte> frame, ushort etherType) =>
        _socket.SendTo(frame, SocketFlags.None, etherType == 0x0806 ? _arp : _ip);

    public void Dispose() => _socket.Dispose();

    // struct sockaddr_ll: family, protocol (network order), index, hatype, pkttype, halen, addr[8]
    private static SocketAddress AddressOf(int index, ushort etherType)
    {
        var address = new SocketAddress(AddressFamily.Packet, 20);
        var octets = address.Buffer.Span;
        octets[2] = (byte)(etherType >> 8);
        octets[3] = (byte)etherType;
        BitConverter.TryWriteBytes(octets[4..], index);
        octets[11] = 6;
        return address;
    }
}
