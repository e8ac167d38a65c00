using System.Buffers;
using System.Globalization;
using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Execution;

/// <summary>html, js and urlquery. What needs no escape is copied in runs.</summary>
internal static class Escaping
{
    private static readonly SearchValues<byte> HtmlSpecial = SearchValues.Create("\0\"'&<>"u8);

    private static readonly SearchValues<byte> JavaScriptPlain = SearchValues.Create(
        " !#$%()*+,-./0123456789:;?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~\u007f"u8);

    private static readonly SearchValues<byte> QueryPlain = SearchValues.Create(
        "-_.~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    public static void WriteHtml(ByteSink sink, ReadOnlySpan<byte> text)
    {
        for (var run = text.IndexOfAny(HtmlSpecial); run >= 0; run = text.IndexOfAny(HtmlSpecial))
        {
            sink.Write(text[..run]);
            sink.Write(text[run] switch
            {
                0 => "\uFFFD"u8,
                (byte)'"' => "&#34;"u8,
                (byte)'\'' => "&#39;"u8,
                (byte)'&' => "&amp;"u8,
                (byte)'<' => "&lt;"u8,
                _ => "&gt;"u8,
            });
            text = text[(run + 1)..];
        }
        sink.Write(text);
    }

    public static void WriteJavaScript(ByteSink sink, ReadOnlySpan<byte> text)
    {
        for (var run = text.IndexOfAnyExcept(JavaScriptPlain); run >= 0; run = text.IndexOfAnyExcept(JavaScriptPlain))
        {
            sink.Write(text[..run]);
            text = text[run..];
            var rune = Utf8Text.Decode(text, out var width);
            if (rune is '\\' or '\'' or '"')
            {
                sink.WriteByte('\\');
                sink.WriteByte((char)rune);
            }
            else if (rune >= 0x80 && Utf8Text.IsPrint(rune))
            {
                sink.Write(text[..width]);
            }
            else
            {
                sink.WriteText("\\u" + rune.ToString("X4", CultureInfo.InvariantCulture));
            }
            text = text[width..];
        }
        sink.Write(text);
    }

    public static void WriteQuery(ByteSink sink, ReadOnlySpan<byte> text)
    {
        var digits = "0123456789ABCDEF"u8;
        for (var run = text.IndexOfAnyExcept(QueryPlain); run >= 0; run = text.IndexOfAnyExcept(QueryPlain))
        {
            sink.Write(text[..run]);
            var symbol = text[run];
            sink.Write(symbol == ' ' ? "+"u8 : [(byte)'%', digits[symbol >> 4], digits[symbol & 0xF]]);
            text = text[(run + 1)..];
        }
        sink.Write(text);
    }
}
