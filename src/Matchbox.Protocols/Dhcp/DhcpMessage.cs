using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Matchbox.Protocols.Dhcp;

/// <summary>
/// One DHCPv4 message as received (RFC 2131 §2). Immutable: owns its octets and may cross threads. Options that were split
/// (RFC 3396) or lay in file and sname (option 52) are already joined; nothing is decoded before it is asked for.
/// </summary>
public sealed class DhcpMessage
{
    public const int ServerPort = 67;
    public const int ClientPort = 68;

    /// <summary>Where a PXE boot server listens beside a DHCP server (PXE 2.1 §2.2).</summary>
    public const int PxePort = 4011;

    internal const int HeaderLength = 236;
    internal const int OptionsOffset = 240;
    internal const uint MagicCookie = 0x63825363;              // 99.130.83.99, RFC 2131 §3
    internal const int ChaddrOffset = 28;
    internal const int SnameOffset = 44;
    internal const int SnameLength = 64;
    internal const int FileOffset = 108;
    internal const int FileLength = 128;
    internal const ushort BroadcastFlag = 0x8000;

    private readonly byte[] _octets;                           // the header, then the options as DhcpOptions lays them
    private readonly byte _overload;

    private DhcpMessage(byte[] octets, byte overload, DhcpMessageType type)
    {
        _octets = octets;
        _overload = overload;
        Type = type;
    }

    public DhcpMessageType Type { get; }

    public DhcpOperation Op => (DhcpOperation)_octets[0];

    /// <summary>The kind of hardware, 1 for Ethernet (the ARP registry).</summary>
    public byte Htype => _octets[1];

    public byte Hlen => _octets[2];

    public byte Hops => _octets[3];

    public uint Xid => BinaryPrimitives.ReadUInt32BigEndian(_octets.AsSpan(4));

    /// <summary>Seconds since the client began; its own count, sometimes always 0 or byte-swapped.</summary>
    public ushort Secs => BinaryPrimitives.ReadUInt16BigEndian(_octets.AsSpan(8));

    public ushort Flags => BinaryPrimitives.ReadUInt16BigEndian(_octets.AsSpan(10));

    /// <summary>The client cannot receive unicast before it has an address (RFC 2131 §4.1).</summary>
    public bool Broadcast => (Flags & BroadcastFlag) != 0;

    public IPv4Address Ciaddr => IPv4Address.Read(_octets.AsSpan(12));

    public IPv4Address Yiaddr => IPv4Address.Read(_octets.AsSpan(16));

    public IPv4Address Siaddr => IPv4Address.Read(_octets.AsSpan(20));

    /// <summary>The relay, or 0.0.0.0 on the same link.</summary>
    public IPv4Address Giaddr => IPv4Address.Read(_octets.AsSpan(24));

    /// <summary>Its length is <see cref="Hlen"/>: empty for IPoIB (RFC 4390 §2).</summary>
    public HardwareAddress Chaddr => new(_octets.AsSpan(ChaddrOffset, Hlen));

    /// <summary>Up to the first NUL; empty when option 52 says that the field held options.</summary>
    public ReadOnlySpan<byte> SnameOctets => (_overload & 2) != 0 ? default : UpToNul(_octets.AsSpan(SnameOffset, SnameLength));

    /// <summary>Up to the first NUL; empty when option 52 says that the field held options.</summary>
    public ReadOnlySpan<byte> FileOctets => (_overload & 1) != 0 ? default : UpToNul(_octets.AsSpan(FileOffset, FileLength));

    public string Sname => Encoding.UTF8.GetString(SnameOctets);

    public string File => Encoding.UTF8.GetString(FileOctets);

    public DhcpOptions Options => new(_octets, HeaderLength, _octets.Length);

    /// <summary>The first 236 octets as received.</summary>
    internal ReadOnlySpan<byte> Header => _octets.AsSpan(0, HeaderLength);

