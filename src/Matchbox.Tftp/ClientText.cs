using System.Globalization;
using System.Text;

namespace Matchbox.Tftp;

/// <summary>A client's words for a log: hostile, so control characters are escaped and 128 characters are the end.</summary>
internal static class ClientText
{
    private const int MaxLength = 128;

    public static string Escape(string text)
    {
        var result = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            if (character is '"' or '\\' || char.IsControl(character) || char.IsSurrogate(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format
                || character is '\u2028' or '\u2029')
            {
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                result.Append(character);
            }
        }
        return text.Length > MaxLength ? result.Append('…').ToString() : result.ToString();
    }
}
