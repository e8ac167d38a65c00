using System.Buffers.Binary;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Testing;

/// <summary>A DHCP packet put together field by field, right or wrong, by other means than our own writer.</summary>
public sealed class DhcpPacket
{
    private readonly List<byte> _options = [];

    public byte Op { get; set; } = 1;
    public byte Htype { get; set; } = 1;
    public byte Hlen { get; set; } = 6;
    public byte Hops { get; set; }
    public uint Xid { get; set; } = 0x12345678;
    public ushort Secs { get; set; }
    public ushort Flags { get; set; }
    public IPv4Address Ciaddr { get; set; }
    public IPv4Address Giaddr { get; set; }
    public HardwareAddress Chaddr { get; set; } = HardwareAddress.Parse("52:54:00:77:00:01");
    public byte[] Sname { get; set; } = [];
    public byte[] File { get; set; } = [];

    public static DhcpPacket Of(DhcpMessageType type) => new DhcpPacket().Option(DhcpOptionCode.MessageType, (byte)type);

    public DhcpPacket Option(DhcpOptionCode code, params byte[] value)
    {
        _options.Add((byte)code);
        _options.Add((byte)value.Length);
        return Raw(value);
    }

    /// <summary>Octets as they are, where the next option would be.</summary>
    public DhcpPacket Raw(params byte[] octets)
    {
        _options.AddRange(octets);
        return this;
    }

    public byte[] ToArray()
    {
        var octets = new byte[240 + _options.Count + 1];
        octets[0] = Op;
        octets[1] = Htype;
        octets[2] = Hlen;
        octets[3] = Hops;
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(4), Xid);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(8), Secs);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(10), Flags);
        Ciaddr.Write(octets.AsSpan(12));
        Giaddr.Write(octets.AsSpan(24));
        Chaddr.Write(octets.AsSpan(28));
        Sname.CopyTo(octets, 44);
        File.CopyTo(octets, 108);
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(236), 0x63825363);
        _options.CopyTo(octets, 240);
        octets[^1] = 255;
        return octets;
    }

    /// <summary>The packet as our codec reads it.</summary>
    public DhcpMessage ToMessage() => DhcpMessage.TryParse(ToArray(), out var message, out var error)
        ? message
        : throw new InvalidOperationException($"not a message: {error}");
}
