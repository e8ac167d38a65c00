using System.Buffers;
using System.Globalization;
using System.Text;

namespace Matchbox.Butane.Ignition;

/// <summary>A URL as Go's net/url takes it apart: what it accepts and refuses is what Ignition accepts and refuses.</summary>
internal sealed class GoUrl
{
    private const string HexDigits = "0123456789abcdefABCDEF";
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

    private static readonly SearchValues<char> Controls = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017" +
        "\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f");

    private static readonly SearchValues<char> Hex = SearchValues.Create(HexDigits);
    private static readonly SearchValues<char> UserInfo = SearchValues.Create(Unreserved + ":!$&'()*+,;=%@");
    private static readonly SearchValues<char> Host = SearchValues.Create(Unreserved + "!$&'()*+,;=:[]<>\"");

    private GoUrl(string scheme, string opaque, string query)
    {
        Scheme = scheme;
        Opaque = opaque;
        Query = query;
    }

    /// <summary>In small letters; "" without one.</summary>
    public string Scheme { get; }

    /// <summary>What follows the scheme when that does not begin with a slash, up to the query.</summary>
    public string Opaque { get; }

    /// <summary>As written, without the question mark.</summary>
    public string Query { get; }

    /// <summary>Null: it is no URL.</summary>
    public static GoUrl? Parse(ReadOnlySpan<char> text)
    {
        var hash = text.IndexOf('#');
        if (hash >= 0)
        {
            if (!IsEscapedWell(text[(hash + 1)..]))
            {
                return null;
            }
            text = text[..hash];
        }
        if (text.IndexOfAny(Controls) >= 0 || !TrySplitScheme(text, out var scheme, out var rest))
        {
            return null;
        }
        var query = "";
        var question = rest.IndexOf('?');
        if (question >= 0)
        {
            query = rest[(question + 1)..].ToString();
            rest = rest[..question];
        }
        if (!rest.StartsWith('/'))
        {
            if (scheme.Length > 0)
            {
                return new GoUrl(scheme, rest.ToString(), query);
            }
            var slash = rest.IndexOf('/');
            if ((slash < 0 ? rest : rest[..slash]).Contains(':'))
            {
                return null;
            }
        }
        if (rest.StartsWith("//", StringComparison.Ordinal) && (scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal)))
        {
            rest = rest[2..];
            var slash = rest.IndexOf('/');
            if (!IsAuthority(slash < 0 ? rest : rest[..slash]))
            {
                return null;
            }
            rest = slash < 0 ? [] : rest[slash..];
        }
        return IsEscapedWell(rest) ? new GoUrl(scheme, "", query) : null;
    }

    /// <summary>The first value of a key of the query; null: the key is not there.</summary>
    public string? FirstQueryValue(string key)
    {
        foreach (var part in Query.Split('&'))
        {
            if (part.Length == 0 || part.Contains(';'))
            {
                continue;
            }
            var equals = part.IndexOf('=');
            var name = equals < 0 ? part : part[..equals];
            var value = equals < 0 ? "" : part[(equals + 1)..];
            if (IsEscapedWell(name) && IsEscapedWell(value) && Unescape(name) == key)
            {
                return Unescape(value);
            }
        }
        return null;
    }

    private static string Unescape(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.Replace('+', ' '));
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[i];
            if (value == '%')
            {
                value = byte.Parse(bytes.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                i += 2;
            }
            bytes[length++] = value;
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    // Letters, then a colon. What begins otherwise has no scheme, except that a colon at the start is a fault.
    private static bool TrySplitScheme(ReadOnlySpan<char> text, out string scheme, out ReadOnlySpan<char> rest)
    {
        scheme = "";
        rest = text;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == ':')
            {
                scheme = text[..i].ToString().ToLowerInvariant();
                rest = text[(i + 1)..];
                return i > 0;
            }
            if (!char.IsAsciiLetter(c) && (i == 0 || (!char.IsAsciiDigit(c) && c is not ('+' or '-' or '.'))))
            {
                return true;
            }
        }
        return true;
    }

    private static bool IsAuthority(ReadOnlySpan<char> authority)
    {
        var at = authority.LastIndexOf('@');
        return IsHost(authority[(at + 1)..])
            && (at < 0 || (!authority[..at].ContainsAnyExcept(UserInfo) && IsEscapedWell(authority[..at])));
    }

    private static bool IsHost(ReadOnlySpan<char> host)
    {
        if (host.StartsWith('['))
        {
            var end = host.LastIndexOf(']');
            if (end < 0 || !IsOptionalPort(host[(end + 1)..]))
            {
                return false;
            }
            var zone = host[..end].IndexOf("%25", StringComparison.Ordinal);
            if (zone >= 0)
            {
                return IsHostText(host[..zone]) && IsZoneText(host[zone..end]) && IsHostText(host[end..]);
            }
        }
        else if (host.LastIndexOf(':') is >= 0 and var colon && !IsOptionalPort(host[colon..]))
        {
            return false;
        }
        return IsHostText(host);
    }

    private static bool IsOptionalPort(ReadOnlySpan<char> port) =>
        port.IsEmpty || (port[0] == ':' && !port[1..].ContainsAnyExceptInRange('0', '9'));

    // A host escapes only what is not ASCII, and the percent sign before a zone.
    private static bool IsHostText(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (!IsEscape(text[i..]) || (text[i + 1] < '8' && !text[i..].StartsWith("%25", StringComparison.Ordinal)))
                {
                    return false;
                }
                i += 2;
            }
            else if (text[i] < 0x80 && !Host.Contains(text[i]))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsZoneText(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (!IsEscape(text[i..]))
                {
                    return false;
                }
                var value = (char)Convert.FromHexString(text.Slice(i + 1, 2))[0];
                if (value is not ('%' or ' ') && !Host.Contains(value))
                {
                    return false;
                }
                i += 2;
            }
            else if (text[i] < 0x80 && !Host.Contains(text[i]))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsEscapedWell(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%'))
        {
            if (!IsEscape(text[at..]))
            {
                return false;
            }
            text = text[(at + 3)..];
        }
        return true;
    }

    private static bool IsEscape(ReadOnlySpan<char> text) => text.Length >= 3 && Hex.Contains(text[1]) && Hex.Contains(text[2]);
}
