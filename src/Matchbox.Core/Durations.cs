using System.Globalization;

namespace Matchbox.Core;

/// <summary>Times as people write them: a whole number and s, m, h or d; parts may follow each other (1h30m); <c>infinite</c>.</summary>
public static class Durations
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = text == "infinite" ? Timeout.InfiniteTimeSpan : TimeSpan.Zero;
        if (text == "infinite")
        {
            return true;
        }
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits < 1
                || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || Unit(rest[digits]) is not { } unit)
            {
                return false;
            }
            // The largest number of days does not overflow; further parts might.
            if (count > (TimeSpan.FromDays(100_000) - duration) / unit)
            {
                return false;
            }
            duration += count * unit;
            rest = rest[(digits + 1)..];
        }
        return text.Length > 0;
    }

    /// <summary>The shortest text that <see cref="TryParse"/> reads back.</summary>
    public static string Write(TimeSpan duration)
    {
        if (duration == Timeout.InfiniteTimeSpan)
        {
            return "infinite";
        }
        var seconds = (long)duration.TotalSeconds;
        return seconds switch
        {
            0 => "0s",
            _ when seconds % 86_400 == 0 => $"{seconds / 86_400}d",
            _ when seconds % 3_600 == 0 => $"{seconds / 3_600}h",
            _ when seconds % 60 == 0 => $"{seconds / 60}m",
            _ => $"{seconds}s",
        };
    }

    private static TimeSpan? Unit(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
