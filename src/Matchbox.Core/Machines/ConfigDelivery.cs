using System.Collections.Immutable;
using Matchbox.Protocols;

namespace Matchbox.Core.Machines;

/// <summary>When a protected resource went out first, and to which address.</summary>
public sealed record FirstDelivery(DateTimeOffset At, IPv4Address Source);

/// <summary>
/// What a machine's boots got of its protected configs. Immutable, with one pure method a transition; stored before anything of it
/// leaves, so that a restart opens nothing again.
/// </summary>
public sealed record ConfigDelivery
{
    /// <summary>So long the same resource may be asked for again: answers get lost, and Ignition retries.</summary>
    public static readonly TimeSpan Repeats = TimeSpan.FromMinutes(5);

    // A nonce lives for two hours: nobody powers a machine on so often in that time.
    private const int MaxEnded = 32;

    /// <summary>The boot whose script went out last: no other gets anything.</summary>
    public required string Nonce { get; init; }

    /// <summary>What this boot got, by resource (<c>ignition</c>, <c>generic.sig</c>).</summary>
    public ImmutableSortedDictionary<string, FirstDelivery> First { get; init; } = ImmutableSortedDictionary.Create<string, FirstDelivery>(StringComparer.Ordinal);

    /// <summary>When the machine said that it has all it needs.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>Boots that others came after, oldest first.</summary>
    public ImmutableArray<string> Ended { get; init; } = [];

    /// <summary>Is that boot over, because another one's script went out since.</summary>
    public bool HasEnded(string nonce) => Ended.Contains(nonce);

    /// <summary>A boot's script goes out: it ends the boot before it. The same boot asks again: nothing changes.</summary>
    public static ConfigDelivery Begin(ConfigDelivery? before, string nonce) =>
        before is null ? new ConfigDelivery { Nonce = nonce }
        : before.Nonce == nonce || before.HasEnded(nonce) ? before
        : new ConfigDelivery { Nonce = nonce, Ended = [.. before.Ended.Skip(before.Ended.Length - MaxEnded + 1), before.Nonce] };

    /// <summary>Why this boot's resource is not given to that address now; null: it is.</summary>
    public string? WhyNot(string resource, IPv4Address source, DateTimeOffset now) =>
        FetchedAt is { } fetched ? $"the machine reported at {fetched:u} that it has its config"
        : !First.TryGetValue(resource, out var first) ? null
        : first.Source != source ? $"it went to {first.Source} first"
        // Set back or forward, a clock that jumps ends the time for repeats.
        : (now - first.At).Duration() >= Repeats ? $"it was given at {first.At:u}, once"
        : null;

    /// <summary>A resource goes out.</summary>
    public ConfigDelivery Deliver(string resource, IPv4Address source, DateTimeOffset now) =>
        First.ContainsKey(resource) ? this : this with { First = First.Add(resource, new FirstDelivery(now, source)) };

    /// <summary>The machine has it.</summary>
    public ConfigDelivery Fetched(DateTimeOffset now) => FetchedAt is null ? this with { FetchedAt = now } : this;
}
