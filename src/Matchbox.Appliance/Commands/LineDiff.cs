namespace Matchbox.Appliance.Commands;

/// <summary>A line of a difference: <c>-</c> was there, <c>+</c> comes, a space is in both.</summary>
internal readonly record struct DiffLine(char Sign, string Text);

/// <summary>The difference of two texts by lines: the longest common subsequence, with a few lines around each change.</summary>
internal static class LineDiff
{
    private const int Around = 2;

    // A table of so many cells is made in no time; of longer texts the middle is shown as replaced.
    private const long MaxCells = 4_000_000;

    public static IReadOnlyList<DiffLine> Of(string before, string after)
    {
        var (old, now) = (LinesOf(before), LinesOf(after));
        var start = 0;
        while (start < old.Length && start < now.Length && old[start] == now[start])
        {
            start++;
        }
        var end = 0;
        while (end < old.Length - start && end < now.Length - start && old[^(end + 1)] == now[^(end + 1)])
        {
            end++;
        }
        var lines = new List<DiffLine>();
        lines.AddRange(old.Take(start).Select(text => new DiffLine(' ', text)));
        lines.AddRange(Middle(old[start..^end], now[start..^end]));
        lines.AddRange(old.TakeLast(end).Select(text => new DiffLine(' ', text)));
        return Shorten(lines);
    }

    private static List<DiffLine> Middle(string[] old, string[] now)
    {
        if ((long)old.Length * now.Length > MaxCells)
        {
            return [.. old.Select(text => new DiffLine('-', text)), .. now.Select(text => new DiffLine('+', text))];
        }
        // common[i, j]: how many lines the rests from i and from j have in common.
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }
        var lines = new List<DiffLine>();
        var (o, n) = (0, 0);
        while (o < old.Length || n < now.Length)
        {
            if (o < old.Length && n < now.Length && old[o] == now[n])
            {
                lines.Add(new DiffLine(' ', old[o++]));
                n++;
            }
            else if (o < old.Length && (n == now.Length || common[o + 1, n] >= common[o, n + 1]))
            {
                lines.Add(new DiffLine('-', old[o++]));
            }
            else
            {
                lines.Add(new DiffLine('+', now[n++]));
            }
        }
        return lines;
    }

    private static List<DiffLine> Shorten(List<DiffLine> lines)
    {
        var isNear = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Sign != ' ')
            {
                Array.Fill(isNear, true, Math.Max(0, i - Around), Math.Min(lines.Count, i + Around + 1) - Math.Max(0, i - Around));
            }
        }
        return [.. lines.Where((_, i) => isNear[i])];
    }

    private static string[] LinesOf(string text)
    {
        var lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
