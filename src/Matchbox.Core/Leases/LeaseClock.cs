namespace Matchbox.Core.Leases;

/// <summary>
/// The table's own time: UTC at start plus what the monotonic clock has counted since, and never before what is already on
/// record. Steps of the wall clock do not reach it. Two forms: ticks since start for deadlines, a date for records.
/// </summary>
internal sealed class LeaseClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private DateTimeOffset _anchor = time.GetUtcNow();

    public const long Never = long.MaxValue;

    /// <summary>Monotonic ticks (100 ns) since the clock was made.</summary>
    public long Now => time.GetElapsedTime(_start).Ticks;

    public DateTimeOffset Date(long ticks) => ticks >= (DateTimeOffset.MaxValue - _anchor).Ticks ? DateTimeOffset.MaxValue : _anchor.AddTicks(ticks);

    /// <summary>The opposite of <see cref="Date"/>.</summary>
    public long TicksOf(DateTimeOffset date) => date == DateTimeOffset.MaxValue ? Never : (date - _anchor).Ticks;

    /// <summary>Time on record cannot lie ahead of us: a clock that went back while we were down is taken forward.</summary>
    public void NotBefore(DateTimeOffset recorded)
    {
        var now = Date(Now);
        if (recorded > now)
        {
            _anchor += recorded - now;
        }
    }

    public static long Add(long ticks, TimeSpan span) => IsForever(span) || span.Ticks > Never - ticks ? Never : ticks + span.Ticks;

    /// <summary>0xffffffff seconds and more (RFC 2131 §3.3), or the negative span that means the same in .NET.</summary>
    public static bool IsForever(TimeSpan span) => span < TimeSpan.Zero || span.TotalSeconds >= uint.MaxValue;
}
