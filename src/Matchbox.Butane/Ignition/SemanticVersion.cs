using System.Globalization;

namespace Matchbox.Butane.Ignition;

/// <summary>A version MAJOR.MINOR.PATCH[-PRERELEASE][+METADATA], read as leniently as coreos/go-semver reads it.</summary>
public readonly record struct SemanticVersion(long Major, long Minor, long Patch, string PreRelease, string Metadata)
{
    public static bool TryParse(string text, out SemanticVersion version)
    {
        version = default;
        var metadata = Cut(ref text, '+');
        var preRelease = Cut(ref text, '-');
        var parts = text.Split('.', 3);
        if (parts.Length != 3
            || !IsIdentifier(preRelease)
            || !IsIdentifier(metadata)
            || !TryNumber(parts[0], out var major)
            || !TryNumber(parts[1], out var minor)
            || !TryNumber(parts[2], out var patch))
        {
            return false;
        }
        version = new SemanticVersion(major, minor, patch, preRelease, metadata);
        return true;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Major}.{Minor}.{Patch}{(PreRelease.Length > 0 ? "-" : "")}{PreRelease}{(Metadata.Length > 0 ? "+" : "")}{Metadata}");

    private static string Cut(ref string text, char separator)
    {
        var at = text.IndexOf(separator);
        if (at < 0)
        {
            return "";
        }
        var rest = text[(at + 1)..];
        text = text[..at];
        return rest;
    }

    private static bool IsIdentifier(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-'))
            {
                return false;
            }
        }
        return true;
    }

    // A sign and leading zeros are fine there.
    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
