namespace Matchbox.Butane.Advice;

/// <summary>Finds the name that somebody probably meant.</summary>
internal static class NearNames
{
    /// <summary>The nearest of the names, if it is near enough to be meant; null otherwise.</summary>
    public static string? Of(string wanted, IEnumerable<string> names)
    {
        string? nearest = null;
        var least = Math.Max(1, wanted.Length / 3) + 1;
        foreach (var name in names)
        {
            var distance = Distance(Plain(wanted), Plain(name));
            if (distance < least)
            {
                (nearest, least) = (name, distance);
            }
        }
        return nearest;
    }

    // The other spelling of the same words is no difference at all: sshAuthorizedKeys, ssh-authorized-keys.
    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    // Levenshtein: letters put in, left out or exchanged.
    private static int Distance(string one, string two)
    {
        var row = new int[two.Length + 1];
        for (var j = 0; j <= two.Length; j++)
        {
            row[j] = j;
        }
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= two.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + (one[i - 1] == two[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
