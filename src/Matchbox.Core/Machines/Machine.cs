using System.Collections.Immutable;
using Matchbox.Core.Machines.Inventory;
using Matchbox.Protocols;

namespace Matchbox.Core.Machines;

/// <summary>How we came to know of a machine.</summary>
public enum MachineOrigin
{
    /// <summary>It appeared on a network; nobody has approved it.</summary>
    Seen,

    /// <summary>A person or a call put it into the inventory.</summary>
    Added,

    /// <summary>The settings file declares it.</summary>
    Declared,
}

/// <summary>
/// One computer as we know it. Immutable; the registry swaps whole values. <see cref="Id"/> is its first MAC with hyphens
/// (or its UUID where it was declared without a MAC) and never changes.
/// </summary>
public sealed record Machine
{
    public required string Id { get; init; }

    public MachineOrigin Origin { get; init; }

    /// <summary>An operator's name; becomes options 12 and 15. Empty without.</summary>
    public string Name { get; init; } = "";

    public ImmutableArray<HardwareAddress> Macs { get; init; } = [];

    public MachineUuid? Uuid { get; init; }

    public string? Serial { get; init; }

    /// <summary>Labels that an operator gave it; they select groups beside those that the machine sends.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What was last seen of it on the wire.</summary>
    public Sighting LastSeen { get; init; } = Sighting.Never;

    public DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>
    /// It started no unsigned loader and then came up with shim: shim is its first loader from now on, unless the settings
    /// name one.
    /// </summary>
    public bool RefusesUnsigned { get; init; }

    /// <summary>Where its installation stands.</summary>
    public Installation Installation { get; init; } = Installation.None;

    /// <summary>What its boots got of its protected configs; null: nothing yet.</summary>
    public ConfigDelivery? Delivery { get; init; }

    /// <summary>A person said that it is none of ours; null: nobody did.</summary>
    public PersonMark? Ignored { get; init; }

    /// <summary>It cannot be armed until this is taken off; null: it can.</summary>
    public PersonMark? Protected { get; init; }

    /// <summary>The live profile that its last network boot was given; null: none, or it was sent to its disk or an installer since.</summary>
    public RunningProfile? Running { get; init; }

    /// <summary>What its next network boot is to be; null: what its groups select.</summary>
    public OnceBoot? BootOnce { get; init; }

    /// <summary>What named the machines whose place this one has taken, the oldest first; null: it took none.</summary>
    public IReadOnlyList<RetiredIdentity>? Replaced { get; init; }

    /// <summary>It came up with what named another machine, until that was replaced; null: it did not. Approving it takes this off.</summary>
    public RetiredIdentity? Retired { get; init; }

    /// <summary>What it is made of, as a live boot of its own reported it; null: none did.</summary>
    public MachineInventory? Inventory { get; init; }

    /// <summary>Somebody, or an installation, has left something here that must outlive a storm of strangers.</summary>
    public bool HasHistory => Installation != Installation.None || Delivery is not null || Ignored is not null || Protected is not null || BootOnce is not null || Replaced is not null;

    /// <summary>In the inventory, whoever put it there.</summary>
    public bool InInventory => Origin != MachineOrigin.Seen;
}

/// <summary>When a person said something of a machine, and who.</summary>
public sealed record PersonMark(DateTimeOffset At, string By);

/// <summary>A live profile that a machine was given, and when.</summary>
public sealed record RunningProfile(string Profile, DateTimeOffset Since);

/// <summary>What the wire last told of a machine. Claims, for people to read; nothing is decided by them.</summary>
public sealed record Sighting
{
    public static readonly Sighting Never = new();

    public DateTimeOffset At { get; init; }

    public string Subnet { get; init; } = "";

    public IPv4Address Relay { get; init; }

    /// <summary>Circuit id of option 82, escaped: the switch port.</summary>
    public string RelayPort { get; init; } = "";

    public string Architecture { get; init; } = "";

    public string VendorClass { get; init; } = "";

    public IPv4Address Address { get; init; }
}