    /// <summary>
    /// Reads a whole UDP payload. A missing end option is forgiven, an option that runs past its field is not. False gives a
    /// reason and no message. Allocates the message and one array no larger than the datagram and 1 KiB.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out DhcpMessage? message, out DhcpParseError error)
    {
        message = null;
        error = CheckHeader(datagram);
        if (error != DhcpParseError.None)
        {
            return false;
        }

        // First pass: how many octets each code has in all. Second pass: each value to its place. So an option that comes in a
        // thousand pieces costs no more than its octets.
        Span<int> sizes = stackalloc int[256];
        sizes.Clear();
        Span<byte> order = stackalloc byte[256];
        var count = 0;
        var main = datagram[OptionsOffset..];
        byte overload = 0;
        if (!Tally(main, sizes, order, ref count) || !TryReadOverload(main, sizes, out overload, out error))
        {
            error = error == DhcpParseError.None ? DhcpParseError.TruncatedOption : error;
            return false;
        }
        var file = (overload & 1) != 0 ? datagram.Slice(FileOffset, FileLength) : default;
        var sname = (overload & 2) != 0 ? datagram.Slice(SnameOffset, SnameLength) : default;
        if (!Tally(file, sizes, order, ref count) || !Tally(sname, sizes, order, ref count))
        {
            error = DhcpParseError.TruncatedOption;
            return false;
        }

        var length = HeaderLength;
        for (var i = 0; i < count; i++)
        {
            length += sizes[order[i]];
        }
        var octets = new byte[length];
        datagram[..HeaderLength].CopyTo(octets);
        Place(octets, sizes, order[..count]);
        Copy(main, octets, sizes);
        Copy(file, octets, sizes);
        Copy(sname, octets, sizes);

        error = ReadType(new DhcpOptions(octets, HeaderLength, length), out var type);
        message = error == DhcpParseError.None ? new DhcpMessage(octets, overload, type) : null;
        return message is not null;
    }

    public override string ToString() => $"{Type} xid {Xid:x8} from {Chaddr}";

    /// <summary>An answer to this message, with the fields that RFC 2131 table 3 takes from it.</summary>
    public DhcpReply ReplyWith(DhcpMessageType type) => new(this, type);

    internal static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> field)
    {
        var nul = field.IndexOf((byte)0);
        return nul < 0 ? field : field[..nul];
    }

    private static DhcpParseError CheckHeader(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length is < HeaderLength or > ushort.MaxValue)
        {
            return DhcpParseError.Length;
        }
        if (datagram[0] is not ((byte)DhcpOperation.BootRequest or (byte)DhcpOperation.BootReply))
        {
            return DhcpParseError.Operation;
        }
        if (datagram[2] > HardwareAddress.MaxLength)
        {
            return DhcpParseError.HardwareLength;
        }
        if (datagram.Length < OptionsOffset)
        {
            return DhcpParseError.Length;
        }
        return BinaryPrimitives.ReadUInt32BigEndian(datagram[HeaderLength..]) == MagicCookie
            ? DhcpParseError.None
            : DhcpParseError.MagicCookie;
    }

    private static bool Tally(ReadOnlySpan<byte> field, Span<int> sizes, Span<byte> order, ref int count)
    {
        var reader = new DhcpOptionReader(field);
        while (reader.TryRead(out var code, out var value))
        {
            if (sizes[code] == 0)
            {
                sizes[code] = DhcpOptions.EntryHeader;
                order[count++] = code;
            }
            sizes[code] += value.Length;
        }
        return !reader.Truncated;
    }

    private static bool TryReadOverload(ReadOnlySpan<byte> main, Span<int> sizes, out byte overload, out DhcpParseError error)
    {
        overload = 0;
        error = DhcpParseError.None;
        if (sizes[(int)DhcpOptionCode.Overload] == 0)
        {
            return true;
        }
        var reader = new DhcpOptionReader(main);
        while (reader.TryRead(out var code, out var value))
        {
            if (code == (byte)DhcpOptionCode.Overload && value is [<= 3 and var fields])
            {
                overload = fields;
            }
            else if (code == (byte)DhcpOptionCode.Overload)
            {
                error = DhcpParseError.Overload;
                return false;
            }
        }
        return true;
    }

    /// <summary>Writes the head of each entry and turns its size into the place where its value begins.</summary>
    private static void Place(Span<byte> octets, Span<int> sizes, ReadOnlySpan<byte> order)
    {
        var at = HeaderLength;
        foreach (var code in order)
        {
            var size = sizes[code];
            DhcpOptions.WriteEntryHeader(octets[at..], code, size - DhcpOptions.EntryHeader);
            sizes[code] = at + DhcpOptions.EntryHeader;
            at += size;
        }
    }

    private static void Copy(ReadOnlySpan<byte> field, Span<byte> octets, Span<int> places)
    {
        var reader = new DhcpOptionReader(field);
        while (reader.TryRead(out var code, out var value))
        {
            value.CopyTo(octets[places[code]..]);
            places[code] += value.Length;
        }
    }

    private static DhcpParseError ReadType(DhcpOptions options, out DhcpMessageType type)
    {
        type = DhcpMessageType.None;
        if (!options.TryGet(DhcpOptionCode.MessageType, out var value))
        {
            return DhcpParseError.Bootp;
        }
        if (value is not [>= (byte)DhcpMessageType.Discover and <= (byte)DhcpMessageType.Tls and var octet])
        {
            return DhcpParseError.MessageType;
        }
        type = (DhcpMessageType)octet;
        return DhcpParseError.None;
    }
}
