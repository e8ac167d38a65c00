using System.Collections.Immutable;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases;

/// <summary>
/// Who asks for an address. The key is chaddr whatever client identifier comes with it, so that firmware, iPXE and the operating
/// system of one machine share one lease; clients without a usable chaddr (RFC 4390 §2.1) are told apart by option 61.
/// </summary>
public readonly record struct LeaseClient(HardwareAddress Hardware, ImmutableArray<byte> ClientId = default)
{
    /// <summary>In the inventory, or matched by a group with a selector: may draw from the pools that strangers cannot drain.</summary>
    public bool Known { get; init; }

    /// <summary>Option 82 as the relay sent it; what is stored stays when a renewal that bypasses the relay has none.</summary>
    public ImmutableArray<byte> RelayInformation { get; init; }

    /// <summary>Option 12, escaped by the caller; null or empty keeps what is stored.</summary>
    public string? HostName { get; init; }
}

/// <summary>An address that is kept for one machine. Several hardware addresses of one machine may share it.</summary>
public readonly record struct Reservation(HardwareAddress Hardware, IPv4Address Address);

/// <summary>What the table needs of the settings; swapped whole on reload.</summary>
public sealed record LeaseLayout
{
    /// <summary>Authoritative networks. An address in both kinds of pool belongs to <see cref="Networks.Subnet.KnownPools"/>.</summary>
    public required IReadOnlyCollection<Networks.Subnet> Subnets { get; init; }

    public IReadOnlyCollection<Reservation> Reservations { get; init; } = [];

    /// <summary>Never given to anyone, for example our own addresses.</summary>
    public IReadOnlyCollection<IPv4Address> Excluded { get; init; } = [];
}

/// <summary>Rules of the table that operators rarely touch.</summary>
public sealed record LeaseTableSettings
{
    /// <summary>How long an OFFER keeps its address from others (RFC 2131 §3.1 step 2).</summary>
    public TimeSpan OfferHold { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a declined or conflicting address rests.</summary>
    public TimeSpan Quarantine { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Declines of one client in an hour that put an address into quarantine; more are a storm.</summary>
    public int DeclinesPerHour { get; init; } = 4;

    /// <summary>A network's addresses in quarantine, at most this part of its pools (but at least 8): more are a storm.</summary>
    public double QuarantineShare { get; init; } = 0.1;

    /// <summary>Offers pending to unknown clients, at most this part of a pool (but at least 8); the oldest is dropped.</summary>
    public double UnknownOfferShare { get; init; } = 0.1;
}
