using System.Text;

namespace Matchbox.Core.Catalogs.Selection;

/// <summary>The beginning of a MAC address, in the notations of whole ones.</summary>
internal static class MacPrefix
{
    private const int MaxDigits = 40;

    /// <summary>
    /// In lower-case colon form, as labels are: <c>52:54:00</c>, <c>52-54-0</c>, <c>5254.00</c> and <c>5254</c> all are, with or without a
    /// separator at the end. False: no MAC begins like that.
    /// </summary>
    public static bool TryNormalise(string text, out string normalised)
    {
        normalised = text;
        var at = text.IndexOfAny([':', '-', '.']);
        var separator = at < 0 ? '\0' : text[at];
        var width = separator == '.' ? 4 : 2;
        var result = new StringBuilder(text.Length + (text.Length / 2));
        var digits = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (separator != '\0' && i % (width + 1) == width)
            {
                if (text[i] != separator)
                {
                    return false;
                }
                continue;
            }
            if (!char.IsAsciiHexDigit(text[i]) || digits == MaxDigits)
            {
                return false;
            }
            if (digits > 0 && digits % 2 == 0)
            {
                result.Append(':');
            }
            result.Append(char.ToLowerInvariant(text[i]));
            digits++;
        }
        normalised = result.ToString();
        return true;
    }
}
