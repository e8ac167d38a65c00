using System.Text;
using System.Text.Unicode;

namespace Matchbox.Templates.Formatting;

/// <summary>Go's quoted strings and characters, as strconv.Quote and its kin write them.</summary>
internal static class QuotedText
{
    private static ReadOnlySpan<byte> Hex => "0123456789abcdef"u8;

    /// <summary>The text in double quotes, for an error text.</summary>
    public static string Of(ReadOnlySpan<byte> text)
    {
        using var sink = new ByteSink(int.MaxValue);
        WriteString(sink, text, asciiOnly: false);
        return Encoding.UTF8.GetString(sink.Written);
    }

    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static void WriteString(ByteSink sink, ReadOnlySpan<byte> text, bool asciiOnly)
    {
        sink.WriteByte('"');
        while (!text.IsEmpty)
        {
            var rune = Utf8Text.Decode(text, out var width);
            if (width == 1 && rune == Utf8Text.RuneError)
            {
                WriteHexEscape(sink, 'x', text[0], 2);
            }
            else
            {
                WriteEscaped(sink, rune, '"', asciiOnly);
            }
            text = text[width..];
        }
        sink.WriteByte('"');
    }

    public static void WriteRune(ByteSink sink, int rune, bool asciiOnly)
    {
        sink.WriteByte('\'');
        WriteEscaped(sink, Rune.IsValid(rune) ? rune : Utf8Text.RuneError, '\'', asciiOnly);
        sink.WriteByte('\'');
    }

    /// <summary>Whether the text fits between back quotes on one line.</summary>
    public static bool CanBackquote(ReadOnlySpan<byte> text)
    {
        foreach (var value in text)
        {
            if (value is (< (byte)' ' and not (byte)'\t') or (byte)'`' or 0x7F)
            {
                return false;
            }
        }
        return Utf8.IsValid(text) && text.IndexOf("\uFEFF"u8) < 0;
    }

    private static void WriteEscaped(ByteSink sink, int rune, char quote, bool asciiOnly)
    {
        if (rune == quote || rune == '\\')
        {
            sink.WriteByte('\\');
            sink.WriteByte((char)rune);
            return;
        }
        if ((!asciiOnly || rune < 0x80) && Utf8Text.IsPrint(rune))
        {
            sink.WriteRune(rune);
            return;
        }
        var letter = rune switch
        {
            '\a' => 'a',
            '\b' => 'b',
            '\f' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\v' => 'v',
            _ => '\0',
        };
        if (letter != '\0')
        {
            sink.WriteByte('\\');
            sink.WriteByte(letter);
        }
        else if (rune is < ' ' or 0x7F)
        {
            WriteHexEscape(sink, 'x', rune, 2);
        }
        else if (rune < 0x10000)
        {
            WriteHexEscape(sink, 'u', rune, 4);
        }
        else
        {
            WriteHexEscape(sink, 'U', rune, 8);
        }
    }

    private static void WriteHexEscape(ByteSink sink, char letter, int value, int digits)
    {
        sink.WriteByte('\\');
        sink.WriteByte(letter);
        for (var shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        {
            sink.WriteByte(Hex[(value >> shift) & 0xF]);
        }
    }
}
