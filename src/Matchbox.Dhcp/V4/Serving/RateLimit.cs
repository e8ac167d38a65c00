using System.Collections.Concurrent;

namespace Matchbox.Dhcp.V4.Serving;

/// <summary>Lets one of a kind through in a while, so that a storm is one event and not ten thousand. Thread-safe, bounded.</summary>
internal sealed class RateLimit(TimeSpan interval, TimeProvider time)
{
    private const int MaxKinds = 1_024;
    private readonly ConcurrentDictionary<string, long> _last = new(StringComparer.Ordinal);

    public bool Allows(string kind)
    {
        var now = time.GetTimestamp();
        if (_last.TryGetValue(kind, out var last) && time.GetElapsedTime(last, now) < interval)
        {
            return false;
        }
        if (_last.Count >= MaxKinds)
        {
            _last.Clear();
        }
        _last[kind] = now;
        return true;
    }
}
