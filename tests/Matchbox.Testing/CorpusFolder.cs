using Matchbox.Butane;

namespace Matchbox.Testing;

/// <summary>Local files of a corpus case. Tests trust the folder; what reads real users' folders is the appliance's.</summary>
public sealed class CorpusFolder(string name, string folder) : ILocalFiles
{
    public string Name => name;

    public string FullName => folder;

    public bool TryRead(string path, out byte[] contents, out LocalFault error)
    {
        contents = [];
        var full = Path.Combine(folder, path);
        if (Directory.Exists(full))
        {
            error = new LocalFault("read", "is a directory");
            return false;
        }
        if (!File.Exists(full))
        {
            error = new LocalFault("open", "no such file or directory");
            return false;
        }
        contents = File.ReadAllBytes(full);
        error = default;
        return true;
    }

    public LocalKind Follow(string path)
    {
        var full = Path.Combine(folder, path);
        return Directory.Exists(full) ? LocalKind.Folder : File.Exists(full) ? LocalKind.File : LocalKind.Missing;
    }

    public LocalEntry Look(string path) => EntryOf(new FileInfo(Path.Combine(folder, path)));

    public IReadOnlyList<LocalEntry>? List(string path) =>
        [.. new DirectoryInfo(Path.Combine(folder, path)).EnumerateFileSystemInfos().Select(entry => EntryOf(entry))];

    private static LocalEntry EntryOf(FileSystemInfo entry)
    {
        const UnixFileMode execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return entry.LinkTarget is { } target ? new LocalEntry(entry.Name, LocalKind.Link, false, target)
            : Directory.Exists(entry.FullName) ? new LocalEntry(entry.Name, LocalKind.Folder)
            : !File.Exists(entry.FullName) ? new LocalEntry(entry.Name, LocalKind.Missing)
            : new LocalEntry(entry.Name, LocalKind.File, (File.GetUnixFileMode(entry.FullName) & execute) != 0);
    }
}
