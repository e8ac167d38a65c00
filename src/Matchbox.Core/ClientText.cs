using System.Globalization;
using System.Text;

namespace Matchbox.Core;

/// <summary>A client's words for a log or the timeline: hostile, so control characters are escaped and long ones are cut.</summary>
public static class ClientText
{
    private const int MaxLength = 512;

    /// <summary>The words, cut at 512 characters; what does not print as <c>\u001b</c>.</summary>
    public static string Escape(string text)
    {
        var result = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            if (char.IsControl(character) || char.IsSurrogate(character)
                || char.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
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
