using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Core.Catalogs.Reading;

/// <summary>What a reading leaves to the next one. Not changed after it.</summary>
/// <param name="groups">How many groups there will be about: room for them is made at once.</param>
internal sealed class ReadingParts(int groups)
{
    /// <summary>Group documents by path.</summary>
    public Dictionary<string, ReadDocument<Group>> Groups { get; } = new(groups, StringComparer.Ordinal);

    /// <summary>The group in use by the path of its document: the newest, or the last good one.</summary>
    public Dictionary<string, Group> InUse { get; } = new(groups, StringComparer.Ordinal);

    public Dictionary<string, ReadDocument<Profile>> Profiles { get; } = new(StringComparer.Ordinal);

    public Dictionary<ConfigKey, ReadDocument<ConfigFile>> Configs { get; } = [];

    /// <summary>How the newest documents come out, by the path of the group.</summary>
    public Dictionary<string, GroupSample> Samples { get; } = new(groups, StringComparer.Ordinal);

    /// <summary>Clean paths outside of the layout's parts that profiles name.</summary>
    public HashSet<string> Elsewhere { get; } = new(StringComparer.Ordinal);

    /// <summary>Paths of groups that boot what they last booted well.</summary>
    public HashSet<string> Kept { get; } = new(StringComparer.Ordinal);

    /// <summary>What a group booted in the reading before, when that came out well.</summary>
    public bool TryKeep(CatalogReading before, string path, [NotNullWhen(true)] out Group? group, [NotNullWhen(true)] out BootOffer? offer)
    {
        offer = before.Parts.InUse.TryGetValue(path, out group) ? before.Catalog.OfferOf(group) : null;
        // The sample of a reading is that of its newest documents, which are not in use where older ones were kept.
        var wasWell = before.Parts.Kept.Contains(path) || !before.Parts.Samples.TryGetValue(path, out var sample) || sample.Faults.IsEmpty;
        if (group is null || offer is not { Fault: null } || !wasWell)
        {
            return false;
        }
        Kept.Add(path);
        return true;
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
