using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Matchbox.Core.Files;

/// <summary>Writes files that are there whole or not at all, also after a loss of power.</summary>
public static partial class DurableFile
{
    private const UnixFileMode ForAllToRead = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ForAllToEnter = ForAllToRead | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Writes a file beside its place and flushes it; <see cref="Replace"/> puts it there. Mode 0644, whatever the process' mask.</summary>
    /// <returns>The file beside.</returns>
    /// <exception cref="IOException">It could not be written; nothing is left.</exception>
    public static string WriteBeside(string path, string prefix, ReadOnlySpan<byte> content)
    {
        var beside = Path.Combine(Path.GetDirectoryName(path)!, prefix + Path.GetRandomFileName());
        try
        {
            using var stream = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = ForAllToRead });
            File.SetUnixFileMode(stream.SafeFileHandle, ForAllToRead);
            stream.Write(content);
            stream.Flush(flushToDisk: true);
            return beside;
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>Puts a file that was written beside in its place. Durable once <see cref="FlushFolder"/> was called.</summary>
    public static void Replace(string beside, string path) => File.Move(beside, path, overwrite: true);

    /// <summary>Makes the folder with those above it, mode 0755, and flushes what names them.</summary>
    public static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }
        var above = Path.GetDirectoryName(folder)!;
        MakeFolder(above);
        Directory.CreateDirectory(folder, ForAllToEnter);
        File.SetUnixFileMode(folder, ForAllToEnter);
        FlushFolder(above);
    }

    /// <summary>What was renamed or removed in a folder is so for good.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void FlushFolder(string folder)
    {
        var descriptor = Native.Open(folder, flags: 0);          // O_RDONLY; .NET opens no folders
        if (descriptor < 0)
        {
            throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Native.Flush(handle) != 0)
        {
            throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static partial int Flush(SafeFileHandle file);

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Open(string path, int flags);
    }
}
