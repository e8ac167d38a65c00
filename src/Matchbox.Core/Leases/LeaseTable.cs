using System.Collections.Immutable;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases;

/// <summary>
/// Every address we give and who has it, in memory. Decides; sends nothing and stores nothing. Safe for any thread: one lock,
/// held for a microsecond or two, never while anything waits (only <see cref="Configure"/> and <see cref="Restore"/> walk the
/// whole table under it). Offers, renewals and look-ups cost the same with one lease as with 50,000.
/// </summary>
/// <remarks>
/// Order of use: <see cref="Configure"/>, <see cref="Restore"/> and store what it returns, then the rest.
/// Time: deadlines count by the monotonic clock, so that a step of the wall clock ends no lease and prolongs none. Records
/// are stamped with the table's own time, UTC at start plus what passed since. Across restarts the rule is: only time that is
/// on record counts. What was left of a lease at the newest stamp in the store is left of it at start (never more than the
/// whole lease time), however long we were down and whatever the wall clock says; so a clock that jumped ahead before NTP
/// cannot give a leased address away. Restored leases are stored again with their new end, so that this holds restart after restart.
/// </remarks>
public sealed partial class LeaseTable
{
    private const int MinimumShare = 8;
    private const int ExpiriesPerCall = 16;

    private readonly Lock _gate = new();
    private readonly LeaseTableSettings _settings;
    private readonly LeaseClock _clock;
    private readonly Dictionary<IPv4Address, AddressSlot> _slots = [];
    private readonly List<AddressSlot> _order = [];
    private readonly Dictionary<ClientKey, ClientEntry> _clients = [];
    private readonly PriorityQueue<AddressSlot, long> _deadlines = new();
    private Dictionary<IPv4Network, NetworkSpace> _networks = [];
    private Dictionary<HardwareAddress, ImmutableArray<IPv4Address>> _reservations = [];
    private HashSet<IPv4Address> _reserved = [];
    private HashSet<IPv4Address> _excluded = [];
    private long _revision;

    public LeaseTable(LeaseTableSettings settings, TimeProvider time)
    {
        _settings = settings;
        _clock = new LeaseClock(time);
        _declines = new DeclineCounts(settings.DeclinesPerHour);
    }

    /// <summary>Takes new pools and reservations; leases stay, also those that are now outside all of them.</summary>
    public void Configure(LeaseLayout layout)
    {
        var networks = new Dictionary<IPv4Network, NetworkSpace>();
        foreach (var subnet in layout.Subnets)
        {
            networks.Add(subnet.Network, new NetworkSpace(subnet));
        }
        var reservations = layout.Reservations.GroupBy(r => r.Hardware).ToDictionary(g => g.Key, g => g.Select(r => r.Address).Distinct().ToImmutableArray());
        var reserved = layout.Reservations.Select(r => r.Address).ToHashSet();
        var excluded = layout.Excluded.ToHashSet();
        lock (_gate)
        {
            var before = _networks.Values;
            (_networks, _reservations, _reserved, _excluded) = (networks, reservations, reserved, excluded);
            foreach (var network in networks.Values)
            {
                Measure(network);
            }
            // Queues first and in their order, so that "longest unused" survives a reload.
            foreach (var pool in before.SelectMany(n => new[] { n.Known, n.Anyone }))
            {
                foreach (var queue in new[] { pool.OfferedInVain, pool.Idle, pool.UnknownOffers })
                {
                    while (queue.First is { } slot)
                    {
                        var unknown = queue == pool.UnknownOffers;
                        SlotQueue.Remove(slot);
                        Place(slot, unknown);
                        slot.Moved = true;
                    }
                }
            }
            foreach (var slot in _order)
            {
                if (!slot.Moved)
                {
                    Place(slot, unknownOffer: false);
                }
                slot.Moved = false;
            }
        }
    }

