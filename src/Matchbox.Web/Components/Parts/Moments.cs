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

    private static string Of(double count, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(count):0} {unit}");
}
