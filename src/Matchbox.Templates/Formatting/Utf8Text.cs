using System.Buffers;
using System.Globalization;
using System.Text;

namespace Matchbox.Templates.Formatting;

/// <summary>UTF-8 as Go reads it, and Go's classes of characters.</summary>
internal static class Utf8Text
{
    public const int RuneError = 0xFFFD;
    public const int MaxRune = 0x10FFFF;

    /// <summary>The first code point; U+FFFD with a width of 1 for a byte that begins none. <paramref name="text"/> is not empty.</summary>
    public static int Decode(ReadOnlySpan<byte> text, out int width)
    {
        if (text[0] < 0x80)
        {
            width = 1;
            return text[0];
        }
        if (Rune.DecodeFromUtf8(text, out var rune, out width) == OperationStatus.Done)
        {
            return rune.Value;
        }
        width = 1;
        return RuneError;
    }

    /// <summary>Code points, each stray byte counted as one.</summary>
    public static int CountRunes(ReadOnlySpan<byte> text)
    {
        var ascii = text.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
        if (ascii < 0)
        {
            return text.Length;
        }
        var count = ascii;
        for (text = text[ascii..]; !text.IsEmpty; count++)
        {
            Decode(text, out var width);
            text = text[width..];
        }
        return count;
    }

    /// <summary>The text's first <paramref name="count"/> code points.</summary>
    public static ReadOnlySpan<byte> Truncate(ReadOnlySpan<byte> text, int count)
    {
        if (count >= text.Length)
        {
            return text;
        }
        var length = 0;
        for (; count > 0 && length < text.Length; count--)
        {
            Decode(text[length..], out var width);
            length += width;
        }
        return text[..length];
    }

    /// <summary>Letters, marks, numbers, punctuation, symbols and the space.</summary>
    public static bool IsPrint(int codePoint)
    {
        if (codePoint < 0x7F)
        {
            return codePoint >= ' ';
        }
        return codePoint <= MaxRune && CharUnicodeInfo.GetUnicodeCategory(codePoint) is not (UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
    }

    /// <summary>What an identifier in a template is made of.</summary>
    public static bool IsAlphanumeric(int codePoint)
    {
        if (codePoint < 0x80)
        {
            return codePoint == '_' || (codePoint >= 0 && char.IsAsciiLetterOrDigit((char)codePoint));
        }
        return CharUnicodeInfo.GetUnicodeCategory(codePoint) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.DecimalDigitNumber;
    }
}
