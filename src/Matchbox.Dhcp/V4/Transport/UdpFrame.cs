using System.Buffers.Binary;
using Matchbox.Protocols;

namespace Matchbox.Dhcp.V4.Transport;

/// <summary>
/// A UDP datagram inside an Ethernet frame (RFC 894, 791, 768), written without the kernel: for machines that do not have
/// their address yet and so answer no ARP. Both checksums are set.
/// </summary>
internal static class UdpFrame
{
    public const int HeaderLength = EthernetLength + IPLength + UdpLength;

    private const int EthernetLength = 14;
    private const int IPLength = 20;
    private const int UdpLength = 8;
    private const byte Udp = 17;

    /// <summary>Fills in the three headers before a payload that lies at <see cref="HeaderLength"/>; gives the frame's length.</summary>
    public static int Write(
        Span<byte> frame, HardwareAddress source, HardwareAddress destination,
        IPv4Address from, ushort fromPort, IPv4Address to, ushort toPort, int payloadLength)
    {
        destination.Write(frame);
        source.Write(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x0800);

        var ip = frame.Slice(EthernetLength, IPLength);
        var udp = frame.Slice(EthernetLength + IPLength, UdpLength + payloadLength);
        ip.Clear();
        ip[0] = 0x45;                                          // version 4, five words
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(IPLength + udp.Length));
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], 0x4000);// never a fragment, so no identification (RFC 6864 §4.1)
        ip[8] = 64;
        ip[9] = Udp;
        from.Write(ip[12..]);
        to.Write(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Of(ip));

        BinaryPrimitives.WriteUInt16BigEndian(udp, fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], toPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        udp[6..8].Clear();
        var pseudoHeader = (from.Value >> 16) + (from.Value & 0xffff) + (to.Value >> 16) + (to.Value & 0xffff) + Udp + (uint)udp.Length;
        var checksum = InternetChecksum.Of(udp, pseudoHeader);
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? (ushort)0xffff : checksum);   // 0 says "none" (RFC 768)
        return HeaderLength + payloadLength;
    }

    /// <summary>The UDP payload of a received frame with these ports, and who sent it; false for anything else.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> frame, ushort fromPort, ushort toPort, out HardwareAddress source, out IPv4Address from, out ReadOnlySpan<byte> payload)
    {
        source = default;
        from = default;
        payload = default;
        if (frame.Length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0800)
        {
            return false;
        }
        var ip = frame[EthernetLength..];
        var length = (ip[0] & 15) * 4;
        if (ip[0] >> 4 != 4 || length < IPLength || ip[9] != Udp || ip.Length < length + UdpLength
            || (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3fff) != 0)
        {
            return false;
        }
        var udp = ip[length..];
        int size = BinaryPrimitives.ReadUInt16BigEndian(udp[4..]);
        if (size < UdpLength || size > udp.Length
            || BinaryPrimitives.ReadUInt16BigEndian(udp) != fromPort || BinaryPrimitives.ReadUInt16BigEndian(udp[2..]) != toPort)
        {
            return false;
        }
        source = new HardwareAddress(frame.Slice(6, 6));
        from = IPv4Address.Read(ip[12..]);
        payload = udp[UdpLength..size];
        return true;
    }
}

/// <summary>The ones' complement sum of RFC 1071.</summary>
internal static class InternetChecksum
{
    public static ushort Of(ReadOnlySpan<byte> octets, uint start = 0)
    {
        ulong sum = start;
        while (octets.Length >= 4)
        {
            sum += BinaryPrimitives.ReadUInt32BigEndian(octets);
            octets = octets[4..];
        }
        if (octets.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets);
            octets = octets[2..];
        }
        if (octets.Length == 1)
        {
            sum += (uint)octets[0] << 8;
        }
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (ushort)~sum;
    }
}
