using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Matchbox.Butane.Go;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>A size or a start of a partition with its unit, as alecthomas/units reads it: powers of 1024, with or without an i.</summary>
internal static class Dimension
{
    private const long MiB = 1024 * 1024;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create(".0123456789");

    /// <param name="mebibytes">Null for no text.</param>
    /// <param name="error">What ct says; null if the dimension is good.</param>
    public static bool TryParse(string text, out long? mebibytes, [NotNullWhen(false)] out string? error)
    {
        mebibytes = null;
        error = null;
        if (text.Length == 0)
        {
            return true;
        }
        if (!TryParseBytes(text, "iB", out var bytes, out _) && !TryParseBytes(text, "B", out bytes, out error))
        {
            return false;
        }
        error = bytes < 0 ? $"invalid dimension (negative): {GoText.Quote(text)}"
            : bytes % MiB != 0 ? "invalid dimension (finest granularity is 1MiB)"
            : null;
        mebibytes = bytes / MiB;
        return error is null;
    }

    /// <summary>Numbers with units, one after the other: <c>1GiB512MiB</c>.</summary>
    private static bool TryParseBytes(string text, string suffix, out long bytes, [NotNullWhen(false)] out string? error)
    {
        bytes = 0;
        error = null;
        var rest = text.AsSpan();
        var isNegative = !rest.IsEmpty && rest[0] == '-';
        if (!rest.IsEmpty && rest[0] is '-' or '+')
        {
            rest = rest[1..];
        }
        if (rest is "0")
        {
            return true;
        }
        var total = 0.0;
        if (rest.IsEmpty)
        {
            error = $"units: invalid {text}";
            return false;
        }
        while (!rest.IsEmpty)
        {
            if (!TryReadNumber(ref rest, out var number))
            {
                error = $"units: invalid {text}";
                return false;
            }
            var end = rest.IndexOfAny(NumberCharacters);
            var unit = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[end..];
            if (!TryGetUnit(unit, suffix, out var scale))
            {
                error = $"units: unknown unit {unit} in {text}";
                return false;
            }
            total += number * scale;
        }
        total = isNegative ? -total : total;
        if (total is < -9223372036854775808.0 or > 9223372036854775808.0)
        {
            error = "units: overflow parsing unit";
            return false;
        }
        // 2^63 itself wraps around, as on the processors that ct is built for.
        bytes = total >= 9223372036854775808.0 ? long.MinValue : (long)total;
        return true;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<char> rest, out double number)
    {
        number = 0;
        if (!TryReadDigits(ref rest, out var whole, out var digits))
        {
            return false;
        }
        number = whole;
        if (rest.IsEmpty || rest[0] != '.')
        {
            return digits > 0;
        }
        rest = rest[1..];
        if (!TryReadDigits(ref rest, out var fraction, out var decimals))
        {
            return false;
        }
        var scale = 1.0;
        for (var i = 0; i < decimals; i++)
        {
            scale *= 10;
        }
        number += fraction / scale;
        return digits + decimals > 0;
    }

    private static bool TryReadDigits(ref ReadOnlySpan<char> rest, out long value, out int digits)
    {
        value = 0;
        digits = 0;
        for (; !rest.IsEmpty && char.IsAsciiDigit(rest[0]); rest = rest[1..], digits++)
        {
            var digit = rest[0] - '0';
            if (value >= (long.MaxValue - 10) / 10)
            {
                return false;
            }
            value = (value * 10) + digit;
        }
        return true;
    }

    private static bool TryGetUnit(ReadOnlySpan<char> unit, string suffix, out double scale)
    {
        scale = 1;
        if (unit is "B")
        {
            return true;
        }
        if (!unit.EndsWith(suffix, StringComparison.Ordinal) || unit.Length != suffix.Length + 1)
        {
            return false;
        }
        var power = "KMGTPE".IndexOf(unit[0], StringComparison.Ordinal) + 1;
        for (var i = 0; i < power; i++)
        {
            scale *= 1024;
        }
        return power > 0;
    }
}
