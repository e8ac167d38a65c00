using System.Collections.Immutable;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases;

public sealed partial class LeaseTable
{
    // A record stays small whatever a client sends.
    private const int MaxRelayInformation = 1024;
    private const int MaxHostName = 255;

    private readonly DeclineCounts _declines;

    /// <summary>
    /// Answers a REQUEST that is for us (RFC 2131 §4.3.2). A repeated one gets the same address again; each grant is a record to
    /// store. On an authoritative network what we know nothing of is refused, so that a moved machine need not wait for its timers;
    /// a SELECTING or RENEWING client keeps a free address that fits even when our memory of it was lost.
    /// </summary>
    public RequestOutcome Request(Subnet subnet, in LeaseClient client, RequestState state, IPv4Address address)
    {
        lock (_gate)
        {
            var now = _clock.Now;
            Expire(now);
            if (!_networks.TryGetValue(subnet.Network, out var network))
            {
                return new RequestOutcome.Silent(RefusalReason.NotServed);
            }
            if (!ClientKey.TryMake(client.Hardware, client.ClientId, out var key))
            {
                return new RequestOutcome.Silent(RefusalReason.NoIdentity);
            }
            _clients.TryGetValue(key, out var entry);
            if (Refuse(network, client, entry, state, address, now) is not { } reason)
            {
                return Grant(subnet, client, Client(key), Touch(address), now);
            }
            return reason == RefusalReason.NoRecord && subnet.Mode != SubnetMode.Authoritative
                ? new RequestOutcome.Silent(reason)
                : new RequestOutcome.Nak(reason);
        }
    }

    /// <summary>
    /// The grant was not stored, so it was not acknowledged either: the address stands again as before the grant; one that was
    /// new stays held for its client as an offer. Nothing happens if a later decision about the address was made since.
    /// </summary>
    public void Rollback(RequestOutcome.Grant grant)
    {
        lock (_gate)
        {
            if (!_slots.TryGetValue(grant.Lease.Address, out var slot))
            {
                return;
            }
            // A retransmission's grant stands on the one before it: when both fail, what counts is what was there before both.
            var before = slot.Unstored is { } unstored && unstored.Lease == (object?)grant.Previous ? unstored.Previous : grant.Previous;
            if (slot.Lease != (object)grant.Lease)
            {
                slot.Unstored = grant with { Previous = before };
                return;
            }
            slot.Unstored = null;
            var now = _clock.Now;
            var owner = slot.Owner;
            slot.Lease = before;
            var former = before is { State: not LeaseState.Declined } previous
                && ClientKey.TryMake(previous.Hardware, previous.ClientId, out var key) ? Client(key) : null;
            SetOwner(slot, former);
            if (before is { State: LeaseState.Bound } && _clock.TicksOf(before.Expires) is var end && end > now)
            {
                Schedule(slot, end);
                return;
            }
            Move(slot, SlotState.Free);
            if (owner is not null && owner.Offer is null)
            {
                Hold(slot, Client(owner.Key), known: true, now);
            }
        }
    }

    /// <summary>
    /// Takes back what the client had (RFC 2131 §4.3.4); the record, to be stored, remembers it for the next time.
    /// Null: not this client's lease.
    /// </summary>
    public Lease? Release(in LeaseClient client, IPv4Address address)
    {
        lock (_gate)
        {
            var now = _clock.Now;
            Expire(now);
            if (!_slots.TryGetValue(address, out var slot))
            {
                return null;
            }
            Settle(slot, now);
            if (slot.State != SlotState.Bound || !IsOwner(slot, client))
            {
                return null;
            }
            return Free(slot, now);
        }
    }

    /// <summary>
    /// The client found somebody else at the address (RFC 2131 §4.3.3). Only the client that has it or is offered it is believed,
    /// and only so often: a client that declines everything cannot drain the pool.
    /// </summary>
    public DeclineOutcome Decline(in LeaseClient client, IPv4Address address)
    {
        lock (_gate)
        {
            var now = _clock.Now;
            Expire(now);
            if (!_slots.TryGetValue(address, out var slot)
                || !ClientKey.TryMake(client.Hardware, client.ClientId, out var key)
                || !_clients.TryGetValue(key, out var entry))
            {
                return DeclineOutcome.NotTheirs.Instance;
            }
            Settle(slot, now);
            var bound = slot.State == SlotState.Bound && slot.Owner == entry;
            if (!bound && (slot.State != SlotState.Offered || slot.OfferedTo != entry))
            {
                return DeclineOutcome.NotTheirs.Instance;
            }
            if (_declines.TryCount(key, now) && QuarantineHasRoom(slot))
            {
                return new DeclineOutcome.Quarantined(Isolate(slot, client.Hardware, now));
            }
            if (bound)
            {
                var record = Free(slot, now);
                SetOwner(slot, null);                            // else "previous lease" would bring it straight back
                return new DeclineOutcome.Storm(record);
            }
            EndOffer(slot);
            if (slot.Owner == entry)
            {
                SetOwner(slot, null);
            }
            return new DeclineOutcome.Storm(null);
        }
    }

