using System.Globalization;
using System.Text;
using Matchbox.Butane.Decoding;

namespace Matchbox.Butane.Go;

/// <summary>Texts in quotes as Go's strconv writes and reads them.</summary>
internal static class GoText
{
    /// <summary>In double quotes, with what cannot be printed escaped (Go's <c>%q</c>), bytes that are no UTF-8 among it.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        for (var i = 0; i < text.Length;)
        {
            if (LooseText.IsByte(text, i, out var single))
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

    private static void AppendQuoted(StringBuilder quoted, Rune rune)
    {
        switch (rune.Value)
        {
            case '"' or '\\':
                quoted.Append('\\').Append((char)rune.Value);
                break;
            case >= '\a' and <= '\r':
                quoted.Append('\\').Append("abtnvfr"[rune.Value - '\a']);
                break;
            case < ' ' or 0x7f:
                quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
                break;
            case var _ when IsPrintable(rune):
                quoted.Append(rune.ToString());
                break;
            case < 0x10000:
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
                break;
            default:
                quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
                break;
        }
    }

    /// <summary>The inside of double quotes has no escape that Go does not know, and no line end.</summary>
    public static bool IsQuotedWell(ReadOnlySpan<char> text)
    {
        if (text.Contains('\n'))
        {
            return false;
        }
        for (var at = text.IndexOf('\\'); at >= 0; at = text.IndexOf('\\'))
        {
            text = text[(at + 1)..];
            var length = text.IsEmpty ? 0 : EscapeLength(text);
            if (length == 0)
            {
                return false;
            }
            text = text[length..];
        }
        return true;
    }

    // Without the backslash; 0: unknown.
    private static int EscapeLength(ReadOnlySpan<char> text) => text[0] switch
    {
        'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v' or '\\' or '"' => 1,
        'x' => IsHex(text, 2) ? 3 : 0,
        'u' => IsHex(text, 4) && Rune.IsValid(int.Parse(text.Slice(1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture)) ? 5 : 0,
        'U' => IsHex(text, 8) && Rune.IsValid(uint.Parse(text.Slice(1, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture)) ? 9 : 0,
        >= '0' and <= '3' when text.Length >= 3 && text[1] is >= '0' and <= '7' && text[2] is >= '0' and <= '7' => 3,
        _ => 0,
    };

    private static bool IsHex(ReadOnlySpan<char> text, int digits)
    {
        for (var i = 1; i <= digits; i++)
        {
            if (i >= text.Length || !char.IsAsciiHexDigit(text[i]))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);
}
