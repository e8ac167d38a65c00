using System.Buffers.Binary;
using System.Text;

namespace Matchbox.Protocols.Dhcp;

/// <summary>
/// Lays a reply out: header of RFC 2131 table 3, then 53, 54, 51, 1, 3, the boot pair 60 and 43, what was asked for in the order
/// of option 55, the others, 61, and 82 last (RFC 3046 §2.2). Never overloads file and sname: many ROMs read them as strings.
/// </summary>
internal ref struct DhcpReplyWriter
{
    private const int MinLength = 300;                         // RFC 951 §3: old ROMs and relays drop shorter ones
    private const int MinMessageSize = 576;                    // RFC 2132 §9.10
    private const int IPAndUdpHeaders = 28;

    private readonly DhcpReply _reply;
    private readonly Span<byte> _octets;
    private int _at;
    private int _reserved;                                     // what must still find room behind _at

    private DhcpReplyWriter(DhcpReply reply, Span<byte> octets)
    {
        _reply = reply;
        _octets = octets;
        _at = DhcpMessage.OptionsOffset;
        _reserved = 1;                                         // the end option
    }

    public static bool TryWrite(DhcpReply reply, Span<byte> destination, out int length)
    {
        length = 0;
        var limit = Math.Min(destination.Length, PayloadLimit(reply.Request));
        if (limit < MinLength)
        {
            return false;
        }
        var writer = new DhcpReplyWriter(reply, destination[..limit]);
        writer.WriteHeader();
        if (!writer.TryWriteOptions())
        {
            return false;
        }
        length = Math.Max(writer._at, MinLength);
        destination[writer._at..length].Clear();
        return true;
    }

    private static int PayloadLimit(DhcpMessage request)
    {
        var size = Math.Max((int?)request.Options.MaxMessageSize ?? 0, MinMessageSize);
        return Math.Min(size - IPAndUdpHeaders, DhcpReply.MaxLength);
    }

    private readonly bool IsNak => _reply.Type == DhcpMessageType.Nak;

    private readonly bool GivesAddress => !IsNak && _reply.Request.Type != DhcpMessageType.Inform;

    private readonly void WriteHeader()
    {
        var request = _reply.Request;
        var header = _octets[..DhcpMessage.OptionsOffset];
        request.Header.CopyTo(header);                         // htype, hlen, xid, giaddr, chaddr stay
        header[0] = (byte)DhcpOperation.BootReply;
        header[3] = 0;                                         // hops
        header[8..10].Clear();                                 // secs
        var flags = IsNak && !request.Giaddr.IsAny ? _reply.Flags | DhcpMessage.BroadcastFlag : _reply.Flags;
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)flags);
        (_reply.Type == DhcpMessageType.Ack ? request.Ciaddr : IPv4Address.Any).Write(header[12..]);
        (GivesAddress ? _reply.Yiaddr : IPv4Address.Any).Write(header[16..]);
        (IsNak ? IPv4Address.Any : _reply.Siaddr).Write(header[20..]);
        header[(DhcpMessage.ChaddrOffset + request.Hlen)..].Clear();
        if (!IsNak)
        {
            Encoding.UTF8.GetBytes(_reply.Sname, header.Slice(DhcpMessage.SnameOffset, DhcpMessage.SnameLength));
            if (!IsFileLong)
            {
                Encoding.UTF8.GetBytes(_reply.File, header.Slice(DhcpMessage.FileOffset, DhcpMessage.FileLength));
            }
        }
        BinaryPrimitives.WriteUInt32BigEndian(header[DhcpMessage.HeaderLength..], DhcpMessage.MagicCookie);
    }

    private readonly bool IsFileLong => Encoding.UTF8.GetByteCount(_reply.File) >= DhcpMessage.FileLength;

    private bool TryWriteOptions()
    {
        var options = _reply.Options.View;
        var echoesClientId = _reply.Request.Options.TryGet(DhcpOptionCode.ClientId, out var clientId);
        var echoesRelay = _reply.Request.Options.TryGet(DhcpOptionCode.RelayAgentInformation, out var relay);
        var longFile = !IsNak && IsFileLong && !options.Contains(DhcpOptionCode.BootFileName);
        var fileLength = longFile ? Encoding.UTF8.GetByteCount(_reply.File) + 1 : 0;

        Span<bool> pending = stackalloc bool[256];
        pending.Clear();
        MarkPending(options, pending);

        var indispensable = 3 + 6 + (WritesLeaseTime ? 6 : 0)
            + (pending[(int)DhcpOptionCode.SubnetMask] ? Size(options.Get(DhcpOptionCode.SubnetMask).Length) : 0)
            + (pending[(int)DhcpOptionCode.BootFileName] ? Size(options.Get(DhcpOptionCode.BootFileName).Length) : 0)
            + (longFile ? Size(fileLength) : 0)
            + (echoesClientId ? Size(clientId.Length) : 0)
            + (echoesRelay ? Size(relay.Length) : 0);
        _reserved += indispensable;
        if (_at + _reserved > _octets.Length)
        {
            return false;
        }

        Span<byte> number = stackalloc byte[4];
        number[0] = (byte)_reply.Type;
        WriteReserved(DhcpOptionCode.MessageType, number[..1]);
        _reply.ServerIdentifier.Write(number);
        WriteReserved(DhcpOptionCode.ServerIdentifier, number);
        if (WritesLeaseTime)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, _reply.LeaseTime!.Value);
            WriteReserved(DhcpOptionCode.LeaseTime, number);
        }
        if (pending[(int)DhcpOptionCode.SubnetMask])
        {
            WriteReserved(DhcpOptionCode.SubnetMask, options.Get(DhcpOptionCode.SubnetMask));
            pending[(int)DhcpOptionCode.SubnetMask] = false;
        }
        if (longFile)
        {
            WriteLongFile(fileLength);
        }
        WriteOptional(options, pending);
        if (echoesClientId)
        {
            WriteReserved(DhcpOptionCode.ClientId, clientId);
        }
        if (echoesRelay)
        {
            WriteReserved(DhcpOptionCode.RelayAgentInformation, relay);
        }
        _octets[_at++] = (byte)DhcpOptionCode.End;
        return true;
    }

    private readonly bool WritesLeaseTime => GivesAddress && _reply.LeaseTime is not null;

    private readonly void MarkPending(DhcpOptions options, scoped Span<bool> pending)
    {
        foreach (var option in options)
        {
            pending[(int)option.Code] = IsNak
                ? option.Code == DhcpOptionCode.Message        // table 3: a NAK carries nothing else
                : option.Code is not (DhcpOptionCode.Pad or (>= DhcpOptionCode.RequestedAddress and <= DhcpOptionCode.ParameterRequestList)
                    or DhcpOptionCode.MaxMessageSize or DhcpOptionCode.ClientId or DhcpOptionCode.RelayAgentInformation
                    or DhcpOptionCode.End);
        }
    }

    private void WriteOptional(DhcpOptions options, scoped Span<bool> pending)
    {
        WriteIfFits(options, pending, DhcpOptionCode.Router);

        // 60 without 43 makes UEFI look for a boot server on port 4011: both or none.
        var vendorClass = options.Get(DhcpOptionCode.VendorClass);
        var vendor = options.Get(DhcpOptionCode.VendorSpecificInformation);
        if (pending[(int)DhcpOptionCode.VendorClass] && pending[(int)DhcpOptionCode.VendorSpecificInformation]
            && !Fits(Size(vendorClass.Length) + Size(vendor.Length)))
        {
            pending[(int)DhcpOptionCode.VendorClass] = pending[(int)DhcpOptionCode.VendorSpecificInformation] = false;
        }
        WriteIfFits(options, pending, DhcpOptionCode.VendorClass);
        WriteIfFits(options, pending, DhcpOptionCode.VendorSpecificInformation);

        foreach (var code in _reply.Request.Options.ParameterRequestList)
        {
            WriteIfFits(options, pending, (DhcpOptionCode)code);
        }
        foreach (var option in options)
        {
            WriteIfFits(options, pending, option.Code);
        }
    }

    private void WriteIfFits(DhcpOptions options, scoped Span<bool> pending, DhcpOptionCode code)
    {
        if (!pending[(int)code])
        {
            return;
        }
        pending[(int)code] = false;
        var value = options.Get(code);
        if (code == DhcpOptionCode.BootFileName)
        {
            WriteReserved(code, value);
        }
        else if (Fits(Size(value.Length)))
        {
            WriteValue(code, value);
        }
    }

    private void WriteLongFile(int length)
    {
        Span<byte> file = stackalloc byte[DhcpReply.MaxLength];
        file[Encoding.UTF8.GetBytes(_reply.File, file)] = 0;
        WriteReserved(DhcpOptionCode.BootFileName, file[..length]);
    }

    private void WriteReserved(DhcpOptionCode code, scoped ReadOnlySpan<byte> value)
    {
        _reserved -= Size(value.Length);
        WriteValue(code, value);
    }

    private readonly bool Fits(int size) => _at + size + _reserved <= _octets.Length;

    /// <summary>Pieces of 255 octets under the same code, in order (RFC 3396 §5).</summary>
    private void WriteValue(DhcpOptionCode code, scoped ReadOnlySpan<byte> value)
    {
        do
        {
            var piece = value[..Math.Min(value.Length, byte.MaxValue)];
            _octets[_at] = (byte)code;
            _octets[_at + 1] = (byte)piece.Length;
            piece.CopyTo(_octets[(_at + 2)..]);
            _at += 2 + piece.Length;
            value = value[piece.Length..];
        }
        while (!value.IsEmpty);
    }

    private static int Size(int length) => length + (2 * Math.Max((length + byte.MaxValue - 1) / byte.MaxValue, 1));
}
