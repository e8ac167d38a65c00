using System.Runtime.InteropServices;
using Matchbox.Butane;

namespace Matchbox.Appliance.Commands.Convert;

/// <summary>What a path names, asked before it is opened: to open a pipe waits for its writer, and .NET calls a pipe a file.</summary>
internal static partial class FileKind
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoFollow = 0x100;     // AT_SYMLINK_NOFOLLOW
    private const uint TypeOnly = 1;        // STATX_TYPE

    // struct statx is laid out alike on every architecture: 256 octets, the mode at 28.
    private const int StatxLength = 256;
    private const int ModeOffset = 28;

    /// <summary>What the path names. A link is <see cref="LocalKind.Link"/> unless it is followed; one that leads nowhere is missing.</summary>
    public static unsafe LocalKind Of(string path, bool follow)
    {
        var status = stackalloc byte[StatxLength];
        if (path.Contains('\0', StringComparison.Ordinal) || Statx(CurrentFolder, path, follow ? 0 : NoFollow, TypeOnly, status) != 0)
        {
            return LocalKind.Missing;
        }
        return (*(ushort*)(status + ModeOffset) & 0xF000) switch
        {
            0x8000 => LocalKind.File,
            0x4000 => LocalKind.Folder,
            0xA000 => LocalKind.Link,
            _ => LocalKind.Other,
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* status);
}
