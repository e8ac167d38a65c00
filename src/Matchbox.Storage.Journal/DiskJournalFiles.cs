using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Matchbox.Storage.Journal;

/// <summary>Files in one directory of a Unix file system, for the owner only, and for one process at a time.</summary>
public sealed partial class DiskJournalFiles : IJournalFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int NoSpace = 28;                              // ENOSPC
    private const int OverQuota = 122;                           // EDQUOT

    private readonly string _directory;
    private readonly FileStream _lock;

    /// <exception cref="IOException">Another process has the directory.</exception>
    public DiskJournalFiles(string directory)
    {
        _directory = directory;
        if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
            FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(directory))!);
        }
        var path = PathOf("lock");
        try
        {
            _lock = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = OwnerOnly,
            });
        }
        catch (IOException failure)
        {
            throw new IOException($"{path}: the lease journal is in use by another process, or its directory cannot be written ({failure.Message})", failure);
        }
    }

    public string PathOf(string name) => Path.Combine(_directory, name);

    public IJournalFile Open(string name)
    {
        var path = PathOf(name);
        var isNew = !File.Exists(path);
        // A mode can be given only to a FileStream; the handle outlives it.
        using (new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = OwnerOnly }))
        {
        }
        if (isNew)
        {
            FlushDirectory(_directory);
        }
        return new DiskFile(path, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read));
    }

    public void Keep(string name, ReadOnlySpan<byte> content)
    {
        using (var file = new FileStream(PathOf(name), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        FlushDirectory(_directory);
    }

    public void Dispose() => _lock.Dispose();

    private static void FlushDirectory(string directory)
    {
        var descriptor = Native.Open(directory, flags: 0);       // O_RDONLY; .NET opens no directories
        if (descriptor < 0)
        {
            throw new IOException($"{directory}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Native.FlushAll(handle) != 0)
        {
            throw new IOException($"{directory}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private sealed class DiskFile(string path, SafeFileHandle handle) : IJournalFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public void Read(long offset, Span<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                var count = RandomAccess.Read(handle, buffer, offset);
                if (count == 0)
                {
                    buffer.Clear();
                    return;
                }
                offset += count;
                buffer = buffer[count..];
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            try
            {
                RandomAccess.Write(handle, bytes, offset);
            }
            catch (IOException failure) when (failure.HResult is NoSpace or OverQuota)
            {
                throw new DiskFullException($"{path}: {failure.Message}", failure);
            }
        }

        public void Truncate(long length) => RandomAccess.SetLength(handle, length);

        // fdatasync: the file has its size and its blocks already, so there is no metadata to wait for.
        public void Flush()
        {
            if (Native.FlushData(handle) != 0)
            {
                throw new IOException($"{path}: flush failed: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }

        public void Dispose() => handle.Dispose();
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
        public static partial int FlushData(SafeFileHandle file);

        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static partial int FlushAll(SafeFileHandle file);

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Open(string path, int flags);
    }
}