    /// <summary>
    /// Takes what the store had. Returns records to append to the store before anything is answered: the restored leases whose
    /// end moved (see the remarks of the class). Call once, before anything else but <see cref="Configure"/>.
    /// </summary>
    public IReadOnlyList<Lease> Restore(IReadOnlyCollection<Lease> stored)
    {
        var again = new List<Lease>();
        lock (_gate)
        {
            var newest = stored.Count == 0 ? DateTimeOffset.MinValue : stored.Max(Stamp);
            _clock.NotBefore(newest);
            _revision = Math.Max(_revision, stored.Count == 0 ? 0 : stored.Max(lease => lease.Revision));
            var now = _clock.Now;
            foreach (var lease in stored.OrderBy(lease => lease.Expires))
            {
                var slot = Touch(lease.Address);
                if (!Take(slot, lease, Left(lease, newest), now))
                {
                    continue;
                }
                if (_clock.Date(slot.Deadline) is var end && end > lease.Expires)
                {
                    slot.Lease = lease with { Expires = end, Granted = end.AddTicks(-(lease.Expires - lease.Granted).Ticks), Revision = ++_revision };
                    again.Add(slot.Lease);
                }
            }
        }
        return again;
    }

    /// <summary>
    /// Takes leases of another server while we run (<see cref="Import.LeaseImport"/>), for addresses that have no record and no
    /// offer here. Returns the records to append to the store; what is not among them was left out.
    /// </summary>
    public IReadOnlyList<Lease> Adopt(IEnumerable<Lease> imported)
    {
        var taken = new List<Lease>();
        foreach (var lease in imported)
        {
            lock (_gate)
            {
                var slot = Touch(lease.Address);
                if (slot.Lease is not null || slot.State != SlotState.Free)
                {
                    continue;
                }
                var now = _clock.Now;
                var left = Left(lease, lease.Granted);
                var revised = lease with
                {
                    Revision = ++_revision,
                    Granted = _clock.Date(now),
                    Expires = lease.State == LeaseState.Released ? _clock.Date(now) : _clock.Date(LeaseClock.Add(now, new TimeSpan(left))),
                };
                Take(slot, revised, left, now);
                taken.Add(revised);
            }
        }
        return taken;
    }

    /// <summary>Puts a record from elsewhere into a free slot; false if it is not in force.</summary>
    private bool Take(AddressSlot slot, Lease lease, long left, long now)
    {
        slot.Lease = lease;
        if (lease.State != LeaseState.Declined && ClientKey.TryMake(lease.Hardware, lease.ClientId, out var key))
        {
            SetOwner(slot, Client(key));
        }
        var inForce = lease.State != LeaseState.Released && left > 0;
        Move(slot, !inForce ? SlotState.Free : lease.State == LeaseState.Bound ? SlotState.Bound : SlotState.Declined);
        if (inForce)
        {
            Schedule(slot, left == LeaseClock.Never ? left : now + left);
        }
        return inForce;
    }

    private static DateTimeOffset Stamp(Lease lease) => lease.State == LeaseState.Released ? lease.Expires : lease.Granted;

    private static long Left(Lease lease, DateTimeOffset newest) => lease.Expires == DateTimeOffset.MaxValue
        ? LeaseClock.Never
        : Math.Min((lease.Expires - newest).Ticks, (lease.Expires - lease.Granted).Ticks);

    /// <summary>How many addresses the pools can give at all.</summary>
    private void Measure(NetworkSpace network)
    {
        foreach (var pool in new[] { network.Known, network.Anyone })
        {
            pool.Size = pool.Ranges.Sum(range => range.Count);
        }
        foreach (var known in network.Known.Ranges)
        {
            foreach (var anyone in network.Anyone.Ranges)
            {
                network.Anyone.Size -= Math.Max(0, (long)Math.Min(known.Last.Value, anyone.Last.Value) - Math.Max(known.First.Value, anyone.First.Value) + 1);
            }
        }
        IEnumerable<IPv4Address> edges = network.Network.PrefixLength <= 30 ? [network.Network.Base, network.Network.Last] : [];
        foreach (var address in _reserved.Concat(_excluded).Concat(edges).Distinct())
        {
            if (network.PoolOf(address) is { } pool)
            {
                pool.Size--;
            }
        }
    }

    private bool IsGivable(NetworkSpace network, IPv4Address address) =>
        network.Network.IsHost(address) && !_excluded.Contains(address) && !_reserved.Contains(address);

