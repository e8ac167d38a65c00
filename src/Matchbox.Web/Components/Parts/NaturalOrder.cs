namespace Matchbox.Web.Components.Parts;

/// <summary>As people count: <c>node2</c> before <c>node10</c>; case does not count.</summary>
public sealed class NaturalOrder : IComparer<string>
{
    public static readonly NaturalOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x, right = y;
        while (left.Length > 0 && right.Length > 0)
        {
            if (char.IsAsciiDigit(left[0]) && char.IsAsciiDigit(right[0]))
            {
                var first = Digits(ref left);
                var second = Digits(ref right);
                var number = first.Length != second.Length ? first.Length - second.Length : first.SequenceCompareTo(second);
                if (number != 0)
                {
                    return number;
                }
                continue;
            }
            var letter = char.ToUpperInvariant(left[0]) - char.ToUpperInvariant(right[0]);
            if (letter != 0)
            {
                return letter;
            }
            left = left[1..];
            right = right[1..];
        }
        return left.Length - right.Length;
    }

    // Without its leading zeros, so that the longer of two is the greater.
    private static ReadOnlySpan<char> Digits(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? text : text[..end];
        text = text[digits.Length..];
        return digits.TrimStart('0');
    }
}
