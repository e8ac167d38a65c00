using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases;

public sealed partial class LeaseTable
{
    /// <summary>
    /// Answers a DISCOVER (RFC 2131 §4.3.1) and holds the address. Order of choice: reservation, current lease, pending offer,
    /// previous lease if free, <paramref name="requested"/> if free and fit, never used, longest unused; known clients draw from
    /// <see cref="Subnet.KnownPools"/> first. One pending offer per client: the last.
    /// </summary>
    public OfferOutcome Offer(Subnet subnet, in LeaseClient client, IPv4Address? requested)
    {
        lock (_gate)
        {
            var now = _clock.Now;
            Expire(now);
            if (!_networks.TryGetValue(subnet.Network, out var network)
                || !ClientKey.TryMake(client.Hardware, client.ClientId, out var key))
            {
                return OfferOutcome.NotServed.Instance;
            }
            _clients.TryGetValue(key, out var entry);
            if (Choose(network, client, entry, requested, now) is not var (slot, choice))
            {
                return OfferOutcome.Exhausted.Instance;
            }
            if (entry?.Offer is { } other && other != slot)
            {
                EndOffer(other);
            }
            if (slot.State != SlotState.Bound)
            {
                Hold(slot, Client(key), client.Known, now);
            }
            return new OfferOutcome.Offered(slot.Address, subnet.LeaseTime, choice);
        }
    }

    /// <summary>The client chose another server's offer, or ours will not be used: ours is free again.</summary>
    public void ForgetOffer(in LeaseClient client)
    {
        lock (_gate)
        {
            if (ClientKey.TryMake(client.Hardware, client.ClientId, out var key)
                && _clients.TryGetValue(key, out var entry) && entry.Offer is { } slot)
            {
                EndOffer(slot);
            }
        }
    }

    private (AddressSlot Slot, LeaseChoice Choice)? Choose(
        NetworkSpace network, in LeaseClient client, ClientEntry? entry, IPv4Address? requested, long now)
    {
        if (ReservedFor(network, client.Hardware, entry, now) is { } reserved)
        {
            return (Touch(reserved), LeaseChoice.Reservation);
        }
        AddressSlot? previous = null;
        for (var owned = entry?.Owned; owned is not null; owned = owned.NextOfOwner)
        {
            if (owned.Network != network)
            {
                continue;
            }
            Settle(owned, now);
            if (!IsFor(network, client, owned.Address))
            {
                continue;
            }
            if (owned.State == SlotState.Bound)
            {
                return (owned, LeaseChoice.Current);
            }
            previous = owned.State == SlotState.Free ? owned : previous;
        }
        if (entry?.Offer is { } offer && offer.Network == network)
        {
            Settle(offer, now);
            if (offer.OfferedTo == entry && IsFor(network, client, offer.Address))
            {
                return (offer, LeaseChoice.PendingOffer);
            }
        }
        if (previous is not null)
        {
            return (previous, LeaseChoice.Previous);
        }
        if (requested is { } address && IsFor(network, client, address) && IsFreeFor(address, entry, now))
        {
            return (Touch(address), LeaseChoice.Requested);
        }
        return Take(network, client.Known, now);
    }

    private (AddressSlot Slot, LeaseChoice Choice)? Take(NetworkSpace network, bool known, long now)
    {
        if ((known ? Take(network, network.Known) : null) is { } own)
        {
            return own;
        }
        if (Take(network, network.Anyone) is { } free)
        {
            return free;
        }
        // Nothing seems free: end all that is due, and let a known machine have what a stranger only was offered.
        Expire(now, int.MaxValue);
        if (known && network.Anyone.OfferedInVain.First is null && network.Anyone.Idle.First is null
            && network.Anyone.UnknownOffers.First is { } strangers)
        {
            EndOffer(strangers);
        }
        return (known ? Take(network, network.Known) : null) ?? Take(network, network.Anyone);
    }

    private (AddressSlot Slot, LeaseChoice Choice)? Take(NetworkSpace network, AddressPool pool)
    {
        if (!pool.PrefersOfferedInVain)
        {
            while (pool.TryNext(out var address))
            {
                if (!_slots.ContainsKey(address) && IsGivable(network, address) && network.PoolOf(address) == pool)
                {
                    return (Touch(address), LeaseChoice.NeverUsed);
                }
            }
        }
        return pool.OfferedInVain.First is { } untaken ? (untaken, LeaseChoice.NeverUsed)
            : pool.Idle.First is { } idle ? (idle, LeaseChoice.LongestUnused)
            : null;
    }

    private void Hold(AddressSlot slot, ClientEntry client, bool known, long now)
    {
        if (slot.State != SlotState.Offered)
        {
            Move(slot, SlotState.Offered);
            slot.OfferedTo = client;
            client.Offer = slot;
            if (!known && slot.Pool is { } pool)
            {
                pool.UnknownOffers.Add(slot);
                if (pool.UnknownOffers.Count > Math.Max(MinimumShare, (long)(pool.Size * _settings.UnknownOfferShare)))
                {
                    EndOffer(pool.UnknownOffers.First!);
                }
            }
        }
        Schedule(slot, LeaseClock.Add(now, _settings.OfferHold));
    }

    /// <summary>The client's reservation here, if nobody else holds it.</summary>
    private IPv4Address? ReservedFor(NetworkSpace network, HardwareAddress hardware, ClientEntry? entry, long now)
    {
        if (_reservations.TryGetValue(hardware, out var addresses))
        {
            foreach (var address in addresses)
            {
                if (network.Network.IsHost(address) && !_excluded.Contains(address) && IsFreeFor(address, entry, now))
                {
                    return address;
                }
            }
        }
        return null;
    }

    /// <summary>May this client have this address at all: its reservation, or in a pool for it and nobody's reservation.</summary>
    private bool IsFor(NetworkSpace network, in LeaseClient client, IPv4Address address)
    {
        if (!network.Network.IsHost(address) || _excluded.Contains(address))
        {
            return false;
        }
        if (_reserved.Contains(address))
        {
            return _reservations.TryGetValue(client.Hardware, out var own) && own.Contains(address);
        }
        return network.PoolOf(address) is { } pool && (client.Known || pool == network.Anyone);
    }

    /// <summary>Neither held by another nor in quarantine.</summary>
    private bool IsFreeFor(IPv4Address address, ClientEntry? entry, long now)
    {
        if (!_slots.TryGetValue(address, out var slot))
        {
            return true;
        }
        Settle(slot, now);
        return slot.State switch
        {
            SlotState.Free => true,
            SlotState.Offered => slot.OfferedTo == entry,
            SlotState.Bound => slot.Owner == entry,
            _ => false,
        };
    }
}
