using System.Globalization;
using System.Text;

namespace Matchbox.Butane.ContainerLinux.Go;

/// <summary>
/// Texts as Go has them: bytes, mostly UTF-8. Here a byte that is no part of UTF-8 stands as the lone surrogate U+DC00 + byte, which no
/// decoder makes, so that nothing is lost on the way through.
/// </summary>
internal static class GoText
{
    private const char FirstByte = '\uDC80';
    private const char LastByte = '\uDCFF';

    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                length = 1;
                text.Append((char)(0xDC00 + bytes[0]));
            }
            bytes = bytes[length..];
        }
        return text.ToString();
    }

    public static byte[] ToBytes(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstByte, LastByte))
        {
            return Encoding.UTF8.GetBytes(text);
        }
        var bytes = new List<byte>(text.Length + 16);
        Span<byte> encoded = stackalloc byte[4];
        for (var i = 0; i < text.Length;)
        {
            if (IsByte(text, i, out var single))
            {
                bytes.Add(single);
                i++;
                continue;
            }
            _ = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
            i += length;
        }
        return [.. bytes];
    }

    /// <summary>As Go's <c>%q</c> and <c>strconv.Quote</c>: a Go string literal in double quotes.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        for (var i = 0; i < text.Length;)
        {
            if (IsByte(text, i, out var single))
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\x{single:x2}");
                i++;
                continue;
            }
            _ = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            AppendQuoted(quoted, rune);
            i += length;
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>Lower case by Unicode, as Go's <c>strings.ToLower</c>.</summary>
    public static string ToLower(string text) => text.ToLowerInvariant();

    /// <summary>The place stands for a byte that is no part of UTF-8.</summary>
    public static bool IsByte(string text, int index, out byte value)
    {
        var isByte = text[index] is >= FirstByte and <= LastByte && (index == 0 || !char.IsHighSurrogate(text[index - 1]));
        value = isByte ? (byte)(text[index] - 0xDC00) : (byte)0;
        return isByte;
    }

    private static void AppendQuoted(StringBuilder quoted, Rune rune)
    {
        var escape = rune.Value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\a' => "\\a",
            '\b' => "\\b",
            '\f' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\v' => "\\v",
            _ when IsPrintable(rune) => rune.ToString(),
            < 0x20 or 0x7f => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
            < 0x10000 => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
        };
        quoted.Append(escape);
    }

    /// <summary>Letters, marks, numbers, punctuation, symbols and the space; no other space, control or format character.</summary>
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator);
}
