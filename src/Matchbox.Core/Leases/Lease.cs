using System.Collections.Immutable;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases;

/// <summary>Where an address stands. Offers are not here: they are never stored.</summary>
public enum LeaseState : byte
{
    Bound = 1,

    /// <summary>Given back (RFC 2131 §4.3.4); remembered, so that the machine gets it again.</summary>
    Released = 2,

    /// <summary>Somebody else answers there (RFC 2131 §4.3.3); not given to anyone until <see cref="Lease.Expires"/>.</summary>
    Declined = 3,
}

/// <summary>One address and who has it. Immutable; of several records of an address the one with the highest <see cref="Revision"/> counts.</summary>
public sealed record Lease
{
    public required IPv4Address Address { get; init; }

    public required LeaseState State { get; init; }

    /// <summary>Counts the decisions of the table: two threads may hand their records to the store in either order.</summary>
    public long Revision { get; init; }

    /// <summary>chaddr: the key, whatever client identifier each stage of a boot sends.</summary>
    public required HardwareAddress Hardware { get; init; }

    /// <summary>Option 61 as last sent; empty where none was.</summary>
    public ImmutableArray<byte> ClientId { get; init; } = [];

    public required DateTimeOffset Granted { get; init; }

    /// <summary>
    /// When it ends (Bound), ended (Released) or is given back to the pool (Declined), in the table's own time, which is UTC as
    /// long as the clock was right when the process started (<see cref="LeaseTable"/>). <see cref="DateTimeOffset.MaxValue"/>: never.
    /// </summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Option 82 of the grant, for renewals that bypass the relay; empty without a relay.</summary>
    public ImmutableArray<byte> RelayInformation { get; init; } = [];

    /// <summary>The name that the machine gave itself (option 12), escaped; empty without.</summary>
    public string HostName { get; init; } = "";
}
