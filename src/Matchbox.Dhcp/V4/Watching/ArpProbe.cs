using System.Buffers.Binary;
using Matchbox.Protocols;

namespace Matchbox.Dhcp.V4.Watching;

/// <summary>ARP as far as a server needs it: "does anybody sit on this address?" (RFC 826, RFC 5227 §2.1.1).</summary>
internal static class ArpProbe
{
    public const int Length = 42;
    public const ushort EtherType = 0x0806;

    private const ushort Ask = 1;
    private const ushort Tell = 2;

    /// <summary>A probe: the sender's IP address is 0, so that no cache learns from it.</summary>
    public static void Write(Span<byte> frame, HardwareAddress source, IPv4Address address)
    {
        frame[..6].Fill(0xff);
        source.Write(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], EtherType);
        ReadOnlySpan<byte> ethernetAndIPv4 = [0, 1, 8, 0, 6, 4];
        ethernetAndIPv4.CopyTo(frame[14..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[20..], Ask);
        source.Write(frame[22..]);
        frame[28..38].Clear();
        address.Write(frame[38..]);
    }

    /// <summary>Who says that it has which address.</summary>
    public static bool TryReadReply(ReadOnlySpan<byte> frame, out HardwareAddress owner, out IPv4Address address)
    {
        owner = default;
        address = default;
        if (frame.Length < Length
            || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != EtherType
            || BinaryPrimitives.ReadUInt16BigEndian(frame[20..]) != Tell
            || frame[18] != 6 || frame[19] != 4)
        {
            return false;
        }
        owner = new HardwareAddress(frame.Slice(22, 6));
        address = IPv4Address.Read(frame[28..]);
        return true;
    }
}
