using System.Globalization;

namespace Matchbox.Web.Components.Parts;

/// <summary>Times as people say them.</summary>
internal static class Moments
{
    /// <summary>Such as <c>3 min ago</c> or <c>in 2 h</c>.</summary>
    public static string Ago(DateTimeOffset at, DateTimeOffset now)
    {
        var time = now - at;
        return time < TimeSpan.FromSeconds(-1) ? $"in {Span(-time)}" : time < TimeSpan.FromSeconds(2) ? "now" : $"{Span(time)} ago";
    }

    /// <summary>Its largest unit alone.</summary>
    public static string Span(TimeSpan time) => time.TotalSeconds < 60 ? Of(time.TotalSeconds, "s")
        : time.TotalMinutes < 60 ? Of(time.TotalMinutes, "min")
        : time.TotalHours < 48 ? Of(time.TotalHours, "h")
        : Of(time.TotalDays, "d");

    /// <summary>How long after something else, such as <c>+4.2 s</c>, <c>+3:07</c> or <c>+2 h</c>.</summary>
    public static string After(TimeSpan time) => time.TotalSeconds < 0 ? $"-{Span(-time)}"
        : time.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"+{time.TotalSeconds:0.0} s")
        : time.TotalHours < 1 ? string.Create(CultureInfo.InvariantCulture, $"+{(int)time.TotalMinutes}:{time.Seconds:00}")
        : $"+{Span(time)}";

    /// <summary>Octets in the largest unit that fits, such as <c>12.4 MiB</c>.</summary>
    public static string Size(double octets) => octets < 1 << 10 ? string.Create(CultureInfo.InvariantCulture, $"{octets:0} B")
        : octets < 1 << 20 ? string.Create(CultureInfo.InvariantCulture, $"{octets / (1 << 10):0.0} KiB")
        : octets < 1 << 30 ? string.Create(CultureInfo.InvariantCulture, $"{octets / (1 << 20):0.0} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{octets / (1 << 30):0.00} GiB");

    private static string Of(double count, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(count):0} {unit}");
}
