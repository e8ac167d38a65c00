using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Core.Networks;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// A selector over labels, the profile for whom it selects, and metadata for templates. Layout of poseidon/matchbox. A group is one
/// document as it was read, and equal to itself alone.
/// </summary>
public sealed record Group
{
    private GroupRules? _rules;
    private GroupTemplateData? _templateData;

    public required string Id { get; init; }

    public string Name { get; init; } = "";

    /// <summary>The path of its document, which decides among groups that tie; empty where it was made of none.</summary>
    internal string Path { get; init; } = "";

    /// <summary>Id of a profile; may be empty or name a profile that is not there.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Labels that must all be equal. The MAC is in lower-case colon form.</summary>
    public ImmutableSortedDictionary<string, string> Selector { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Further conditions by label, which must all hold too (ours, under the key <c>match</c>; upstream ignores it). The label
    /// <c>address</c> is the address that the request came from.
    /// </summary>
    public ImmutableSortedDictionary<string, LabelCondition> Match { get; init; } =
        ImmutableSortedDictionary.Create<string, LabelCondition>(StringComparer.Ordinal);

    /// <summary>Before all else in the order of groups, the higher first (ours, under the key <c>priority</c>; upstream ignores it).</summary>
    public int Priority { get; init; }

    /// <summary>The metadata object as JSON text; empty without.</summary>
    public string Metadata { get; init; } = "";

    /// <summary>DHCP options for its machines (ours, under the key <c>options</c>; upstream ignores it).</summary>
    public ImmutableArray<ConfiguredOption> Options { get; init; } = [];

    /// <summary>What protects its machines' configs (ours, under the keys <c>protect</c> and <c>hold-on-denial</c>); null: nothing.</summary>
    public Protection? Protection { get; init; }

    /// <summary>It has no condition at all and selects every machine.</summary>
    public bool IsDefault => Selector.IsEmpty && Match.IsEmpty;

    /// <summary>What selects and orders it.</summary>
    internal GroupRules Rules => _rules ??= new GroupRules(this);

    /// <summary>What templates see of it.</summary>
    internal GroupTemplateData TemplateData => _templateData ??= new GroupTemplateData(this);

    private Group(Group other)
    {
        (Id, Name, Path, Profile, Selector, Match, Priority, Metadata, Options, Protection) =
            (other.Id, other.Name, other.Path, other.Profile, other.Selector, other.Match, other.Priority, other.Metadata, other.Options, other.Protection);
    }

    public bool Equals(Group? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
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

    /// <summary>What protects its configs (ours, under the keys <c>protect</c> and <c>hold-on-denial</c>); null: nothing.</summary>
    public Protection? Protection { get; init; }
}

/// <summary>Kernel, initial RAM disks and arguments, as written: no templates, no escapes.</summary>
public sealed record NetBoot(string Kernel, ImmutableArray<string> Initrd, ImmutableArray<string> Args);
