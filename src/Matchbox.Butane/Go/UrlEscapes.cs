using System.Buffers;
using System.Globalization;
using System.Text;
using Matchbox.Butane.Decoding;

namespace Matchbox.Butane.Go;

/// <summary>The parts of a URL. Each has characters of its own that may stand as they are.</summary>
internal enum UrlPart
{
    Path,
    Host,
    Zone,
    User,
    Query,
    Fragment,
}

/// <summary>Per cent escapes of URLs, as Go's <c>net/url</c> reads and writes them.</summary>
internal static class UrlEscapes
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

    private static readonly SearchValues<char> Path = SearchValues.Create(Unreserved + "$&+,/:;=@");
    private static readonly SearchValues<char> Host = SearchValues.Create(Unreserved + "!$&'()*+,;=:[]<>\"");
    private static readonly SearchValues<char> User = SearchValues.Create(Unreserved + "$&+,;=");
    private static readonly SearchValues<char> Query = SearchValues.Create(Unreserved);
    private static readonly SearchValues<char> Fragment = SearchValues.Create(Unreserved + "$&+,/:;=?@!()*");
    private static readonly SearchValues<char> Tolerated = SearchValues.Create("!$&'()*+,;=:@[]%");

    /// <summary>What may stand before the @ of an authority.</summary>
    public static SearchValues<char> UserInfo { get; } = SearchValues.Create(Unreserved + ":!$&'()*+,;=%@");

    /// <summary>Null if a part can be unescaped; else Go's words for the first escape or character in it that stands in the way.</summary>
    public static string? Fault(ReadOnlySpan<char> text, UrlPart part)
    {
        var isHost = part is UrlPart.Host or UrlPart.Zone;
        for (var i = isHost ? 0 : text.IndexOf('%'); i >= 0 && i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (!IsEscape(text[i..], part))
                {
                    return InvalidEscape(text[i..]);
                }
                i += 2;
            }
            else if (isHost && text[i] < 0x80 && !Host.Contains(text[i]))
            {
                return $"invalid character {GoText.Quote(text[i].ToString())} in host name";
            }
        }
        return null;
    }

    /// <summary>The part as it is written: as it was given if that is a fair escape of what it means, else escaped anew.</summary>
    public static string Write(ReadOnlySpan<char> given, UrlPart part)
    {
        var plain = PlainOf(part);
        foreach (var c in given)
        {
            if (!plain.Contains(c) && !Tolerated.Contains(c))
            {
                return Escape(Unescape(given), part);
            }
        }
        return given.ToString();
    }

    public static string Escape(ReadOnlySpan<byte> octets, UrlPart part)
    {
        var plain = PlainOf(part);
        var escaped = new StringBuilder(octets.Length + 16);
        foreach (var octet in octets)
        {
            if (plain.Contains((char)octet))
            {
                escaped.Append((char)octet);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
            }
        }
        return escaped.ToString();
    }

    /// <summary>The bytes that a text without <see cref="Fault"/> stands for.</summary>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<char> text)
    {
        var octets = LooseText.ToBytes(text.ToString());
        var length = 0;
        for (var i = 0; i < octets.Length; i++)
        {
            var octet = octets[i];
            if (octet == '%')
            {
                octet = byte.Parse(octets.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                i += 2;
            }
            octets[length++] = octet;
        }
        return octets.AsSpan(0, length);
    }

    private static bool IsEscape(ReadOnlySpan<char> text, UrlPart part)
    {
        if (text.Length < 3 || !char.IsAsciiHexDigit(text[1]) || !char.IsAsciiHexDigit(text[2]))
        {
            return false;
        }
        if (part is not (UrlPart.Host or UrlPart.Zone) || text[..3] is "%25")
        {
            return true;
        }
        var value = (char)byte.Parse(text.Slice(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return part == UrlPart.Host
            ? value >= 0x80                             // RFC 3986 §3.2.2: only for other than ASCII
            : value == ' ' || Host.Contains(value);     // RFC 6874 §2
    }

    // Go shows three bytes of it, even if they end within a character.
    private static string InvalidEscape(ReadOnlySpan<char> text)
    {
        var octets = LooseText.ToBytes(text[..Math.Min(4, text.Length)].ToString());
        return "invalid URL escape " + GoText.Quote(LooseText.FromBytes(octets.AsSpan(0, Math.Min(3, octets.Length))));
    }

    private static SearchValues<char> PlainOf(UrlPart part) => part switch
    {
        UrlPart.Path => Path,
        UrlPart.Host or UrlPart.Zone => Host,
        UrlPart.User => User,
        UrlPart.Query => Query,
        _ => Fragment,
    };
}
