using System.Collections.Immutable;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases;

internal enum SlotState : byte
{
    Free,
    Offered,
    Bound,
    Declined,
}

/// <summary>One address that was touched: its state, its last record and its place in at most one queue.</summary>
internal sealed class AddressSlot(IPv4Address address)
{
    public readonly IPv4Address Address = address;

    public SlotState State;

    /// <summary>Monotonic; when the state ends.</summary>
    public long Deadline;

    /// <summary>The key under which the deadline queue has it; <see cref="LeaseClock.Never"/> when it has not.</summary>
    public long QueuedAt = LeaseClock.Never;

    /// <summary>The last record; null for an address that was only offered.</summary>
    public Lease? Lease;

    /// <summary>A grant that was not stored while a later one, which may still be, stood on it.</summary>
    public RequestOutcome.Grant? Unstored;

    /// <summary>Who has it or had it last.</summary>
    public ClientEntry? Owner;

    public AddressSlot? NextOfOwner;

    public ClientEntry? OfferedTo;

    /// <summary>Null for an address outside every network of the layout.</summary>
    public NetworkSpace? Network;

    /// <summary>Null for reserved, excluded and foreign addresses, which no pool gives.</summary>
    public AddressPool? Pool;

    /// <summary>Marks what a reload has already placed.</summary>
    public bool Moved;

    public SlotQueue? Queue;
    public AddressSlot? Before;
    public AddressSlot? After;
}

/// <summary>First in, first out, with removal from the middle; no allocation.</summary>
internal sealed class SlotQueue
{
    private AddressSlot? _last;

    public AddressSlot? First { get; private set; }

    public int Count { get; private set; }

    public void Add(AddressSlot slot)
    {
        slot.Queue = this;
        slot.Before = _last;
        slot.After = null;
        if (_last is null)
        {
            First = slot;
        }
        else
        {
            _last.After = slot;
        }
        _last = slot;
        Count++;
    }

    public static void Remove(AddressSlot slot)
    {
        if (slot.Queue is not { } queue)
        {
            return;
        }
        if (slot.Before is null)
        {
            queue.First = slot.After;
        }
        else
        {
            slot.Before.After = slot.After;
        }
        if (slot.After is null)
        {
            queue._last = slot.Before;
        }
        else
        {
            slot.After.Before = slot.Before;
        }
        slot.Before = slot.After = null;
        slot.Queue = null;
        queue.Count--;
    }
}

/// <summary>chaddr, or the client identifier of a client without one.</summary>
internal readonly struct ClientKey : IEquatable<ClientKey>
{
    private readonly HardwareAddress _hardware;
    private readonly ImmutableArray<byte> _clientId;

    private ClientKey(HardwareAddress hardware, ImmutableArray<byte> clientId)
    {
        _hardware = hardware;
        _clientId = clientId;
    }

    /// <summary>False for a client that cannot be told from others: no chaddr (or all zero) and no identifier.</summary>
    public static bool TryMake(HardwareAddress hardware, ImmutableArray<byte> clientId, out ClientKey key)
    {
        var anonymous = hardware.IsEmpty || hardware.IsZero;
        key = anonymous ? new ClientKey(default, Bounded(clientId)) : new ClientKey(hardware, []);
        return !anonymous || !key._clientId.IsEmpty;
    }

    /// <summary>The first 255 octets (more come only in split options, RFC 3396), which tell any honest client from others.</summary>
    public static ImmutableArray<byte> Bounded(ImmutableArray<byte> clientId) =>
        clientId.IsDefault ? [] : clientId.Length <= byte.MaxValue ? clientId : clientId[..byte.MaxValue];

    public static ClientKey Of(HardwareAddress hardware) => new(hardware, []);

    public bool Equals(ClientKey other) =>
        _hardware == other._hardware && _clientId.AsSpan().SequenceEqual(other._clientId.AsSpan());

    public override bool Equals(object? obj) => obj is ClientKey other && Equals(other);

    public override int GetHashCode()
    {
        if (_clientId.IsEmpty)
        {
            return _hardware.GetHashCode();
        }
        var hash = new HashCode();
        hash.AddBytes(_clientId.AsSpan());
        return hash.ToHashCode();
    }
}

/// <summary>A client that has, had or is offered an address; forgotten with the last of them.</summary>
internal sealed class ClientEntry(ClientKey key)
{
    public readonly ClientKey Key = key;

    /// <summary>The one offer that may be pending.</summary>
    public AddressSlot? Offer;

    /// <summary>Head of the chain through <see cref="AddressSlot.NextOfOwner"/>.</summary>
    public AddressSlot? Owned;
}
