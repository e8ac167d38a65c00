using Microsoft.Win32.SafeHandles;

namespace Matchbox.Core.Files;

/// <summary>Where a path really leads, links resolved: what decides whether a file is inside a folder.</summary>
public static class RealPath
{
    /// <summary>The real path of an open file, as the kernel has it: nobody can change it between a check and a read.</summary>
    public static string? Of(SafeFileHandle handle) => new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget;

    /// <summary>The folder's real path with a slash at its end; the plain one where it is not there.</summary>
    public static string OfFolder(string folder)
    {
        var path = "/";
        var parts = new Stack<string>(Path.GetFullPath(folder).Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        for (var links = 0; parts.TryPop(out var part);)
        {
            var next = Path.Combine(path, part);
            if (part == "..")
            {
                path = Path.GetDirectoryName(path) ?? "/";
            }
            else if (new FileInfo(next).LinkTarget is { } target && links++ < 40)
            {
                path = target.StartsWith('/') ? "/" : path;
                foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(step => step != ".").Reverse())
                {
                    parts.Push(step);
                }
            }
            else
            {
                path = next;
            }
        }
        return path.EndsWith('/') ? path : path + "/";
    }

    /// <summary>Is the open file inside the folder.</summary>
    public static bool IsInside(SafeFileHandle handle, string folder) =>
        Of(handle)?.StartsWith(OfFolder(folder), StringComparison.Ordinal) ?? false;
}
