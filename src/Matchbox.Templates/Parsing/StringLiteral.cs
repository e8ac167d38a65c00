using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Parsing;

/// <summary>Go's string and character literals.</summary>
internal static class StringLiteral
{
    /// <summary>What a literal in double or back quotes means; false: its escapes are wrong.</summary>
    public static bool TryUnquote(ReadOnlySpan<byte> literal, [NotNullWhen(true)] out byte[]? value)
    {
        var body = literal[1..^1];
        if (literal[0] == '`')
        {
            value = body.Contains((byte)'\r') ? Array.FindAll(body.ToArray(), symbol => symbol != '\r') : body.ToArray();
            return true;
        }
        if (!body.Contains((byte)'\\') && Utf8.IsValid(body))
        {
            value = body.ToArray();
            return true;
        }
        value = null;
        using var text = new ByteSink(int.MaxValue);
        while (!body.IsEmpty)
        {
            if (!TryReadChar(ref body, '"', out var rune, out var isByte))
            {
                return false;
            }
            if (isByte)
            {
                text.WriteByte((byte)rune);
            }
            else
            {
                text.WriteRune(rune);
            }
        }
        value = text.ToArray();
        return true;
    }

    /// <summary>The character between single quotes; a reason where there is none.</summary>
    public static int ParseChar(ReadOnlySpan<byte> literal, out string? fault)
    {
        fault = null;
        var rest = literal[1..];
        if (rest[0] == '\'' || !TryReadChar(ref rest, '\'', out var rune, out _))
        {
            fault = "invalid syntax";
            return 0;
        }
        if (rest is not [(byte)'\''])
        {
            fault = "malformed character constant: " + Encoding.UTF8.GetString(literal);
        }
        return rune;
    }

    private static bool TryReadChar(ref ReadOnlySpan<byte> text, char quote, out int rune, out bool isByte)
    {
        isByte = false;
        if (text[0] != '\\')
        {
            rune = Utf8Text.Decode(text, out var width);
            text = text[width..];
            return true;
        }
        rune = 0;
        if (text.Length < 2)
        {
            return false;
        }
        var letter = (char)text[1];
        text = text[2..];
        switch (letter)
        {
            case 'a':
                rune = '\a';
                return true;
            case 'b':
                rune = '\b';
                return true;
            case 'f':
                rune = '\f';
                return true;
            case 'n':
                rune = '\n';
                return true;
            case 'r':
                rune = '\r';
                return true;
            case 't':
                rune = '\t';
                return true;
            case 'v':
                rune = '\v';
                return true;
            case '\\':
                rune = '\\';
                return true;
            case '\'' or '"':
                rune = quote;
                return letter == quote;
            case 'x':
                isByte = true;
                return TryReadDigits(ref text, 2, 16, 0, out rune);
            case 'u' or 'U':
                return TryReadDigits(ref text, letter == 'u' ? 4 : 8, 16, 0, out rune) && Rune.IsValid(rune);
            case >= '0' and <= '7':
                isByte = true;
                return TryReadDigits(ref text, 2, 8, letter - '0', out rune) && rune <= 255;
            default:
                return false;
        }
    }

    private static bool TryReadDigits(ref ReadOnlySpan<byte> text, int count, int radix, int value, out int result)
    {
        result = value;
        if (text.Length < count)
        {
            return false;
        }
        foreach (var symbol in text[..count])
        {
            if (!char.IsAsciiHexDigit((char)symbol) || HexValue(symbol) >= radix)
            {
                return false;
            }
            result = unchecked((result * radix) + HexValue(symbol));
        }
        text = text[count..];
        return true;
    }

    /// <summary>What a hexadecimal digit is worth.</summary>
    internal static int HexValue(byte symbol) => symbol <= '9' ? symbol - '0' : (symbol | 0x20) - 'a' + 10;
}
