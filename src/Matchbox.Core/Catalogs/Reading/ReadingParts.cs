using System.Collections.Immutable;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Catalogs.Selection;

namespace Matchbox.Core.Catalogs.Reading;

/// <summary>What a reading leaves to the next one. Not changed after it.</summary>
internal sealed record ReadingParts
{
    public static readonly ReadingParts Nothing = new();

    /// <summary>Group documents by path.</summary>
    public PathMap<ReadGroup> Groups { get; init; } = PathMap<ReadGroup>.Empty;

    /// <summary>Those of the groups of which there is something to be told.</summary>
    public PathMap<ReadGroup> Telling { get; init; } = PathMap<ReadGroup>.Empty;

    public Dictionary<string, ReadDocument<Profile>> Profiles { get; init; } = new(StringComparer.Ordinal);

    public Dictionary<ConfigKey, ReadDocument<ConfigFile>> Configs { get; init; } = [];

    /// <summary>Clean paths outside of the layout's parts that profiles name.</summary>
    public HashSet<string> Elsewhere { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Paths among groups and profiles at which something else was looked for: a config, or a profile by a name that climbs.</summary>
    public HashSet<string> NamedOtherwise { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Files among groups and profiles that are not read and may have been meant to be.</summary>
    public ImmutableArray<string> Unread { get; init; } = [];

    /// <summary>What is to be told of the folder.</summary>
    public Found OfFolder { get; init; } = Found.Nothing;

    /// <summary>What is to be told of profiles and configs.</summary>
    public Found OfProfiles { get; init; } = Found.Nothing;

    /// <summary>Stored documents that a file of the folder stands before.</summary>
    public ImmutableArray<string> Shadowed { get; init; } = [];

    /// <summary>The reading that these parts come to.</summary>
    public CatalogReading With(Catalog catalog)
    {
        var found = new FaultList();
        found.Add(OfFolder.Faults, OfFolder.Notes);
        found.Add([], Unread.Select(path => $"{path} does not end in .json and is not read"));
        foreach (var group in Telling.Values)
        {
            found.Add(group.Read.Faults, group.Read.Notes);
            if (group.NoProfile is { } fault)
            {
                found.Add(fault);
            }
        }
        found.Add(OfProfiles.Faults, OfProfiles.Notes);
        foreach (var group in Telling.Values)
        {
            if (group.Sample is { } sample)
            {
                found.AddSample(sample);
            }
        }
        found.Add([], Shadowed.Select(path => $"{path} is kept in the store too: the declared folder's file stands before it (`matchbox documents remove {path} --stored` removes it)"));
        found.Add([], catalog.Ties.Select(TieText.Of));
        var single = found.Single;
        var (faults, notes) = found.End();
        return new CatalogReading(catalog, faults, notes) { Parts = this, Single = single };
    }
}

/// <summary>A config by its path and by what it is read as.</summary>
internal readonly record struct ConfigKey(string Path, ConfigUse Use);

/// <summary>What a config is read as.</summary>
internal enum ConfigUse
{
    /// <summary>Ignition as it is.</summary>
    Ignition,

    /// <summary>A template of what Butane translates.</summary>
    Butane,

    /// <summary>A text, or a template of one.</summary>
    Text,
}
