namespace Matchbox.Butane.Go;

/// <summary>Paths with slashes, as Go's package <c>path</c> treats them.</summary>
internal static class GoPath
{
    /// <summary>The shortest path that names the same, by its text alone; "." for nothing.</summary>
    public static string Clean(string path)
    {
        var isRooted = path.StartsWith('/');
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            switch (part)
            {
                case "" or ".":
                    break;
                case ".." when parts.Count > 0 && parts[^1] != "..":
                    parts.RemoveAt(parts.Count - 1);
                    break;
                case ".." when isRooted:
                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }
        var text = string.Join('/', parts);
        return isRooted ? "/" + text : text.Length == 0 ? "." : text;
    }

    /// <summary>Both, with one slash between, cleaned. Empty parts do not count.</summary>
    public static string Join(string first, string second) =>
        first.Length == 0 && second.Length == 0 ? "" : first.Length == 0 ? Clean(second) : second.Length == 0 ? Clean(first) : Clean($"{first}/{second}");

    /// <summary>The extension of the last part, with its dot; empty without one.</summary>
    public static ReadOnlySpan<char> Extension(ReadOnlySpan<char> path)
    {
        var at = path.LastIndexOfAny('/', '.');
        return at >= 0 && path[at] == '.' ? path[at..] : [];
    }
}
