using Matchbox.Butane.Go;

namespace Matchbox.Butane.Sugar;

/// <summary>Reads what a config names by a local path, with the real tool's errors.</summary>
internal sealed class LocalReader(ILocalFiles? files)
{
    public const string NoFilesDir = "local file paths are relative to a files directory that must be specified with -d/--files-dir";
    public const string Escapes = "local file path traverses outside the files directory";

    public bool IsGiven => files is not null;

    public ILocalFiles Files => files!;

    /// <summary>The content of a file; null with an error.</summary>
    public byte[]? Read(string path, out string error)
    {
        if (!TryResolve(path, out var inside, out error))
        {
            return null;
        }
        if (files!.TryRead(inside, out var contents, out var fault))
        {
            return contents;
        }
        error = TextOf(fault, path);
        return null;
    }

    /// <summary>The path below the folder, clean.</summary>
    public bool TryResolve(string path, out string inside, out string error)
    {
        inside = "";
        error = "";
        if (files is null)
        {
            error = NoFilesDir;
            return false;
        }
        var full = GoPath.Join(files.FullName, path);
        var root = files.FullName.TrimEnd('/');
        if (full != files.FullName && !full.StartsWith(root + "/", StringComparison.Ordinal))
        {
            error = Escapes;
            return false;
        }
        inside = full.Length <= root.Length ? "" : full[(root.Length + 1)..];
        return true;
    }

    public string TextOf(LocalFault fault, string path) =>
        fault.Reason is null ? Escapes : $"{fault.Operation} {GoPath.Join(files!.Name, path)}: {fault.Reason}";
}
