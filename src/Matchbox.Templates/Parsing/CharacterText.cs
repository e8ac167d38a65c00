using System.Globalization;
using System.Text;
using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Parsing;

/// <summary>Go's <c>%#U</c>: <c>U+0040 '@'</c>, for error texts.</summary>
internal static class CharacterText
{
    public static string Of(int rune)
    {
        var number = "U+" + rune.ToString("X4", CultureInfo.InvariantCulture);
        return Utf8Text.IsPrint(rune) ? $"{number} '{new Rune(rune)}'" : number;
    }
}
