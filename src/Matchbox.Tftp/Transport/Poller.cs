using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Matchbox.Tftp.Transport;

/// <summary>
/// An epoll set with a bell that other threads may ring. One thread waits; <see cref="Ring"/> may be called by any until
/// <see cref="Dispose"/>.
/// </summary>
internal sealed unsafe class Poller : IDisposable
{
    /// <summary>The token that <see cref="Wait"/> reports for the bell.</summary>
    public const long Bell = -1;

    // struct epoll_event is packed on x64 (12 octets) and aligned elsewhere (16).
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - 8;

    private readonly Lock _closing = new();
    private readonly int _epoll;
    private readonly int _bell;
    private bool _closed;

    public Poller()
    {
        _epoll = Check(Libc.EpollCreate(Libc.EPOLL_CLOEXEC));
        _bell = Libc.EventFd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        if (_bell < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            _ = Libc.Close(_epoll);
            throw new Win32Exception(error);
        }
        Add(_bell, Bell);
    }

    public void Add(int fd, long token)
    {
        Span<byte> change = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(change, Libc.EPOLLIN);
        BinaryPrimitives.WriteInt64LittleEndian(change[DataOffset..], token);
        fixed (byte* pointer = change)
        {
            Check(Libc.EpollCtl(_epoll, Libc.EPOLL_CTL_ADD, fd, pointer));
        }
    }

    /// <summary>Waits until something is readable, the bell rings or the time is over, and writes the tokens of what is.</summary>
    public int Wait(Span<long> tokens, TimeSpan atMost)
    {
        // Rounded up: a wait that ends before its time would spin.
        var milliseconds = atMost == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Clamp(Math.Ceiling(atMost.TotalMilliseconds), 0, int.MaxValue);
        var buffer = stackalloc byte[16 * 64];
        var count = Libc.EpollWait(_epoll, buffer, Math.Min(64, tokens.Length), milliseconds);
        if (count < 0)
        {
            return Marshal.GetLastPInvokeError() == Libc.EINTR ? 0 : throw new Win32Exception();
        }
        for (var i = 0; i < count; i++)
        {
            var token = BinaryPrimitives.ReadInt64LittleEndian(new ReadOnlySpan<byte>(buffer + (i * EventSize) + DataOffset, 8));
            tokens[i] = token;
            if (token == Bell)
            {
                ulong rung;
                _ = Libc.Read(_bell, &rung, sizeof(ulong));
            }
        }
        return count;
    }

    public void Ring()
    {
        lock (_closing)
        {
            if (!_closed)
            {
                ulong one = 1;
                _ = Libc.Write(_bell, &one, sizeof(ulong));
            }
        }
    }

    public void Dispose()
    {
        lock (_closing)
        {
            if (_closed)
            {
                return;
            }
            _closed = true;
            _ = Libc.Close(_bell);
            _ = Libc.Close(_epoll);
        }
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());
}