    /// <summary>
    /// A probe of ours was answered from an address that nobody has from us: it goes into quarantine. Returns the record to
    /// store; null if the address is leased (its owner may answer), not ours to give, or too many are in quarantine already.
    /// </summary>
    public Lease? ConflictSeen(IPv4Address address)
    {
        lock (_gate)
        {
            var now = _clock.Now;
            Expire(now);
            var slot = Touch(address);
            Settle(slot, now);
            return slot.State is SlotState.Free or SlotState.Offered && slot.Network is not null && QuarantineHasRoom(slot)
                ? Isolate(slot, default, now)
                : null;
        }
    }

    private RefusalReason? Refuse(
        NetworkSpace network, in LeaseClient client, ClientEntry? entry, RequestState state, IPv4Address address, long now)
    {
        if (!network.Network.IsHost(address))
        {
            return RefusalReason.WrongNetwork;
        }
        if (!IsFreeFor(address, entry, now))
        {
            return RefusalReason.InUse;
        }
        if (ReservedFor(network, client.Hardware, entry, now) is { } reserved && reserved != address)
        {
            return RefusalReason.OtherAddress;
        }
        var slot = _slots.GetValueOrDefault(address);
        var theirs = slot is not null && slot.State == SlotState.Bound;
        var fits = IsFor(network, client, address);
        // A lease survives a reload that moved the pools away, for as long as the address is nobody else's.
        if (!fits && !(theirs && !_reserved.Contains(address) && !_excluded.Contains(address)))
        {
            return RefusalReason.NotForThisClient;
        }
        if (theirs || (entry is not null && (slot?.OfferedTo == entry || slot?.Owner == entry)))
        {
            return null;
        }
        for (var owned = entry?.Owned; owned is not null; owned = owned.NextOfOwner)
        {
            // RFC 2131 §4.3.2: our record differs. While SELECTING only a lease in force says so.
            Settle(owned, now);
            if (owned.Network == network && (owned.State == SlotState.Bound || state != RequestState.Selecting))
            {
                return RefusalReason.OtherAddress;
            }
        }
        return state is RequestState.InitReboot or RequestState.Rebinding ? RefusalReason.NoRecord : null;
    }

    private RequestOutcome.Grant Grant(Subnet subnet, in LeaseClient client, ClientEntry entry, AddressSlot slot, long now)
    {
        var previous = slot.Lease;
        var known = slot.Owner == entry ? previous : null;
        var deadline = LeaseClock.Add(now, subnet.LeaseTime);
        var lease = new Lease
        {
            Address = slot.Address,
            State = LeaseState.Bound,
            Hardware = client.Hardware,
            ClientId = ClientKey.Bounded(client.ClientId),
            Granted = _clock.Date(now),
            Expires = _clock.Date(deadline),
            RelayInformation = client.RelayInformation is { IsDefaultOrEmpty: false, Length: <= MaxRelayInformation }
                ? client.RelayInformation
                : known?.RelayInformation ?? [],
            HostName = client.HostName is { Length: > 0 and <= MaxHostName } name ? name : known?.HostName ?? "",
            Revision = ++_revision,
        };
        slot.Lease = lease;
        if (entry.Offer is { } offer)
        {
            entry.Offer = null;
            offer.OfferedTo = null;
            Move(offer, SlotState.Free);
        }
        Move(slot, SlotState.Bound);
        SetOwner(slot, entry);
        Schedule(slot, deadline);
        ForgetFormerAddresses(entry, slot);
        return new RequestOutcome.Grant(lease, previous, subnet.LeaseTime);
    }

    /// <summary>One address of a network is remembered per client, so that no client can collect them.</summary>
    private void ForgetFormerAddresses(ClientEntry entry, AddressSlot present)
    {
        var owned = entry.Owned;
        while (owned is not null)
        {
            var next = owned.NextOfOwner;
            if (owned != present && owned.Network == present.Network && owned.State == SlotState.Free)
            {
                SetOwner(owned, null);
            }
            owned = next;
        }
    }

    private Lease Free(AddressSlot slot, long now)
    {
        slot.Lease = slot.Lease! with { State = LeaseState.Released, Expires = _clock.Date(now), Revision = ++_revision };
        Move(slot, SlotState.Free);
        return slot.Lease;
    }

    private Lease Isolate(AddressSlot slot, HardwareAddress finder, long now)
    {
        if (slot.State == SlotState.Offered)
        {
            EndOffer(slot);
        }
        var deadline = LeaseClock.Add(now, _settings.Quarantine);
        slot.Lease = new Lease
        {
            Address = slot.Address,
            State = LeaseState.Declined,
            Hardware = finder,
            Granted = _clock.Date(now),
            Expires = _clock.Date(deadline),
            Revision = ++_revision,
        };
        SetOwner(slot, null);
        Move(slot, SlotState.Declined);
        Schedule(slot, deadline);
        return slot.Lease;
    }

    private bool QuarantineHasRoom(AddressSlot slot) => slot.Network is not { } network
        || network[SlotState.Declined] < Math.Max(MinimumShare, (long)(network.Size * _settings.QuarantineShare));

    private static bool IsOwner(AddressSlot slot, in LeaseClient client) =>
        ClientKey.TryMake(client.Hardware, client.ClientId, out var key) && slot.Owner is { } owner && owner.Key.Equals(key);
}
