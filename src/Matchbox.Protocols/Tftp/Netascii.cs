namespace Matchbox.Protocols.Tftp;

/// <summary>Octets of a Unix text as netascii (RFC 1350 §2, RFC 764): LF becomes CR LF, CR becomes CR NUL.</summary>
public static class Netascii
{
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';

    /// <summary>
    /// Encodes until <paramref name="source"/> is used up or <paramref name="destination"/> is full. A pair may be split between
    /// two blocks: its second octet stays in <paramref name="pending"/> (null: none) for the next call.
    /// </summary>
    public static void Encode(ReadOnlySpan<byte> source, Span<byte> destination, ref byte? pending, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (written < destination.Length)
        {
            if (pending is { } second)
            {
                destination[written++] = second;
                pending = null;
                continue;
            }
            if (consumed == source.Length)
            {
                return;
            }
            var octet = source[consumed++];
            if (octet is CarriageReturn or LineFeed)
            {
                destination[written++] = CarriageReturn;
                pending = octet == LineFeed ? LineFeed : (byte)0;
            }
            else
            {
                destination[written++] = octet;
            }
        }
    }
}
