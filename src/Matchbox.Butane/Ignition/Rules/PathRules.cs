namespace Matchbox.Butane.Ignition.Rules;

/// <summary>Paths in a config.</summary>
internal static class PathRules
{
    /// <summary>What is wrong with a path that must be absolute and in its shortest form; null: nothing.</summary>
    public static string? Fault(string path) =>
        path.Length == 0 ? "path not specified"
        : path[0] != '/' ? "path not absolute"
        : IsClean(path) ? null
        : "path is not fully simplified";

    public static string? OptionalFault(string? path) => string.IsNullOrEmpty(path) ? null : Fault(path);

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
