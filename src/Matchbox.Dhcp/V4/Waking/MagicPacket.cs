using Matchbox.Protocols;

namespace Matchbox.Dhcp.V4.Waking;

/// <summary>What a sleeping network card waits for (AMD, Magic Packet Technology, 1995): six octets of ones, then its MAC 16 times.</summary>
internal static class MagicPacket
{
    public const int Length = 6 + (16 * 6);

    /// <summary>UDP port 9, "discard", by convention: the card looks for the octets alone.</summary>
    public const ushort Port = 9;

    public static void Write(Span<byte> packet, HardwareAddress mac)
    {
        packet[..6].Fill(0xff);
        for (var at = 6; at < Length; at += 6)
        {
            mac.Write(packet[at..]);
        }
    }
}
