using System.Buffers;
using System.Globalization;
using System.Text;
using Matchbox.Butane.Go;

namespace Matchbox.Butane.Ignition;

/// <summary>
/// <c>data:</c> URLs (RFC 2397) as Ignition's decoder reads them, with its own words for what is wrong. It is stricter than the RFC:
/// <c>base64</c> stands last, and only media types of RFC 2045 are known.
/// </summary>
internal static class DataUrl
{
    private const string Prefix = "data:";

    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> PlainData = SearchValues.Create(
        "!$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");

    private static readonly SearchValues<char> Base64Data = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    private static readonly string[] MediaTypes = ["text", "image", "audio", "video", "application", "message", "multipart"];

    /// <summary>What is wrong with it; null: nothing.</summary>
    public static string? Fault(ReadOnlySpan<char> url)
    {
        if (Header(url, out var data, out var isBase64) is { } fault)
        {
            return fault;
        }
        if (data.ContainsAnyExcept(isBase64 ? Base64Data : PlainData))
        {
            return "invalid data character";
        }
        return isBase64 ? Base64Fault(data) : EscapeFault(data);
    }

    /// <summary>The bytes that a URL without fault stands for; null: it has one.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> url)
    {
        if (Fault(url) is not null || Header(url, out var data, out var isBase64) is not null)
        {
            return null;
        }
        var bytes = new byte[data.Length];
        var length = 0;
        if (isBase64)
        {
            Convert.TryFromBase64Chars(data, bytes, out length);
        }
        else
        {
            for (var i = 0; i < data.Length; i++)
            {
                bytes[length++] = data[i] == '%'
                    ? byte.Parse(data.Slice(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                    : (byte)data[i];
                i += data[i] == '%' ? 2 : 0;
            }
        }
        return bytes.AsSpan(0, length).ToArray();
    }

    private static string? Header(ReadOnlySpan<char> url, out ReadOnlySpan<char> data, out bool isBase64)
    {
        data = [];
        isBase64 = false;
        if (!url.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return "missing data prefix";
        }
        var rest = url[Prefix.Length..];
        if (rest.IsEmpty)
        {
            return "missing comma before data";
        }
        if (rest[0] is not (';' or ','))
        {
            if (MediaType(ref rest) is { } fault)
            {
                return fault;
            }
        }
        while (rest[0] == ';')
        {
            if (Parameter(ref rest, out isBase64) is { } fault)
            {
                return fault;
            }
        }
        data = rest[1..];
        return null;
    }

    // TYPE/SUBTYPE, up to the semicolon or the comma that must follow.
    private static string? MediaType(ref ReadOnlySpan<char> rest)
    {
        if (!Token.Contains(rest[0]))
        {
            return "invalid character after data prefix";
        }
        var begin = 1;
        var isExtension = false;
        if (rest[0] is 'x' or 'X' && rest.Length > 1)
        {
            isExtension = rest[1] == '-';
            begin = 2;                       // whatever comes second is taken as part of the type, a slash too
        }
        var slash = rest[begin..].IndexOfAnyExcept(Token);
        if (slash < 0)
        {
            return "missing media type slash";
        }
        slash += begin;
        if (rest[slash] != '/')
        {
            return "invalid character for media type";
        }
        if (!isExtension && !IsKnown(rest[..slash]))
        {
            return "invalid media type";
        }
        var end = rest[(slash + 1)..].IndexOfAnyExcept(Token);
        if (end < 0)
        {
            return "incomplete media type";
        }
        rest = rest[(slash + 1 + end)..];
        return rest[0] is ';' or ',' ? null : "invalid character for media subtype";
    }

    private static bool IsKnown(ReadOnlySpan<char> type)
    {
        foreach (var known in MediaTypes)
        {
            if (type.StartsWith(known, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    // ;ATTRIBUTE=VALUE, or ;base64 before the comma.
    private static string? Parameter(ref ReadOnlySpan<char> rest, out bool isBase64)
    {
        isBase64 = false;
        rest = rest[1..];
        if (rest.IsEmpty || rest[0] is '=' or ',')
        {
            return "unterminated parameter sequence";
        }
        var end = rest.IndexOfAnyExcept(Token);
        if (end < 0)
        {
            return "unterminated parameter sequence";
        }
        if (end == 0 || rest[end] is not ('=' or ','))
        {
            return "invalid character for parameter attribute";
        }
        if (rest[end] == ',')
        {
            isBase64 = rest[..end] is "base64";
            var found = isBase64 ? null : $"expected base64, got {rest[..end]}";
            rest = rest[end..];
            return found;
        }
        rest = rest[(end + 1)..];
        return rest.StartsWith('"') ? QuotedValue(ref rest) : Value(ref rest);
    }

    private static string? Value(ref ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty)
        {
            return "missing comma before data";
        }
        var end = rest.IndexOfAnyExcept(Token);
        if (end < 0)
        {
            return "missing comma before data";
        }
        if (end == 0 || rest[end] is not (';' or ','))
        {
            return "invalid character for parameter value";
        }
        var value = rest[..end];
        rest = rest[end..];
        return EscapeFault(value);
    }

    private static string? QuotedValue(ref ReadOnlySpan<char> rest)
    {
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] > 0x7f)
            {
                return "invalid character for parameter value";
            }
            if (rest[i] == '\\')
            {
                i++;
                if (i < rest.Length && rest[i] > 0x7f)
                {
                    return "invalid escaped character";
                }
            }
            else if (rest[i] == '"')
            {
                var value = rest[1..i];
                rest = rest[(i + 1)..];
                return !GoText.IsQuotedWell(value) ? "invalid syntax"
                    : rest.IsEmpty ? "missing comma before data"
                    : rest[0] is ';' or ',' ? null
                    : "expected semicolon or comma";
            }
        }
        return "unclosed quoted string";
    }

    private static string? EscapeFault(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%'))
        {
            text = text[(at + 1)..];
            for (var i = 0; i < 2; i++)
            {
                if (i >= text.Length)
                {
                    return "rfc2396: unexpected end of unescape sequence";
                }
                if (!char.IsAsciiHexDigit(text[i]))
                {
                    return "rfc2396: invalid char 0x25 in unescape sequence";
                }
            }
            text = text[2..];
        }
        return null;
    }

    // Groups of four; the last may end in one or two equals signs. The fault's place is where Go's decoder sees it.
    private static string? Base64Fault(ReadOnlySpan<char> data)
    {
        var padding = data.IndexOf('=');
        var digits = padding < 0 ? data.Length : padding;
        if (padding < 0)
        {
            return digits % 4 == 0 ? null : Illegal(digits - (digits % 4));
        }
        return (digits % 4) switch
        {
            0 or 1 => Illegal(padding),
            2 when padding + 1 == data.Length => Illegal(data.Length),
            2 when data[padding + 1] != '=' => Illegal(padding),
            2 when padding + 2 < data.Length => Illegal(padding + 2),
            3 when padding + 1 < data.Length => Illegal(padding + 1),
            _ => null,
        };
    }

    private static string Illegal(int at) => string.Create(CultureInfo.InvariantCulture, $"illegal base64 data at input byte {at}");
}
