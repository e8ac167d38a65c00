namespace Matchbox.Butane.Tests;

/// <summary>Says where two texts differ, so that a person sees which key or line it is.</summary>
internal static class Difference
{
    private const int Around = 60;

    public static string? Of(string actual, string expected)
    {
        if (actual == expected)
        {
            return null;
        }
        var at = actual.AsSpan().CommonPrefixLength(expected);
        return $"at character {at}: got …{Part(actual, at)}… expected …{Part(expected, at)}…";
    }

    private static string Part(string text, int at) =>
        text[Math.Max(0, at - Around)..Math.Min(text.Length, at + Around)].Replace("\n", "⏎", StringComparison.Ordinal);
}
