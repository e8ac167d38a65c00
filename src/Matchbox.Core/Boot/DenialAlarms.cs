using System.Collections.Concurrent;

namespace Matchbox.Core.Boot;

/// <summary>
/// One alarm a minute for each machine, with how many there were since the last: who tries again and again must not fill the
/// timeline. Bounded: beyond its capacity it starts over. Thread-safe.
/// </summary>
internal sealed class DenialAlarms(TimeProvider clock)
{
    private const int Capacity = 4_096;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Alarm> _last = new(StringComparer.Ordinal);

    /// <summary>Is this one told; then with how many that were not.</summary>
    public bool Tells(string machine, out int untold)
    {
        if (_last.Count >= Capacity)
        {
            _last.Clear();
        }
        var now = clock.GetTimestamp();
        while (true)
        {
            if (!_last.TryGetValue(machine, out var last))
            {
                untold = 0;
                if (_last.TryAdd(machine, new Alarm(now, 0)))
                {
                    return true;
                }
                continue;
            }
            var tells = clock.GetElapsedTime(last.At, now) >= Interval;
            untold = last.Untold;
            if (_last.TryUpdate(machine, tells ? new Alarm(now, 0) : last with { Untold = last.Untold + 1 }, last))
            {
                return tells;
            }
        }
    }

    private readonly record struct Alarm(long At, int Untold);
}
