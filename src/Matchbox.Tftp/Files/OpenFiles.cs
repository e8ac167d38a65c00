using System.ComponentModel;
using System.Runtime.InteropServices;
using Matchbox.Core.Files;
using Matchbox.Tftp.Transport;
using Microsoft.Win32.SafeHandles;

namespace Matchbox.Tftp.Files;

/// <summary>What a file is at one moment: the same identity means the same octets.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Length, long ModifiedSeconds, uint ModifiedNanoseconds);

/// <summary>
/// Files open for transfers, each once however many read it; a file that was replaced or changed is another one. Bounded by the
/// transfers, since the last reader closes it. Any thread.
/// </summary>
internal sealed class OpenFiles
{
    private const ushort FileTypeMask = 0xf000;
    private const ushort RegularFile = 0x8000;

    private readonly Lock _lock = new();
    private readonly Dictionary<FileIdentity, SharedFile> _open = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>
    /// Opens a regular file that <paramref name="isInside"/> takes, which is asked about the path that was really opened: no
    /// symlink can be exchanged between the check and the use.
    /// </summary>
    public unsafe TftpOpening Open(string path, Func<string, bool> isInside)
    {
        // Without O_NONBLOCK a FIFO would hold the thread until somebody writes to it.
        var descriptor = Libc.Open(path, Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOCTTY);
        if (descriptor < 0)
        {
            return TftpOpening.Refused(Marshal.GetLastPInvokeError() switch
            {
                1 or 13 => TftpRefusal.Forbidden,                   // EPERM, EACCES
                5 or 12 or 23 or 24 => TftpRefusal.Unavailable,     // EIO, ENOMEM, ENFILE, EMFILE
                _ => TftpRefusal.NotFound,
            });
        }
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            Libc.Statx stat;
            if (Libc.StatX(descriptor, "", Libc.AT_EMPTY_PATH, Libc.STATX_BASIC_STATS, &stat) < 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }
            if (PathOf(descriptor) is not { } real || !isInside(real))
            {
                return TftpOpening.Refused(TftpRefusal.Forbidden);
            }
            if ((stat.Mode & FileTypeMask) != RegularFile)
            {
                return TftpOpening.Refused(TftpRefusal.NotFound);
            }
            var identity = new FileIdentity(
                ((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor, stat.Inode, (long)stat.Size, stat.ModifiedSeconds, stat.ModifiedNanoseconds);
            return TftpOpening.Opened(Share(identity, ref handle));
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>Where a folder really is, or null when it is not there.</summary>
    public static string? RealPath(string folder)
    {
        var descriptor = Libc.Open(folder, Libc.O_PATH | Libc.O_CLOEXEC);
        if (descriptor < 0)
        {
            return null;
        }
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return PathOf(descriptor);
    }

    private static string? PathOf(int descriptor) => new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;

    private Reader Share(FileIdentity identity, ref SafeFileHandle? handle)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(identity, out var file))
            {
                file = new SharedFile(identity, handle!);
                handle = null;
                _open.Add(identity, file);
            }
            file.Readers++;
            return new Reader(this, file);
        }
    }

    private void Close(SharedFile file)
    {
        lock (_lock)
        {
            if (--file.Readers == 0)
            {
                _open.Remove(file.Identity);
                file.Handle.Dispose();
            }
        }
    }

    private sealed class SharedFile(FileIdentity identity, SafeFileHandle handle)
    {
        public FileIdentity Identity => identity;

        public SafeFileHandle Handle => handle;

        public int Readers { get; set; }
    }

    private sealed class Reader(OpenFiles owner, SharedFile file) : TftpFile
    {
        private int _disposed;

        public override long Length => file.Identity.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(file.Handle, buffer[total..], offset + total);
                if (read == 0)
                {
                    break;
                }
                total += read;
            }
            return total;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                owner.Close(file);
            }
            base.Dispose(disposing);
        }
    }
}
