using System.Buffers.Text;

namespace Matchbox.Protocols.Tftp;

/// <summary>
/// The options of a request or an OACK (RFC 2347): null is "not there". Values outside their range are left out when
/// parsed, as a server answers them by not acknowledging them; unknown options too. <c>default</c> has none.
/// </summary>
public readonly record struct TftpOptions
{
    /// <summary>RFC 2348: what a block may be.</summary>
    public const int MinBlockSize = 8;
    public const int MaxBlockSize = 65464;

    /// <summary>Octets of a block when nothing was agreed (RFC 1350 §5).</summary>
    public const int DefaultBlockSize = 512;

    /// <summary>RFC 2348; a wish above 65464 is kept as 65464, since a server may lower it anyway.</summary>
    public int? BlockSize { get; init; }

    /// <summary>RFC 2349: 0 in a read request, the size of the file in its OACK.</summary>
    public long? TransferSize { get; init; }

    /// <summary>RFC 2349: seconds, 1 to 255; a server echoes it or leaves it out.</summary>
    public int? Timeout { get; init; }

    /// <summary>RFC 7440: blocks for each ACK, 1 to 65535; a server may lower it.</summary>
    public int? WindowSize { get; init; }

    public bool IsEmpty => BlockSize is null && TransferSize is null && Timeout is null && WindowSize is null;

    /// <summary>These options and one pair more. The first of a repeated option counts (RFC 2347: "specified once").</summary>
    internal TftpOptions With(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        // An overlong number is a large one, not a broken one: blksize 99999999999 asks for "as much as you have".
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return this;
        }
        if (!Utf8Parser.TryParse(value, out long number, out var consumed) || consumed != value.Length)
        {
            number = long.MaxValue;
        }
        if (BlockSize is null && Is(name, "blksize"u8))
        {
            return number < MinBlockSize ? this : this with { BlockSize = (int)Math.Min(number, MaxBlockSize) };
        }
        if (TransferSize is null && Is(name, "tsize"u8))
        {
            return this with { TransferSize = number };
        }
        if (Timeout is null && Is(name, "timeout"u8))
        {
            return number is < 1 or > 255 ? this : this with { Timeout = (int)number };
        }
        if (WindowSize is null && Is(name, "windowsize"u8))
        {
            return number < 1 ? this : this with { WindowSize = (int)Math.Min(number, ushort.MaxValue) };
        }
        return this;
    }

    /// <summary>Writes the NUL-ended pairs and says how many octets they took; 80 octets always suffice.</summary>
    internal int Write(Span<byte> buffer)
    {
        var written = 0;
        Append(buffer, ref written, "tsize"u8, TransferSize);
        Append(buffer, ref written, "blksize"u8, BlockSize);
        Append(buffer, ref written, "timeout"u8, Timeout);
        Append(buffer, ref written, "windowsize"u8, WindowSize);
        return written;
    }

    private static void Append(Span<byte> buffer, ref int written, ReadOnlySpan<byte> name, long? value)
    {
        if (value is not { } number)
        {
            return;
        }
        name.CopyTo(buffer[written..]);
        written += name.Length;
        buffer[written++] = 0;
        if (!Utf8Formatter.TryFormat(number, buffer[written..], out var digits))
        {
            throw new ArgumentException("too small for the options", nameof(buffer));
        }
        written += digits;
        buffer[written++] = 0;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> option) => System.Text.Ascii.EqualsIgnoreCase(name, option);
}
