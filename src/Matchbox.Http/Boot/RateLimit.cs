using System.Net;

namespace Matchbox.Http.Boot;

/// <summary>
/// So many requests of one address in a minute. Bounded: when more addresses come than it remembers, it starts over, which lets
/// a flood through once and never costs memory. Thread-safe.
/// </summary>
internal sealed class RateLimit(int perMinute, TimeProvider clock)
{
    private const int Capacity = 16_384;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Dictionary<IPAddress, int> _taken = [];
    private readonly Lock _access = new();
    private long _since = clock.GetTimestamp();

    public bool TryTake(IPAddress? address, out TimeSpan retryAfter)
    {
        lock (_access)
        {
            var age = clock.GetElapsedTime(_since);
            if (age >= Window || _taken.Count >= Capacity)
            {
                _taken.Clear();
                _since = clock.GetTimestamp();
                age = TimeSpan.Zero;
            }
            retryAfter = Window - age;
            var key = address ?? IPAddress.None;
            var taken = _taken.GetValueOrDefault(key);
            if (taken >= perMinute)
            {
                return false;
            }
            _taken[key] = taken + 1;
            return true;
        }
    }
}
