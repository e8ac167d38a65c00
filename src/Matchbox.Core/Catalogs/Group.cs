using System.Collections.Immutable;
using Matchbox.Core.Networks;

namespace Matchbox.Core.Catalogs;

/// <summary>A selector over labels, the profile for whom it selects, and metadata for templates. Layout of poseidon/matchbox.</summary>
public sealed record Group
{
    public required string Id { get; init; }

    public string Name { get; init; } = "";

    /// <summary>Id of a profile; may be empty or name a profile that is not there.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Labels that must all be equal; empty: the default group. The MAC is in lower-case colon form.</summary>
    public ImmutableSortedDictionary<string, string> Selector { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The metadata object as JSON text; empty without.</summary>
    public string Metadata { get; init; } = "";

    /// <summary>DHCP options for its machines (ours, under the key <c>options</c>; upstream ignores it).</summary>
    public ImmutableArray<ConfiguredOption> Options { get; init; } = [];

    public bool IsDefault => Selector.IsEmpty;
}

/// <summary>What to boot: layout of poseidon/matchbox.</summary>
public sealed record Profile
{
    public required string Id { get; init; }

    public string Name { get; init; } = "";

    public NetBoot? Boot { get; init; }

    public string IgnitionId { get; init; } = "";

    public string CloudId { get; init; } = "";

    public string GenericId { get; init; } = "";

    /// <summary><c>"install"</c>: true marks an installer, false takes the mark off; null: its content decides. Upstream ignores the key.</summary>
    public bool? Install { get; init; }
}

/// <summary>Kernel, initial RAM disks and arguments, as written: no templates, no escapes.</summary>
public sealed record NetBoot(string Kernel, ImmutableArray<string> Initrd, ImmutableArray<string> Args);
