using System.Buffers;
using System.Globalization;
using System.Text;
using Matchbox.Butane.Decoding;
using GoText = Matchbox.Butane.Ignition.GoText;

namespace Matchbox.Butane.ContainerLinux.Go;

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

/// <summary>Ends the reading of a text that is no URL. <see cref="GoUrl"/> catches it; nothing else meets it.</summary>
#pragma warning disable CA1032, CA1064 // It never leaves this folder and always has its text.
internal sealed class UrlFault(string problem) : Exception(problem);
#pragma warning restore CA1032, CA1064

/// <summary>Per cent escapes of URLs, as Go's <c>net/url</c> reads and writes them. Each character is one byte.</summary>
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

    public static string Escape(string text, UrlPart part)
    {
        var plain = PlainOf(part);
        if (!text.AsSpan().ContainsAnyExcept(plain))
        {
            return text;
        }
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (plain.Contains(c))
            {
                escaped.Append(c);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}");
            }
        }
        return escaped.ToString();
    }

    /// <summary>Nothing in it would have to be escaped; a bit more is let pass than <see cref="Escape"/> leaves.</summary>
    public static bool IsEscaped(string text, UrlPart part)
    {
        var plain = PlainOf(part);
        foreach (var c in text)
        {
            if (!plain.Contains(c) && !Tolerated.Contains(c))
            {
                return false;
            }
        }
        return true;
    }

    /// <exception cref="UrlFault">An escape is broken, or something stands in a host that may not.</exception>
    public static string Unescape(string text, UrlPart part)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (c == '%')
            {
                plain.Append(Escaped(text, i, part));
                i += 3;
                continue;
            }
            if (part is UrlPart.Host or UrlPart.Zone && c < 0x80 && !Host.Contains(c))
            {
                throw new UrlFault($"invalid character {GoText.Quote(c.ToString())} in host name");
            }
            plain.Append(c == '+' && part == UrlPart.Query ? ' ' : c);
            i++;
        }
        return plain.ToString();
    }

    private static char Escaped(string text, int at, UrlPart part)
    {
        var escape = text.AsSpan(at, Math.Min(3, text.Length - at));
        if (escape.Length < 3 || !char.IsAsciiHexDigit(escape[1]) || !char.IsAsciiHexDigit(escape[2]))
        {
            throw InvalidEscape(escape);
        }
        var value = (char)int.Parse(escape[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var isRefused = part switch
        {
            UrlPart.Host => value < 0x80 && escape is not "%25",                    // RFC 3986 §3.2.2: only for other than ASCII
            UrlPart.Zone => escape is not "%25" && value != ' ' && !Host.Contains(value),   // RFC 6874 §2
            _ => false,
        };
        return isRefused ? throw InvalidEscape(escape) : value;
    }

    private static UrlFault InvalidEscape(ReadOnlySpan<char> escape) =>
        new("invalid URL escape " + GoText.Quote(LooseText.FromBytes(Encoding.Latin1.GetBytes(escape.ToArray()))));

    private static SearchValues<char> PlainOf(UrlPart part) => part switch
    {
        UrlPart.Path => Path,
        UrlPart.Host or UrlPart.Zone => Host,
        UrlPart.User => User,
        UrlPart.Query => Query,
        _ => Fragment,
    };
}
