namespace Matchbox.Butane.Sugar;

/// <summary>
/// Orders texts as their UTF-8 bytes are ordered, which is the order of their code points. UTF-16's differs from it: surrogates stand
/// for the highest code points, and are followed by U+E000 to U+FFFF.
/// </summary>
internal sealed class Utf8Order : IComparer<string>
{
    private Utf8Order()
    {
    }

    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return string.CompareOrdinal(x, y);
        }
        var common = x.AsSpan().CommonPrefixLength(y);
        return common == x.Length || common == y.Length ? x.Length.CompareTo(y.Length) : Weight(x[common]).CompareTo(Weight(y[common]));
    }

    // Surrogates behind all others.
    private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x1_0000 : unit;
}
