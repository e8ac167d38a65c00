namespace Matchbox.Core.Boot;

/// <summary>How far a download is.</summary>
/// <param name="File">Its path on the boot listener.</param>
/// <param name="Sent">Octets that were sent.</param>
/// <param name="Total">All of its octets.</param>
/// <param name="Rate">Octets a second: of the last seconds while it runs, of the whole once it has ended.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="EndedAt">When it ended, whole or not; null: it runs.</param>
public sealed record DownloadProgress(string File, long Sent, long Total, double Rate, DateTimeOffset StartedAt, DateTimeOffset? EndedAt)
{
    /// <summary>It ended before all of it was sent.</summary>
    public bool IsBrokenOff => EndedAt is not null && Sent < Total;
}

/// <summary>A file on its way to a machine. Its sender counts, anybody looks. Thread-safe.</summary>
public sealed class BootDownload(string file, long total, TimeProvider clock)
{
    /// <summary>The rate is that of this time at least.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Lock _access = new();
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private readonly long _started = clock.GetTimestamp();
    private (long Sent, long At) _before;
    private (long Sent, long At) _last;
    private long _sent;
    private (DateTimeOffset At, TimeSpan Time)? _ended;

    public string File => file;

    /// <summary>So many more octets were sent.</summary>
    public void Add(long octets)
    {
        lock (_access)
        {
            _sent += octets;
            var now = clock.GetTimestamp();
            if (_last.At == 0)
            {
                (_before, _last) = ((0, _started), (0, _started));
            }
            if (clock.GetElapsedTime(_last.At, now) >= Window)
            {
                (_before, _last) = (_last, (_sent, now));
            }
        }
    }

    /// <summary>Nothing more of it is sent.</summary>
    public void End()
    {
        lock (_access)
        {
            _ended ??= (clock.GetUtcNow(), clock.GetElapsedTime(_started));
        }
    }

    public DownloadProgress Now()
    {
        lock (_access)
        {
            var (octets, time) = _ended is { } ended ? (_sent, ended.Time)
                : _before.At == 0 ? (_sent, clock.GetElapsedTime(_started))
                : (_sent - _before.Sent, clock.GetElapsedTime(_before.At));
            return new DownloadProgress(file, _sent, total, time > TimeSpan.Zero ? octets / time.TotalSeconds : 0, _startedAt, _ended?.At);
        }
    }
}
