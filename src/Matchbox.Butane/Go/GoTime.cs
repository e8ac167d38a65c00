using System.Buffers;

namespace Matchbox.Butane.Go;

/// <summary>The times that Go's package <c>time</c> reads. Only whether it reads them matters here.</summary>
internal static class GoTime
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create(".0123456789");

    /// <summary>As <c>time.Parse("15:04", text)</c>: an hour of one or two digits, a minute of two.</summary>
    public static bool IsClock(ReadOnlySpan<char> text)
    {
        var digits = text.Length > 1 && char.IsAsciiDigit(text[1]) ? 2 : 1;
        if (text.Length != digits + 3 || !char.IsAsciiDigit(text[0]) || text[digits] != ':')
        {
            return false;
        }
        var hour = digits == 1 ? text[0] - '0' : ((text[0] - '0') * 10) + text[1] - '0';
        return hour < 24 && text[digits + 1] is >= '0' and <= '5' && char.IsAsciiDigit(text[digits + 2]);
    }

    /// <summary>As <c>time.ParseDuration</c>: numbers with units, one after the other, at most some 292 years in all.</summary>
    public static bool IsDuration(ReadOnlySpan<char> text)
    {
        if (text.Length > 0 && text[0] is '+' or '-')
        {
            text = text[1..];
        }
        if (text is "0")
        {
            return true;
        }
        var total = 0UL;
        const ulong Limit = 1UL << 63;
        if (text.IsEmpty)
        {
            return false;
        }
        while (!text.IsEmpty)
        {
            if (!TryReadNumber(ref text, out var whole, out var fraction, out var scale)
                || !TryReadUnit(ref text, out var unit)
                || whole > Limit / unit)
            {
                return false;
            }
            var part = (whole * unit) + (ulong)(fraction * (unit / scale));
            total += part;
            if (part > Limit || total > Limit)
            {
                return false;
            }
        }
        return total <= Limit - 1;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<char> text, out ulong whole, out ulong fraction, out double scale)
    {
        whole = fraction = 0;
        scale = 1;
        var digits = 0;
        for (; !text.IsEmpty && char.IsAsciiDigit(text[0]); text = text[1..], digits++)
        {
            if (whole > (1UL << 63) / 10)
            {
                return false;
            }
            whole = (whole * 10) + (ulong)(text[0] - '0');
            if (whole > 1UL << 63)
            {
                return false;
            }
        }
        if (text.IsEmpty || text[0] != '.')
        {
            return digits > 0;
        }
        for (text = text[1..]; !text.IsEmpty && char.IsAsciiDigit(text[0]); text = text[1..], digits++)
        {
            if (fraction <= ((1UL << 63) - 1) / 10 - 1)     // Further digits are too small to matter.
            {
                fraction = (fraction * 10) + (ulong)(text[0] - '0');
                scale *= 10;
            }
        }
        return digits > 0;
    }

    private static bool TryReadUnit(ref ReadOnlySpan<char> text, out ulong nanoseconds)
    {
        var end = text.IndexOfAny(NumberCharacters);
        var unit = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[end..];
        nanoseconds = unit switch
        {
            "ns" => 1,
            "us" or "\u00b5s" or "\u03bcs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => 0,
        };
        return nanoseconds > 0;
    }
}
