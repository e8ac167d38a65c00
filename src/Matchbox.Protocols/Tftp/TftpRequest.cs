using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Matchbox.Protocols.Tftp;

/// <summary>A read or write request (RFC 1350 §5, RFC 2347). Immutable: owns its strings and may cross threads.</summary>
public sealed record TftpRequest
{
    /// <summary>RFC 2347: "the maximum size of a request packet is 512 octets".</summary>
    public const int MaxLength = 512;

    public required bool IsWrite { get; init; }

    /// <summary>As the client wrote it, hostile: see <see cref="TftpFileName"/> before any use but an escaped log line.</summary>
    public required string FileName { get; init; }

    public TftpMode Mode { get; init; }

    public TftpOptions Options { get; init; }

    /// <summary>
    /// Reads a request. Strings that nobody ended and option pairs cut short are an error in file name and mode, and ignored
    /// among the options, where firmware pads with NULs.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out TftpRequest? request, out TftpParseError error)
    {
        request = null;
        var opcode = TftpPacket.Opcode(datagram);
        error = opcode is not (TftpOpcode.ReadRequest or TftpOpcode.WriteRequest) ? TftpParseError.NotARequest
            : datagram.Length > MaxLength ? TftpParseError.TooLong
            : TftpParseError.None;
        if (error != TftpParseError.None)
        {
            return false;
        }
        var rest = datagram[2..];
        if (!TryReadString(ref rest, out var name) || !TryReadString(ref rest, out var mode))
        {
            error = TftpParseError.Unterminated;
            return false;
        }
        // DHCP servers that pad option 67 with 0xff make some ROMs ask for "name\xff".
        name = name.TrimEnd((byte)0xff);
        if (name.IsEmpty)
        {
            error = TftpParseError.EmptyName;
            return false;
        }
        if (!TryParseMode(mode, out var parsedMode))
        {
            error = TftpParseError.UnknownMode;
            return false;
        }
        var options = default(TftpOptions);
        while (TryReadString(ref rest, out var option) && !option.IsEmpty && TryReadString(ref rest, out var value))
        {
            options = options.With(option, value);
        }
        request = new TftpRequest
        {
            IsWrite = opcode == TftpOpcode.WriteRequest,
            FileName = (Utf8.IsValid(name) ? Encoding.UTF8 : Encoding.Latin1).GetString(name),
            Mode = parsedMode,
            Options = options,
        };
        return true;
    }

    /// <summary>Writes the request as a client sends it and says how many octets it took.</summary>
    public int Write(Span<byte> buffer)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)(IsWrite ? TftpOpcode.WriteRequest : TftpOpcode.ReadRequest));
        var written = 2;
        written += Encoding.UTF8.GetBytes(FileName, buffer[written..]);
        buffer[written++] = 0;
        written += Encoding.ASCII.GetBytes(Mode switch { TftpMode.Netascii => "netascii", TftpMode.Mail => "mail", _ => "octet" }, buffer[written..]);
        buffer[written++] = 0;
        return written + Options.Write(buffer[written..]);
    }

    private static bool TryReadString(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        var end = rest.IndexOf((byte)0);
        if (end < 0)
        {
            text = default;
            return false;
        }
        text = rest[..end];
        rest = rest[(end + 1)..];
        return true;
    }

    private static bool TryParseMode(ReadOnlySpan<byte> text, out TftpMode mode)
    {
        mode = Ascii.EqualsIgnoreCase(text, "netascii"u8) ? TftpMode.Netascii
            : Ascii.EqualsIgnoreCase(text, "mail"u8) ? TftpMode.Mail
            : TftpMode.Octet;
        return mode != TftpMode.Octet || Ascii.EqualsIgnoreCase(text, "octet"u8);
    }
}
