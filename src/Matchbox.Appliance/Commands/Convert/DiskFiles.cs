using Matchbox.Butane;
using Matchbox.Core.Files;
using Microsoft.Win32.SafeHandles;

namespace Matchbox.Appliance.Commands.Convert;

/// <summary>Local files below a folder of the disk. Links are followed as long as they end inside the folder.</summary>
internal sealed class DiskFiles(string name) : ILocalFiles
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // As large as Ignition configs that machines can still take; the whole file is held in memory several times.
    private const long MaxLength = 256 << 20;

    private readonly string _real = RealPath.OfFolder(name);

    public string Name => name;

    public string FullName { get; } = Path.GetFullPath(name).TrimEnd('/') is { Length: > 0 } full ? full : "/";

    public bool TryRead(string path, out byte[] contents, out LocalFault error)
    {
        contents = [];
        var full = PathOf(path);
        try
        {
            var kind = FileKind.Of(full, follow: true);
            if (kind is LocalKind.Folder or LocalKind.Other)
            {
                error = new LocalFault("read", kind == LocalKind.Folder ? "is a directory" : "not a regular file");
                return false;
            }
            using var handle = File.OpenHandle(full);
            if (!IsInside(handle))
            {
                error = new LocalFault("open", null);
                return false;
            }
            if (!TryReadAll(handle, out contents))
            {
                error = new LocalFault("read", "file too large");
                return false;
            }
            error = default;
            return true;
        }
        catch (Exception failure) when (SystemFault.Is(failure))
        {
            error = new LocalFault("open", SystemFault.ReasonOf(failure, full));
            return false;
        }
    }

    public LocalKind Follow(string path)
    {
        var full = PathOf(path);
        if (Directory.Exists(full))
        {
            return RealPath.OfFolder(full).StartsWith(_real, StringComparison.Ordinal) ? LocalKind.Folder : LocalKind.Other;
        }
        return FileKind.Of(full, follow: true);
    }

    public LocalEntry Look(string path) => EntryOf(new FileInfo(PathOf(path)));

    public IReadOnlyList<LocalEntry>? List(string path)
    {
        try
        {
            return [.. new DirectoryInfo(PathOf(path)).EnumerateFileSystemInfos().Select(EntryOf)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static LocalEntry EntryOf(FileSystemInfo entry)
    {
        if (entry.LinkTarget is { } target)
        {
            return new LocalEntry(entry.Name, LocalKind.Link, Target: target);
        }
        var kind = FileKind.Of(entry.FullName, follow: false);
        return new LocalEntry(entry.Name, kind, kind == LocalKind.File && (File.GetUnixFileMode(entry.FullName) & Executable) != 0);
    }

    private string PathOf(string path) => path.Length == 0 ? FullName : Path.Combine(FullName, path);

    private bool IsInside(SafeFileHandle handle) => RealPath.Of(handle)?.StartsWith(_real, StringComparison.Ordinal) ?? false;

    // To the end and not by the length: what the kernel makes up, such as /proc's files, tells no length.
    private static bool TryReadAll(SafeFileHandle handle, out byte[] contents)
    {
        contents = [];
        var length = RandomAccess.GetLength(handle);
        if (length > MaxLength)
        {
            return false;
        }
        // One octet more than it should have, so that the end is met without growing.
        var octets = new byte[Math.Max(length + 1, 4096)];
        var read = 0;
        while (RandomAccess.Read(handle, octets.AsSpan(read), read) is var count and > 0)
        {
            read += count;
            if (read > MaxLength)
            {
                return false;
            }
            if (read == octets.Length)
            {
                Array.Resize(ref octets, octets.Length * 2);
            }
        }
        contents = octets[..read];
        return true;
    }
}
