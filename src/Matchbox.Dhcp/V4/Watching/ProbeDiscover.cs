using System.Buffers.Binary;
using Matchbox.Protocols;

namespace Matchbox.Dhcp.V4.Watching;

/// <summary>The DISCOVER that we send ourselves to find out whether somebody else serves a network.</summary>
internal static class ProbeDiscover
{
    public const int Length = 300;

    public static void Write(Span<byte> message, HardwareAddress mac, uint xid)
    {
        message[..Length].Clear();
        message[0] = 1;                                        // BOOTREQUEST
        message[1] = 1;                                        // Ethernet
        message[2] = (byte)mac.Length;
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], xid);
        message[10] = 0x80;                                    // answer by broadcast: we shall not have the address
        mac.Write(message[28..]);
        ReadOnlySpan<byte> options = [99, 130, 83, 99, 53, 1, 1, 55, 3, 1, 3, 54, 255];
        options.CopyTo(message[236..]);
    }
}
