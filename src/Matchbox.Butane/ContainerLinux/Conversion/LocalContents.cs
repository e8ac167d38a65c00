using Matchbox.Butane.Go;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>Contents that the config names by a path below the folder of local files.</summary>
internal static class LocalContents
{
    /// <summary>The content of a file; null with an error, in ct's words.</summary>
    public static byte[]? Read(string path, ILocalFiles? files, out string error)
    {
        if (files is null)
        {
            error = "local files require setting the --files-dir flag to the directory that contains the file";
            return null;
        }
        // The folder and the path are one path to ct, cleaned as a whole: it may lead out and in again.
        var full = GoPath.Join(files.Name, path);
        var folder = GoPath.Clean(files.Name);
        if (!TryStrip(full, folder, out var inside))
        {
            error = Outside(full);
            return null;
        }
        if (files.TryRead(inside, out var contents, out var fault))
        {
            error = "";
            return contents;
        }
        error = fault.Reason is null ? Outside(full) : $"{fault.Operation} {full}: {fault.Reason}";
        return null;
    }

    private static bool TryStrip(string full, string folder, out string inside)
    {
        inside = full == folder ? "" : full;
        if (inside.Length == 0 || (folder == "." && full != ".." && !full.StartsWith("../", StringComparison.Ordinal)))
        {
            return true;
        }
        var prefix = folder.EndsWith('/') ? folder : folder + "/";
        inside = full.StartsWith(prefix, StringComparison.Ordinal) ? full[prefix.Length..] : "";
        return inside.Length > 0;
    }

    /// <summary>The real tool would read it.</summary>
    private static string Outside(string path) => $"open {path}: path leads out of the files directory";
}