    private AddressSlot Touch(IPv4Address address)
    {
        if (!_slots.TryGetValue(address, out var slot))
        {
            slot = new AddressSlot(address);
            _slots.Add(address, slot);
            _order.Add(slot);
            Place(slot, unknownOffer: false);
        }
        return slot;
    }

    /// <summary>Puts a slot that is in no queue where the present layout wants it.</summary>
    private void Place(AddressSlot slot, bool unknownOffer)
    {
        slot.Network = null;
        foreach (var network in _networks.Values)
        {
            if (network.Network.Contains(slot.Address))
            {
                slot.Network = network;
                break;
            }
        }
        slot.Pool = slot.Network is { } home && IsGivable(home, slot.Address) ? home.PoolOf(slot.Address) : null;
        Count(slot, 1);
        if (slot.State == SlotState.Free)
        {
            (slot.Lease is null ? slot.Pool?.OfferedInVain : slot.Pool?.Idle)?.Add(slot);
        }
        else if (unknownOffer)
        {
            slot.Pool?.UnknownOffers.Add(slot);
        }
    }

    private static void Count(AddressSlot slot, int change)
    {
        if (slot.Network is { } network)
        {
            network[slot.State] += change;
        }
        if (slot.Pool is { } pool && slot.State != SlotState.Free)
        {
            pool.Busy += change;
        }
    }

    private static void Move(AddressSlot slot, SlotState to)
    {
        SlotQueue.Remove(slot);
        Count(slot, -1);
        slot.State = to;
        Count(slot, 1);
        if (to == SlotState.Free)
        {
            (slot.Lease is null ? slot.Pool?.OfferedInVain : slot.Pool?.Idle)?.Add(slot);
        }
    }

    private void Schedule(AddressSlot slot, long deadline)
    {
        slot.Deadline = deadline;
        if (deadline < slot.QueuedAt)
        {
            slot.QueuedAt = deadline;
            _deadlines.Enqueue(slot, deadline);
        }
    }

    /// <summary>Ends what is due, a few at a time; whoever looks at a slot settles it first, so being late harms nothing.</summary>
    private void Expire(long now, int limit = ExpiriesPerCall)
    {
        while (limit-- > 0 && _deadlines.TryPeek(out var slot, out var key) && key <= now)
        {
            _deadlines.Dequeue();
            if (slot.QueuedAt != key)
            {
                continue;                                        // an earlier deadline was queued since
            }
            slot.QueuedAt = LeaseClock.Never;
            Settle(slot, now);
            if (slot.State != SlotState.Free)
            {
                Schedule(slot, slot.Deadline);
            }
        }
    }

    private void Settle(AddressSlot slot, long now)
    {
        if (slot.State == SlotState.Free || slot.Deadline > now)
        {
            return;
        }
        if (slot.State == SlotState.Offered)
        {
            EndOffer(slot);
        }
        else
        {
            Move(slot, SlotState.Free);
        }
    }

    private void EndOffer(AddressSlot slot)
    {
        var client = slot.OfferedTo;
        slot.OfferedTo = null;
        Move(slot, SlotState.Free);
        if (client is not null)
        {
            client.Offer = null;
            ForgetIfIdle(client);
        }
    }

    private ClientEntry Client(ClientKey key)
    {
        if (!_clients.TryGetValue(key, out var client))
        {
            client = new ClientEntry(key);
            _clients.Add(key, client);
        }
        return client;
    }

    private void ForgetIfIdle(ClientEntry client)
    {
        if (client.Offer is null && client.Owned is null)
        {
            _clients.Remove(client.Key);
        }
    }

    private void SetOwner(AddressSlot slot, ClientEntry? owner)
    {
        if (slot.Owner == owner)
        {
            return;
        }
        if (slot.Owner is { } former)
        {
            ref var link = ref former.Owned;
            while (link != slot)
            {
                link = ref link!.NextOfOwner;
            }
            link = slot.NextOfOwner;
            ForgetIfIdle(former);
        }
        slot.Owner = owner;
        slot.NextOfOwner = owner?.Owned;
        if (owner is not null)
        {
            owner.Owned = slot;
        }
    }
}
