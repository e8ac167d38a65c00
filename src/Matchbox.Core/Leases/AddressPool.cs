using System.Collections.Immutable;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases;

/// <summary>
/// The ranges for one kind of client in one network. Untouched addresses are only a position in the ranges, so a pool of
/// millions costs nothing; a touched one that is free waits in a queue.
/// </summary>
internal sealed class AddressPool(ImmutableArray<AddressRange> ranges)
{
    // Beyond this many addresses that were offered but never taken, they are offered again before new ones are touched:
    // memory stays bounded under a flood of DISCOVERs, and a late REQUEST mostly still finds its address free.
    private const int MaxOfferedInVain = 1024;

    private int _range;
    private uint _offset;

    /// <summary>Free, never leased, but offered once.</summary>
    public SlotQueue OfferedInVain { get; } = new();

    /// <summary>Free, leased before; the longest unused is first.</summary>
    public SlotQueue Idle { get; } = new();

    /// <summary>Pending offers to unknown clients, oldest first.</summary>
    public SlotQueue UnknownOffers { get; } = new();

    /// <summary>Addresses that can be given at all.</summary>
    public long Size { get; set; }

    /// <summary>Of these, not free.</summary>
    public long Busy { get; set; }

    public ImmutableArray<AddressRange> Ranges => ranges;

    public bool PrefersOfferedInVain => OfferedInVain.Count >= MaxOfferedInVain;

    public bool Contains(IPv4Address address)
    {
        foreach (var range in ranges)
        {
            if (range.Contains(address))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Walks all addresses once. The caller skips those that are already touched or not to be given.</summary>
    public bool TryNext(out IPv4Address address)
    {
        while (_range < ranges.Length)
        {
            if (_offset < ranges[_range].Count)
            {
                address = new IPv4Address(ranges[_range].First.Value + _offset++);
                return true;
            }
            _range++;
            _offset = 0;
        }
        address = default;
        return false;
    }
}

/// <summary>One network of the layout with its pools and counters.</summary>
internal sealed class NetworkSpace(Subnet subnet)
{
    private readonly long[] _counts = new long[4];

    public IPv4Network Network { get; } = subnet.Network;

    public AddressPool Known { get; } = new(subnet.DivideAddresses().Known);

    public AddressPool Anyone { get; } = new(subnet.DivideAddresses().Anyone);

    public ref long this[SlotState state] => ref _counts[(int)state];

    public long Size => Known.Size + Anyone.Size;

    public AddressPool? PoolOf(IPv4Address address) =>
        Known.Contains(address) ? Known : Anyone.Contains(address) ? Anyone : null;
}
