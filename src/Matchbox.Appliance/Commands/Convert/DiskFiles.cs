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
            if (Directory.Exists(full))
            {
                error = new LocalFault("read", "is a directory");
                return false;
            }
            using var handle = File.OpenHandle(full);
            if (!IsInside(handle))
            {
                error = new LocalFault("open", null);
                return false;
            }
            var length = RandomAccess.GetLength(handle);
            if (length > MaxLength)
            {
                error = new LocalFault("read", "file too large");
                return false;
            }
            contents = ReadAll(handle, (int)length);
            error = default;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            error = new LocalFault("open", ReasonOf(failure, full));
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
        return File.Exists(full) ? LocalKind.File : LocalKind.Missing;
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
        if (Directory.Exists(entry.FullName))
        {
            return new LocalEntry(entry.Name, LocalKind.Folder);
        }
        // Sockets, pipes and devices: .NET calls them files, the kernel's own word for "regular" is the attribute.
        var isRegular = entry.Exists && (File.GetAttributes(entry.FullName) & (FileAttributes.Device | FileAttributes.Directory)) == 0 && IsRegular(entry.FullName);
        return new LocalEntry(entry.Name, isRegular ? LocalKind.File : entry.Exists ? LocalKind.Other : LocalKind.Missing,
            isRegular && (File.GetUnixFileMode(entry.FullName) & Executable) != 0);
    }

    private static bool IsRegular(string path)
    {
        try
        {
            return new FileInfo(path).Length >= 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string PathOf(string path) => path.Length == 0 ? FullName : Path.Combine(FullName, path);

    private bool IsInside(SafeFileHandle handle) => RealPath.Of(handle)?.StartsWith(_real, StringComparison.Ordinal) ?? false;

    private static byte[] ReadAll(SafeFileHandle handle, int length)
    {
        var octets = new byte[length];
        var read = 0;
        while (read < octets.Length && RandomAccess.Read(handle, octets.AsSpan(read), read) is var count and > 0)
        {
            read += count;
        }
        return read == octets.Length ? octets : octets[..read];
    }

    private static string ReasonOf(Exception failure, string full) => failure switch
    {
        FileNotFoundException => "no such file or directory",
        DirectoryNotFoundException => HasFileAbove(full) ? "not a directory" : "no such file or directory",
        UnauthorizedAccessException => "permission denied",
        _ => "input/output error",
    };

    private static bool HasFileAbove(string path)
    {
        for (var above = Path.GetDirectoryName(path); above is { Length: > 1 }; above = Path.GetDirectoryName(above))
        {
            if (File.Exists(above))
            {
                return true;
            }
        }
        return false;
    }
}
