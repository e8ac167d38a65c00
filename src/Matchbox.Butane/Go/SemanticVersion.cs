using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Matchbox.Butane.Go;

/// <summary>
/// A version as coreos/go-semver v0.3 reads it: three numbers, perhaps a pre-release, perhaps metadata. Zeros may lead. Two are equal
/// when all their parts are; the default value is no version.
/// </summary>
public readonly record struct SemanticVersion(long Major, long Minor, long Patch, string PreRelease = "", string Metadata = "")
{
    private static readonly SearchValues<char> IdentifierCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");

    /// <summary>Reads a version; any text will do.</summary>
    public static bool TryParse(string text, out SemanticVersion version) => TryParse(text, out version, out _);

    /// <summary>Reads a version; any text will do.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="version">The version, or the default value.</param>
    /// <param name="error">Why the text is no version, in the words of go-semver; null for one.</param>
    public static bool TryParse(string text, out SemanticVersion version, [NotNullWhen(false)] out string? error)
    {
        version = default;
        var metadata = SplitOff(ref text, '+');
        var preRelease = SplitOff(ref text, '-');
        var numbers = text.Split('.', 3);
        error = numbers.Length != 3 ? $"{text} is not in dotted-tri format"
            : !IsIdentifier(preRelease) ? $"failed to validate pre-release: {preRelease} is not a valid semver identifier"
            : !IsIdentifier(metadata) ? $"failed to validate metadata: {metadata} is not a valid semver identifier"
            : null;
        if (error is not null)
        {
            return false;
        }
        Span<long> parsed = stackalloc long[3];
        for (var i = 0; i < 3; i++)
        {
            if (!TryParseNumber(numbers[i], out parsed[i], out error))
            {
                return false;
            }
        }
        version = new SemanticVersion(parsed[0], parsed[1], parsed[2], preRelease, metadata);
        return true;
    }

    /// <summary>Older than the release <paramref name="major"/>.<paramref name="minor"/>.0; a pre-release of it is.</summary>
    public bool IsBefore(long major, long minor)
    {
        var order = (Major, Minor, Patch).CompareTo((major, minor, 0L));
        return order < 0 || (order == 0 && PreRelease.Length > 0);
    }

    /// <summary>In its shortest form, without leading zeros.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Major}.{Minor}.{Patch}{(PreRelease.Length > 0 ? "-" : "")}{PreRelease}{(Metadata.Length > 0 ? "+" : "")}{Metadata}");

    private static string SplitOff(ref string text, char at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        if (index < 0)
        {
            return "";
        }
        var rest = text[(index + 1)..];
        text = text[..index];
        return rest;
    }

    private static bool IsIdentifier(string text)
    {
        if (text.Length == 0)
        {
            return true;
        }
        foreach (var part in text.Split('.'))
        {
            if (part.Length == 0 || part.AsSpan().ContainsAnyExcept(IdentifierCharacters))
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryParseNumber(string text, out long number, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }
        var isNumber = text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
        error = $"strconv.ParseInt: parsing {GoText.Quote(text)}: {(isNumber ? "value out of range" : "invalid syntax")}";
        return false;
    }
}
