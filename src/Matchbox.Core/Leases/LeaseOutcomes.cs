using Matchbox.Protocols;

namespace Matchbox.Core.Leases;

/// <summary>Why an address was chosen, in the order of choice (RFC 2131 §4.3.1; reservations before all).</summary>
public enum LeaseChoice
{
    Reservation,

    /// <summary>The client's present lease.</summary>
    Current,

    /// <summary>What we offered a moment ago: a repeated DISCOVER has the same answer.</summary>
    PendingOffer,

    /// <summary>An expired or released lease that nobody else took.</summary>
    Previous,

    /// <summary>Option 50.</summary>
    Requested,

    /// <summary>Nobody ever had it.</summary>
    NeverUsed,

    LongestUnused,
}

/// <summary>The answer to a DISCOVER.</summary>
public abstract record OfferOutcome
{
    private OfferOutcome() { }

    /// <summary>
    /// Held for the client until <see cref="LeaseTableSettings.OfferHold"/> has passed. Where the client has a reservation and
    /// <paramref name="Choice"/> is another, somebody else holds the reserved address (or it is in quarantine).
    /// </summary>
    public sealed record Offered(IPv4Address Address, TimeSpan LeaseTime, LeaseChoice Choice) : OfferOutcome;

    /// <summary>Every address that this client may have is taken.</summary>
    public sealed record Exhausted : OfferOutcome
    {
        public static readonly Exhausted Instance = new();
    }

    /// <summary>The table has no such network, or the client names neither chaddr nor client identifier.</summary>
    public sealed record NotServed : OfferOutcome
    {
        public static readonly NotServed Instance = new();
    }
}

/// <summary>The client states in which a REQUEST is sent (RFC 2131 §4.3.2, table 4).</summary>
public enum RequestState
{
    /// <summary>Our option 54, address in option 50.</summary>
    Selecting,

    /// <summary>No option 54, address in option 50.</summary>
    InitReboot,

    /// <summary>Address in ciaddr, unicast.</summary>
    Renewing,

    /// <summary>Address in ciaddr, broadcast.</summary>
    Rebinding,
}

/// <summary>Why a REQUEST is refused or left unanswered.</summary>
public enum RefusalReason
{
    /// <summary>Not an address of the network that the client is on.</summary>
    WrongNetwork,

    /// <summary>Somebody else has it, or it is in quarantine.</summary>
    InUse,

    /// <summary>Reserved for another, excluded, or outside the pools for this client.</summary>
    NotForThisClient,

    /// <summary>The client has a reservation or a lease of another address here.</summary>
    OtherAddress,

    /// <summary>We know nothing of it.</summary>
    NoRecord,

    /// <summary>The table has no such network.</summary>
    NotServed,

    /// <summary>Neither chaddr nor client identifier.</summary>
    NoIdentity,
}

/// <summary>The answer to a REQUEST.</summary>
public abstract record RequestOutcome
{
    private RequestOutcome() { }

    /// <summary>
    /// Store <paramref name="Lease"/>, then ACK. From now on nobody else gets the address. If it cannot be stored, call
    /// <see cref="LeaseTable.Rollback"/> and stay silent. <paramref name="Previous"/>: what the table held of this address before.
    /// </summary>
    public sealed record Grant(Lease Lease, Lease? Previous, TimeSpan LeaseTime) : RequestOutcome;

    public sealed record Nak(RefusalReason Reason) : RequestOutcome;

    public sealed record Silent(RefusalReason Reason) : RequestOutcome;
}

/// <summary>What became of a DECLINE (RFC 2131 §4.3.3). There is never a reply.</summary>
public abstract record DeclineOutcome
{
    private DeclineOutcome() { }

    /// <summary>In quarantine: store the record, tell the operator.</summary>
    public sealed record Quarantined(Lease Record) : DeclineOutcome;

    /// <summary>Too many: the address goes to the end of the queue instead. Store the record if there is one, tell the operator.</summary>
    public sealed record Storm(Lease? Record) : DeclineOutcome;

    /// <summary>Neither leased nor offered to this client.</summary>
    public sealed record NotTheirs : DeclineOutcome
    {
        public static readonly NotTheirs Instance = new();
    }
}

/// <summary>Addresses of one network, for metrics.</summary>
/// <param name="Free">What the pools can still give.</param>
/// <param name="Bound">Leased, reservations included.</param>
public readonly record struct LeaseCounts(IPv4Network Network, long Free, long Bound, long Offered, long Declined);

/// <summary>How an address stands now.</summary>
public enum LeaseStanding
{
    Bound,
    Expired,
    Released,
    Declined,
}

/// <summary>One line of <c>matchbox leases</c>. <paramref name="Remaining"/> is counted by the monotonic clock; zero when ended, -1 ms when it never ends.</summary>
public readonly record struct LeaseView(Lease Lease, LeaseStanding Standing, TimeSpan Remaining);
