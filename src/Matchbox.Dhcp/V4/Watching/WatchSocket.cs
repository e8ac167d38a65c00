using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Matchbox.Dhcp.V4.Transport;

namespace Matchbox.Dhcp.V4.Watching;

/// <summary>
/// Hears on one interface what DHCP servers tell their clients and who answers ARP: a packet socket whose filter drops all
/// other frames inside the kernel. Needs CAP_NET_RAW.
/// </summary>
internal sealed unsafe class WatchSocket : IDisposable
{
    private const ushort AllProtocols = 3;                     // ETH_P_ALL

    // ARP replies, and unfragmented UDP from port 67 to port 68 with a plain IP header. Loads are Ethernet offsets.
    private static readonly Instruction[] Filter =
    [
        new(0x28, 0, 0, 12),                                   //  0 ldh  type
        new(0x15, 0, 2, 0x0806),                               //  1 ARP? else to 4
        new(0x28, 0, 0, 20),                                   //  2 ldh  operation
        new(0x15, 8, 9, 2),                                    //  3 reply? accept, else drop
        new(0x15, 0, 8, 0x0800),                               //  4 IPv4? else drop
        new(0x30, 0, 0, 23),                                   //  5 ldb  protocol
        new(0x15, 0, 6, 17),                                   //  6 UDP? else drop
        new(0x28, 0, 0, 20),                                   //  7 ldh  fragment
        new(0x45, 4, 0, 0x1fff),                               //  8 a later fragment? drop
        new(0xb1, 0, 0, 14),                                   //  9 ldx  IP header length
        new(0x40, 0, 0, 14),                                   // 10 ld   both ports
        new(0x15, 0, 1, 67 << 16 | 68),                        // 11 67 to 68? else drop
        new(0x06, 0, 0, 2048),                                 // 12 accept
        new(0x06, 0, 0, 0),                                    // 13 drop
    ];

    public WatchSocket(NetworkLink link)
    {
        Link = link;
        Socket = new Socket(AddressFamily.Packet, SocketType.Raw, 0);
        try
        {
            fixed (Instruction* program = Filter)
            {
                // struct sock_fprog: length, then the pointer at its natural place.
                var description = new Program { Length = (ushort)Filter.Length, Instructions = program };
                Socket.SetRawSocketOption(
                    LibC.SocketLevel, LibC.AttachFilter, new ReadOnlySpan<byte>(&description, sizeof(Program)));
            }
            Socket.SetRawSocketOption(LibC.PacketLevel, LibC.IgnoreOutgoing, [1, 0, 0, 0]);
            Socket.Bind(new LinkEndPoint(link.Index, AllProtocols));
        }
        catch
        {
            Socket.Dispose();
            throw;
        }
    }

    public NetworkLink Link { get; set; }

    public Socket Socket { get; }

    public void Dispose() => Socket.Dispose();

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public Instruction* Instructions;
    }

    // struct sockaddr_ll as an end point that Bind takes.
    private sealed class LinkEndPoint(int index, ushort protocol) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, 20);
            var octets = address.Buffer.Span;
            octets[2] = (byte)(protocol >> 8);
            octets[3] = (byte)protocol;
            BitConverter.TryWriteBytes(octets[4..], index);
            return address;
        }
    }
}
