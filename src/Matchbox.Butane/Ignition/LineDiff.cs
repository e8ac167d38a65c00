namespace Matchbox.Butane.Ignition;

/// <summary>One line of a comparison.</summary>
/// <param name="Mark"><c>+</c> is new, <c>-</c> is gone, a blank is in both.</param>
/// <param name="Text">The line without its end.</param>
public readonly record struct DiffLine(char Mark, string Text);

/// <summary>Compares texts line by line.</summary>
internal static class LineDiff
{
    // Beyond this many pairs of lines what differs is told as one block: a quadratic table is not worth it.
    private const long MaxPairs = 4_000_000;
    private const int Context = 2;

    /// <summary>The lines that differ, with two lines around them that do not.</summary>
    public static IReadOnlyList<DiffLine> Compare(string before, string after)
    {
        var all = Align(Lines(before), Lines(after));
        var shown = new bool[all.Count];
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].Mark != ' ')
            {
                shown.AsSpan(Math.Max(0, i - Context), Math.Min(all.Count, i + Context + 1) - Math.Max(0, i - Context)).Fill(true);
            }
        }
        return [.. all.Where((_, i) => shown[i])];
    }

    /// <summary>All lines of two lists in one.</summary>
    public static List<DiffLine> Align(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var start = 0;
        while (start < before.Count && start < after.Count && before[start] == after[start])
        {
            start++;
        }
        var (beforeEnd, afterEnd) = (before.Count, after.Count);
        while (beforeEnd > start && afterEnd > start && before[beforeEnd - 1] == after[afterEnd - 1])
        {
            beforeEnd--;
            afterEnd--;
        }
        var lines = new List<DiffLine>();
        lines.AddRange(before.Take(start).Select(static text => new DiffLine(' ', text)));
        AlignMiddle(before, after, start, beforeEnd, afterEnd, lines);
        lines.AddRange(before.Skip(beforeEnd).Select(static text => new DiffLine(' ', text)));
        return lines;
    }

    private static void AlignMiddle(
        IReadOnlyList<string> before, IReadOnlyList<string> after, int start, int beforeEnd, int afterEnd, List<DiffLine> lines)
    {
        var (rows, columns) = (beforeEnd - start, afterEnd - start);
        var longest = (long)rows * columns <= MaxPairs ? LongestCommon(before, after, start, rows, columns) : null;
        var (row, column) = (0, 0);
        while (row < rows || column < columns)
        {
            if (longest is not null && row < rows && column < columns && before[start + row] == after[start + column])
            {
                lines.Add(new DiffLine(' ', before[start + row]));
                row++;
                column++;
            }
            else if (row < rows && (longest is null || column == columns || longest[row + 1, column] >= longest[row, column + 1]))
            {
                lines.Add(new DiffLine('-', before[start + row++]));
            }
            else
            {
                lines.Add(new DiffLine('+', after[start + column++]));
            }
        }
    }

    // Length of the longest common subsequence of what begins at each pair of lines.
    private static int[,] LongestCommon(IReadOnlyList<string> before, IReadOnlyList<string> after, int start, int rows, int columns)
    {
        var longest = new int[rows + 1, columns + 1];
        for (var row = rows - 1; row >= 0; row--)
        {
            for (var column = columns - 1; column >= 0; column--)
            {
                longest[row, column] = before[start + row] == after[start + column]
                    ? longest[row + 1, column + 1] + 1
                    : Math.Max(longest[row + 1, column], longest[row, column + 1]);
            }
        }
        return longest;
    }

    private static string[] Lines(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        return lines is [.., ""] ? lines[..^1] : lines;
    }
}
