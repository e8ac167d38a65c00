using System.Globalization;
using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Execution;

/// <summary>html, js and urlquery.</summary>
internal static class Escaping
{
    public static void WriteHtml(ByteSink sink, ReadOnlySpan<byte> text)
    {
        foreach (var symbol in text)
        {
            switch (symbol)
            {
                case 0:
                    sink.Write("\uFFFD"u8);
                    break;
                case (byte)'"':
                    sink.Write("&#34;"u8);
                    break;
                case (byte)'\'':
                    sink.Write("&#39;"u8);
                    break;
                case (byte)'&':
                    sink.Write("&amp;"u8);
                    break;
                case (byte)'<':
                    sink.Write("&lt;"u8);
                    break;
                case (byte)'>':
                    sink.Write("&gt;"u8);
                    break;
                default:
                    sink.WriteByte(symbol);
                    break;
            }
        }
    }

    public static void WriteJavaScript(ByteSink sink, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var rune = Utf8Text.Decode(text, out var width);
            if (rune is '\\' or '\'' or '"')
            {
                sink.WriteByte('\\');
                sink.WriteByte((char)rune);
            }
            else if (rune is < ' ' or '<' or '>' or '&' or '=' || (rune >= 0x80 && !Utf8Text.IsPrint(rune)))
            {
                sink.WriteText("\\u" + rune.ToString("X4", CultureInfo.InvariantCulture));
            }
            else
            {
                sink.Write(text[..width]);
            }
            text = text[width..];
        }
    }

    public static void WriteQuery(ByteSink sink, ReadOnlySpan<byte> text)
    {
        foreach (var symbol in text)
        {
            if (char.IsAsciiLetterOrDigit((char)symbol) || symbol is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~')
            {
                sink.WriteByte(symbol);
            }
            else if (symbol == ' ')
            {
                sink.WriteByte('+');
            }
            else
            {
                sink.WriteByte('%');
                sink.WriteByte("0123456789ABCDEF"u8[symbol >> 4]);
                sink.WriteByte("0123456789ABCDEF"u8[symbol & 0xF]);
            }
        }
    }
}
