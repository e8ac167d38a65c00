using System.Globalization;

namespace Matchbox.Butane.Decoding;

/// <summary>A version in the form MAJOR.MINOR.PATCH-PRERELEASE+BUILD, read as leniently as the real tool does.</summary>
internal static class SemanticVersion
{
    /// <summary>The version in its canonical form: leading zeros and signs gone.</summary>
    public static bool TryNormalise(string text, out string version)
    {
        var (rest, build) = Split(text, '+');
        (rest, var prerelease) = Split(rest, '-');
        version = "";
        var parts = rest.Split('.', 3);
        if (parts.Length != 3 || !IsIdentifier(prerelease) || !IsIdentifier(build))
        {
            return false;
        }
        var numbers = new long[3];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return false;
            }
        }
        version = string.Create(CultureInfo.InvariantCulture, $"{numbers[0]}.{numbers[1]}.{numbers[2]}")
            + (prerelease.Length > 0 ? "-" + prerelease : "") + (build.Length > 0 ? "+" + build : "");
        return true;
    }

    private static (string Before, string After) Split(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }

    private static bool IsIdentifier(string text) => text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.');
}
