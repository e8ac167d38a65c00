using System.Buffers;
using System.Text;

namespace Matchbox.Butane.ContainerLinux.Go;

/// <summary>Data URLs (RFC 2397) as vincent-petithory/dataurl writes and reads them.</summary>
internal static class DataUrl
{
    private static readonly SearchValues<byte> Unescaped =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"u8);

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`{|}~");

    private static readonly SearchValues<char> DataCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'();/?:@&=+$,%");

    private static readonly SearchValues<char> Base64Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\n");

    /// <summary><c>data:,</c> and the bytes, all but unreserved ones as <c>%XX</c>.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var url = new StringBuilder("data:,", bytes.Length * 2);
        foreach (var value in bytes)
        {
            if (Unescaped.Contains(value))
            {
                url.Append((char)value);
            }
            else
            {
                const string Hex = "0123456789ABCDEF";
                url.Append('%').Append(Hex[value >> 4]).Append(Hex[value & 15]);
            }
        }
        return url.ToString();
    }

    /// <summary>Null for a data URL, or what is wrong with it.</summary>
    public static string? FaultOf(string url)
    {
        if (!url.StartsWith("data:", StringComparison.Ordinal))
        {
            return "missing data prefix";
        }
        var rest = url.AsSpan(5);
        if (!rest.IsEmpty && rest[0] is not (';' or ',') && MediaTypeFault(ref rest) is { } mediaFault)
        {
            return mediaFault;
        }
        var isBase64 = false;
        while (!rest.IsEmpty && rest[0] == ';')
        {
            if (ParameterFault(ref rest, ref isBase64) is { } parameterFault)
            {
                return parameterFault;
            }
        }
        return rest.IsEmpty || rest[0] != ',' ? "missing comma before data" : DataFault(rest[1..], isBase64);
    }

    private static string? MediaTypeFault(ref ReadOnlySpan<char> rest)
    {
        if (!TokenCharacters.Contains(rest[0]))
        {
            return "invalid character after data prefix";
        }
        var slash = EndOfToken(rest);
        if (slash == rest.Length || rest[slash] != '/')
        {
            return "missing media type slash";
        }
        rest = rest[(slash + 1)..];
        rest = rest[EndOfToken(rest)..];
        return rest.IsEmpty ? "missing comma before data"
            : rest[0] is ';' or ',' ? null
            : "invalid character in media subtype";
    }

    private static string? ParameterFault(ref ReadOnlySpan<char> rest, ref bool isBase64)
    {
        rest = rest[1..];
        var end = EndOfToken(rest);
        var name = rest[..end];
        rest = rest[end..];
        if (rest.IsEmpty)
        {
            return "unterminated parameter sequence";
        }
        if (rest[0] == ',')
        {
            isBase64 = name is "base64";
            return isBase64 ? null : "unterminated parameter sequence";
        }
        if (rest[0] != '=')
        {
            return "invalid character for parameter attribute";
        }
        rest = rest[1..];
        if (!rest.IsEmpty && rest[0] == '"')
        {
            var close = 1;
            while (close < rest.Length && rest[close] != '"')
            {
                close += rest[close] == '\\' ? 2 : 1;
            }
            if (close >= rest.Length)
            {
                return "missing comma before data";
            }
            rest = rest[(close + 1)..];
        }
        else
        {
            rest = rest[EndOfToken(rest)..];
        }
        return rest.IsEmpty ? "missing comma before data"
            : rest[0] is ';' or ',' ? null
            : "invalid character for parameter value";
    }

    private static string? DataFault(ReadOnlySpan<char> data, bool isBase64)
    {
        if (data.ContainsAnyExcept(isBase64 ? Base64Characters : DataCharacters))
        {
            return "invalid data character";
        }
        if (isBase64)
        {
            return Convert.TryFromBase64Chars(data, new byte[data.Length], out _) ? null : "illegal base64 data";
        }
        for (var at = data.IndexOf('%'); at >= 0; at = data.IndexOf('%'))
        {
            if (data.Length < at + 3)
            {
                return "rfc2396: unexpected end of unescape sequence";
            }
            if (!char.IsAsciiHexDigit(data[at + 1]) || !char.IsAsciiHexDigit(data[at + 2]))
            {
                return "rfc2396: invalid hexadecimal sequence";
            }
            data = data[(at + 3)..];
        }
        return null;
    }

    private static int EndOfToken(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExcept(TokenCharacters);
        return end < 0 ? text.Length : end;
    }
}
