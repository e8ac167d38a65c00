namespace Matchbox.Butane.Ignition.Rules;

/// <summary>Paths with slashes, as Go's package path treats them.</summary>
internal static class PathRules
{
    /// <summary>What is wrong with a path that must be absolute and in its shortest form; null: nothing.</summary>
    public static string? Fault(string path) =>
        path.Length == 0 ? "path not specified"
        : path[0] != '/' ? "path not absolute"
        : IsClean(path) ? null
        : "path is not fully simplified";

    public static string? OptionalFault(string? path) => string.IsNullOrEmpty(path) ? null : Fault(path);

    /// <summary>The extension of the last part, with its dot; "" without one.</summary>
    public static ReadOnlySpan<char> Extension(ReadOnlySpan<char> path)
    {
        var at = path.LastIndexOfAny('/', '.');
        return at >= 0 && path[at] == '.' ? path[at..] : [];
    }

    /// <summary>The shortest form that means the same.</summary>
    public static string Clean(string path)
    {
        var isAbsolute = path.StartsWith('/');
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == ".." && parts is [.., not ".."])
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or ".") && !(part == ".." && isAbsolute))
            {
                parts.Add(part);
            }
        }
        var cleaned = string.Join('/', parts);
        return isAbsolute ? "/" + cleaned : cleaned.Length == 0 ? "." : cleaned;
    }

    private static bool IsClean(ReadOnlySpan<char> path)
    {
        if (path.Length == 1)
        {
            return true;
        }
        foreach (var range in path[1..].Split('/'))
        {
            if (path[1..][range] is "" or "." or "..")
            {
                return false;
            }
        }
        return true;
    }
}
