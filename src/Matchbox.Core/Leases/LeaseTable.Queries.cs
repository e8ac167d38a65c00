using System.Collections.Immutable;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases;

public sealed partial class LeaseTable
{
    /// <summary>The last record of an address, whatever its state; null if it was never leased.</summary>
    public LeaseView? Find(IPv4Address address)
    {
        lock (_gate)
        {
            return _slots.TryGetValue(address, out var slot) ? View(slot, _clock.Now) : null;
        }
    }

    /// <summary>The lease in force of this machine; of several (it was moved between networks) the last one granted.</summary>
    public Lease? ActiveFor(HardwareAddress hardware)
    {
        lock (_gate)
        {
            var now = _clock.Now;
            Lease? last = null;
            if (_clients.TryGetValue(ClientKey.Of(hardware), out var entry))
            {
                for (var slot = entry.Owned; slot is not null; slot = slot.NextOfOwner)
                {
                    if (slot.State == SlotState.Bound && slot.Deadline > now && (last is null || slot.Lease!.Revision > last.Revision))
                    {
                        last = slot.Lease;
                    }
                }
            }
            return last;
        }
    }

    /// <summary>Who has this address now; null if nobody has it from us.</summary>
    public HardwareAddress? OwnerOf(IPv4Address address)
    {
        lock (_gate)
        {
            return _slots.TryGetValue(address, out var slot) && slot.State == SlotState.Bound && slot.Deadline > _clock.Now
                ? slot.Lease!.Hardware
                : null;
        }
    }

    /// <summary>
    /// Up to <paramref name="limit"/> leases in no particular order, from <paramref name="cursor"/> (0 at first) on; moves the
    /// cursor and returns an empty page at the end. Each page is taken by itself: a lease may change between two pages.
    /// </summary>
    public ImmutableArray<LeaseView> Page(ref int cursor, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cursor);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        lock (_gate)
        {
            var now = _clock.Now;
            var page = ImmutableArray.CreateBuilder<LeaseView>(Math.Min(limit, Math.Max(0, _order.Count - cursor)));
            while (page.Count < limit && cursor < _order.Count)
            {
                if (View(_order[cursor++], now) is { } view)
                {
                    page.Add(view);
                }
            }
            return page.DrainToImmutable();
        }
    }

    /// <summary>One line per network of the layout.</summary>
    public ImmutableArray<LeaseCounts> Counts()
    {
        lock (_gate)
        {
            Expire(_clock.Now, 1000);
            return [.. _networks.Values.Select(network => new LeaseCounts(
                network.Network,
                network.Size - network.Known.Busy - network.Anyone.Busy,
                network[SlotState.Bound],
                network[SlotState.Offered],
                network[SlotState.Declined]))];
        }
    }

    private static LeaseView? View(AddressSlot slot, long now)
    {
        if (slot.Lease is not { } lease)
        {
            return null;
        }
        var held = slot.State is SlotState.Bound or SlotState.Declined && slot.Deadline > now;
        var standing = slot.State switch
        {
            SlotState.Bound when held => LeaseStanding.Bound,
            SlotState.Declined when held => LeaseStanding.Declined,
            _ => lease.State == LeaseState.Released ? LeaseStanding.Released : LeaseStanding.Expired,
        };
        return new LeaseView(lease, standing, held ? new TimeSpan(slot.Deadline == LeaseClock.Never ? Timeout.InfiniteTimeSpan.Ticks : slot.Deadline - now) : default);
    }
}
