namespace Matchbox.Butane.Advice;

/// <summary>Finds the name that somebody probably meant.</summary>
internal static class NearNames
{
    // No name of ours is that long, and the comparison is quadratic.
    private const int MaxLength = 64;

    /// <summary>The nearest of the names, if it is near enough to be meant; null otherwise.</summary>
    public static string? Of(string wanted, IEnumerable<string> names)
    {
        if (wanted.Length > MaxLength)
        {
            return null;
        }
        string? nearest = null;
        var plain = Plain(wanted);
        var least = Math.Max(1, wanted.Length / 3) + 1;
        foreach (var name in names)
        {
            var distance = Distance(plain, Plain(name));
            if (distance < least)
            {
                (nearest, least) = (name, distance);
            }
        }
        return nearest;
    }

    // The other spelling of the same words is no difference at all: sshAuthorizedKeys, ssh-authorized-keys.
    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    // Letters put in, left out, exchanged, or swapped with their neighbour (optimal string alignment).
    private static int Distance(string one, string two)
    {
        var (before, row, next) = (new int[two.Length + 1], new int[two.Length + 1], new int[two.Length + 1]);
        for (var j = 0; j <= two.Length; j++)
        {
            row[j] = j;
        }
        for (var i = 1; i <= one.Length; i++)
        {
            next[0] = i;
            for (var j = 1; j <= two.Length; j++)
            {
                next[j] = Math.Min(Math.Min(next[j - 1], row[j]) + 1, row[j - 1] + (one[i - 1] == two[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == two[j - 2] && one[i - 2] == two[j - 1])
                {
                    next[j] = Math.Min(next[j], before[j - 2] + 1);
                }
            }
            (before, row, next) = (row, next, before);
        }
        return row[^1];
    }
}
