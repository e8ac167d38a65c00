using System.Net;
using System.Net.Sockets;

namespace Matchbox.Core.Access;

/// <summary>
/// Slows those who guess passwords. Each try is counted when it begins, so that many at once gain nothing, and is taken back when it
/// succeeds. The wait doubles with each failure: of an address, of an address for one user, and of one user from all addresses
/// together. The last one is short and spares the addresses from which that user has signed in, so that a stranger can make nobody
/// wait for long. Bounded and thread-safe; a failure is forgotten after an hour.
/// </summary>
public sealed class SignInGate(TimeProvider clock)
{
    private static readonly FailureRule OfAddress = new(Free: 20, Longest: TimeSpan.FromMinutes(15));
    private static readonly FailureRule OfPair = new(Free: 5, Longest: TimeSpan.FromMinutes(15));
    private static readonly FailureRule OfUser = new(Free: 50, Longest: TimeSpan.FromSeconds(20));

    private readonly FailureCounts _addresses = new(OfAddress, clock);
    private readonly FailureCounts _pairs = new(OfPair, clock);
    private readonly FailureCounts _users = new(OfUser, clock);
    private readonly FailureCounts _familiar = new(new FailureRule(Free: int.MaxValue, Longest: TimeSpan.Zero), clock);
    private readonly Lock _access = new();

    /// <summary>Begins a try. False: it must wait, and is not counted.</summary>
    public bool TryBegin(string user, IPAddress? from, out TimeSpan wait)
    {
        var (address, pair) = KeysOf(user, from);
        lock (_access)
        {
            wait = Max(_addresses.WaitOf(address), _pairs.WaitOf(pair));
            if (_familiar.CountOf(pair) == 0)
            {
                wait = Max(wait, _users.WaitOf(user));
            }
            if (wait > TimeSpan.Zero)
            {
                return false;
            }
            _addresses.Add(address, 1);
            _pairs.Add(pair, 1);
            _users.Add(user, 1);
            return true;
        }
    }

    /// <summary>The try was no failure: the password fitted, or nobody looked at it.</summary>
    public void TakeBack(string user, IPAddress? from, bool succeeded)
    {
        var (address, pair) = KeysOf(user, from);
        lock (_access)
        {
            // One alone: somebody with an account of his own must not wipe out his guesses at others by signing in between.
            _addresses.Add(address, -1);
            _users.Add(user, -1);
            if (succeeded)
            {
                _pairs.Remove(pair);
                _familiar.Add(pair, 1);
            }
            else
            {
                _pairs.Add(pair, -1);
            }
        }
    }

    /// <summary>An IPv6 network counts as one address: who has one has 2^64.</summary>
    public static string KeyOf(IPAddress? from)
    {
        if (from is null)
        {
            return "";
        }
        if (from.IsIPv4MappedToIPv6)
        {
            return from.MapToIPv4().ToString();
        }
        if (from.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return from.ToString();
        }
        var octets = from.GetAddressBytes();
        octets.AsSpan(8).Clear();
        return $"{new IPAddress(octets)}/64";
    }

    private static (string Address, string Pair) KeysOf(string user, IPAddress? from) => (KeyOf(from), $"{KeyOf(from)} {user}");

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

/// <summary>So many failures are free; then the wait is a second and doubles, up to the longest.</summary>
internal sealed record FailureRule(int Free, TimeSpan Longest)
{
    public TimeSpan After(int failures) => failures < Free ? TimeSpan.Zero
        : failures - Free >= 20 ? Longest
        : TimeSpan.FromSeconds(Math.Min(1 << (failures - Free), Longest.TotalSeconds));
}

/// <summary>Failures by key. When there are more keys than it remembers, the one longest unused makes room.</summary>
internal sealed class FailureCounts(FailureRule rule, TimeProvider clock)
{
    private const int Capacity = 16_384;
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byAge = new();

    public TimeSpan WaitOf(string key)
    {
        if (Find(key) is not { } entry)
        {
            return TimeSpan.Zero;
        }
        var left = rule.After(entry.Count) - clock.GetElapsedTime(entry.At);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public int CountOf(string key) => Find(key)?.Count ?? 0;

    public void Add(string key, int change)
    {
        var count = (Find(key)?.Count ?? 0) + change;
        Remove(key);
        if (count <= 0)
        {
            return;
        }
        if (_entries.Count >= Capacity)
        {
            Remove(_byAge.First!.Value.Key);
        }
        _entries[key] = _byAge.AddLast(new Entry(key, count, clock.GetTimestamp()));
    }

    public void Remove(string key)
    {
        if (_entries.Remove(key, out var node))
        {
            _byAge.Remove(node);
        }
    }

    private Entry? Find(string key)
    {
        if (!_entries.TryGetValue(key, out var node))
        {
            return null;
        }
        if (rule.Free == int.MaxValue || clock.GetElapsedTime(node.Value.At) < Memory)
        {
            return node.Value;
        }
        Remove(key);
        return null;
    }

    private sealed record Entry(string Key, int Count, long At);
}
