using System.Collections.Immutable;

namespace Matchbox.Core.Catalogs.Reading;

/// <summary>How a group's templates come out for a machine of it, kept as long as group, profile and configs stay.</summary>
internal sealed record GroupSample(Group Group, Profile Profile, ConfigFile? Ignition, ConfigFile? Generic, ConfigFile? Cloud)
{
    /// <summary>Of the Ignition config, what an offer needs; null when that is no template.</summary>
    public RenderedConfig? Rendered { get; init; }

    /// <summary>What would fail for this group's machines, whatever they say. Texts do not name the group.</summary>
    public ImmutableArray<CatalogFault> Faults { get; init; } = [];

    public ImmutableArray<string> Notes { get; init; } = [];

    public bool IsOf(Group group, Profile profile, ConfigFile? ignition, ConfigFile? generic, ConfigFile? cloud) =>
        ReferenceEquals(Group, group) && ReferenceEquals(Profile, profile)
        && ReferenceEquals(Ignition, ignition) && ReferenceEquals(Generic, generic) && ReferenceEquals(Cloud, cloud);
}
