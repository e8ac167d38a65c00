using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>Which part of a boot asks.</summary>
public enum BootStage
{
    /// <summary>Firmware or a loader asks by DHCP (ports 67 and 4011) what to load.</summary>
    Dhcp,

    /// <summary>iPXE asks for its script.</summary>
    IpxeScript,

    /// <summary>GRUB asks for its config.</summary>
    GrubConfig,

    /// <summary>The kernel runs and Ignition asks for its config.</summary>
    Ignition,
}

/// <summary>How a machine's firmware can be sent to its own disk.</summary>
public enum FirmwareKind
{
    Unknown,
    Bios,
    Uefi,
}

/// <summary>Everything the gate looks at: who, where, with what, which stage. Values only.</summary>
public sealed record BootQuestion
{
    public required BootStage Stage { get; init; }

    /// <summary>The machine, as the registry has it; null when nobody was named.</summary>
    public Machine? Machine { get; init; }

    /// <summary>In the inventory, or matched by a group with a selector.</summary>
    public bool Known { get; init; }

    /// <summary>Its identifiers name different machines: whom.</summary>
    public string? Conflict { get; init; }

    public Group? Group { get; init; }

    public BootOffer? Offer { get; init; }

    /// <summary>It comes with what named another machine, until that was replaced, and nobody has approved it since; null: it does not.</summary>
    public RetiredIdentity? Retired { get; init; }

    /// <summary>A person asked for this boot to be of the offer's profile; null: the group's profile is asked about.</summary>
    public OnceBoot? Once { get; init; }

    public UnknownPolicy Unknown { get; init; } = UnknownPolicy.Discover;

    public FirmwareKind Firmware { get; init; }

    /// <summary>The boot it belongs to; null: the request is not proven to belong to any.</summary>
    public string? Nonce { get; init; }

    /// <summary>Its source address belongs to the machine's present boot and it carries that boot's nonce.</summary>
    public bool Verified => Nonce is not null;

    /// <summary>Its source address is the machine's, with or without a nonce: enough for the timeline, not for a change.</summary>
    public bool FromMachine { get; init; }

    /// <summary>What of the machine's config is asked for: <c>ignition</c>, <c>generic</c>, <c>cloud</c>, <c>metadata</c>, or a signature of one.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Where the request came from.</summary>
    public IPv4Address Source { get; init; }

    /// <summary>It carries the token of this boot's script.</summary>
    public bool HasToken { get; init; }

    /// <summary>What protects the machine's configs; null: nothing.</summary>
    public Protection? Protection => Protection.Of(Group, Offer?.Profile);

    public required DateTimeOffset Now { get; init; }
}
