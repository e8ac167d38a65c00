namespace Matchbox.Butane.Yaml;

/// <summary>The timestamps that yaml.v3 knows, a part of YAML 1.1's: a date alone, with a time, or with a time and a zone.</summary>
internal static class YamlTimestamps
{
    public static bool IsTimestamp(ReadOnlySpan<char> text)
    {
        if (text.Length < 5 || text[..4].ContainsAnyExceptInRange('0', '9') || text[4] != '-')
        {
            return false;
        }
        var year = int.Parse(text[..4], provider: null);
        var rest = text[5..];
        if (!TryNumber(ref rest, out var month) || month is < 1 or > 12 || !TrySkip(ref rest, "-")
            || !TryNumber(ref rest, out var day) || day < 1 || day > DaysIn(year, month))
        {
            return false;
        }
        if (rest.IsEmpty)
        {
            return true;
        }
        var separator = rest[0];
        if (separator is not ('T' or 't' or ' '))
        {
            return false;
        }
        rest = separator == ' ' ? rest.TrimStart(' ') : rest[1..];
        return TryTime(ref rest) && (separator == ' ' ? rest.IsEmpty : IsZone(rest));
    }

    private static bool TryTime(ref ReadOnlySpan<char> rest)
    {
        if (!TryNumber(ref rest, out var hour) || hour > 23 || !TrySkip(ref rest, ":")
            || !TryNumber(ref rest, out var minute) || minute > 59 || !TrySkip(ref rest, ":")
            || !TryNumber(ref rest, out var second) || second > 59)
        {
            return false;
        }
        if (rest.Length > 1 && rest[0] is '.' or ',' && char.IsAsciiDigit(rest[1]))
        {
            rest = rest[1..].TrimStart("0123456789");
        }
        return true;
    }

    // Z, or +hh:mm; some do write an offset of 24 hours or 60 minutes.
    private static bool IsZone(ReadOnlySpan<char> rest)
    {
        if (rest is "Z")
        {
            return true;
        }
        return rest.Length == 6 && rest[0] is '+' or '-' && rest[3] == ':'
            && !rest[1..3].ContainsAnyExceptInRange('0', '9') && !rest[4..].ContainsAnyExceptInRange('0', '9')
            && int.Parse(rest[1..3], provider: null) <= 24 && int.Parse(rest[4..], provider: null) <= 60;
    }

    // One or two digits.
    private static bool TryNumber(ref ReadOnlySpan<char> rest, out int value)
    {
        var length = rest.Length > 1 && char.IsAsciiDigit(rest[1]) ? 2 : 1;
        value = 0;
        if (rest.IsEmpty || !char.IsAsciiDigit(rest[0]))
        {
            return false;
        }
        value = int.Parse(rest[..length], provider: null);
        rest = rest[length..];
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<char> rest, string literal)
    {
        if (!rest.StartsWith(literal, StringComparison.Ordinal))
        {
            return false;
        }
        rest = rest[literal.Length..];
        return true;
    }

    // Go's years start at 0, which is a leap year.
    private static int DaysIn(int year, int month) => DateTime.DaysInMonth(year == 0 ? 4 : year, month);
}
