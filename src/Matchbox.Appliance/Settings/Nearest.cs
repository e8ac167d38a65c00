namespace Matchbox.Appliance.Settings;

/// <summary>What somebody probably meant.</summary>
internal static class Nearest
{
    /// <summary><c>: did you mean 'x'?</c>, or nothing when no candidate is near.</summary>
    public static string Suggest(string text, IEnumerable<string> candidates)
    {
        var best = candidates
            .Select(candidate => (candidate, distance: Distance(text, candidate)))
            .Where(pair => pair.distance <= Math.Max(1, Math.Min(3, pair.candidate.Length / 3)))
            .OrderBy(pair => pair.distance)
            .FirstOrDefault();
        return best.candidate is null ? "" : $": did you mean '{best.candidate}'?";
    }

    // Levenshtein, one row.
    private static int Distance(string left, string right)
    {
        if (left.Length > 64 || right.Length > 64)
        {
            return int.MaxValue;
        }
        Span<int> row = stackalloc int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            row[column] = column;
        }
        for (var line = 1; line <= left.Length; line++)
        {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column <= right.Length; column++)
            {
                var substitute = diagonal + (left[line - 1] == right[column - 1] ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(substitute, Math.Min(row[column], row[column - 1]) + 1);
            }
        }
        return row[right.Length];
    }
}
