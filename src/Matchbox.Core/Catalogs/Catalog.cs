using System.Collections.Immutable;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// All groups, profiles and configs at one moment: an immutable snapshot, swapped whole on a change. Selectors are ordered
/// once (most labels first, then the text <c>k=v,...</c> descending: poseidon/matchbox's rule), so a question costs a walk.
/// </summary>
public sealed class Catalog
{
    public static readonly Catalog Empty = new([], [], []);

    private readonly ImmutableArray<Group> _ordered;
    private readonly ImmutableArray<MachineUuid?> _uuids;
    private readonly ImmutableDictionary<string, Profile> _profiles;
    private readonly ImmutableDictionary<string, ConfigFile> _ignition;
    private readonly ImmutableDictionary<string, ConfigFile> _generic;
    private readonly ImmutableDictionary<string, ConfigFile> _cloud;
    private readonly Dictionary<string, BootOffer> _offers = new(StringComparer.Ordinal);
    private readonly Dictionary<Group, BootOffer> _rendered = new(ReferenceEqualityComparer.Instance);

    /// <param name="groups">Groups in any order.</param>
    /// <param name="profiles">Profiles by the name that groups use.</param>
    /// <param name="ignition">Ignition configs, or what becomes one, by the name that profiles use.</param>
    /// <param name="generic">Generic files by the name that profiles use.</param>
    /// <param name="faults">Why a profile cannot boot although, or because, its files say otherwise, by the profile's name.</param>
    /// <param name="samples">How templates come out for a machine of each group, as far as that can be known.</param>
    /// <param name="strict">Select as poseidon/matchbox does: a UUID equals only its own text.</param>
    /// <param name="cloud">Cloud-configs by the name that profiles use.</param>
    public Catalog(
        IEnumerable<Group> groups,
        IEnumerable<KeyValuePair<string, Profile>> profiles,
        IEnumerable<KeyValuePair<string, ConfigFile>> ignition,
        IEnumerable<KeyValuePair<string, ConfigFile>>? generic = null,
        IReadOnlyDictionary<string, string>? faults = null,
        IReadOnlyDictionary<Group, RenderedConfig>? samples = null,
        bool strict = false,
        IEnumerable<KeyValuePair<string, ConfigFile>>? cloud = null)
    {
        IsStrict = strict;
        _ordered = [.. groups
            .OrderByDescending(group => group.Selector.Count)
            .ThenByDescending(SelectorText, StringComparer.Ordinal)];
        _profiles = profiles.ToImmutableDictionary(StringComparer.Ordinal);
        _ignition = ignition.ToImmutableDictionary(StringComparer.Ordinal);
        _generic = (generic ?? []).ToImmutableDictionary(StringComparer.Ordinal);
        _cloud = (cloud ?? []).ToImmutableDictionary(StringComparer.Ordinal);
        _uuids = [.. _ordered.Select(group => MachineUuid.TryParse(group.Selector.GetValueOrDefault("uuid"), out var uuid) ? uuid : (MachineUuid?)null)];
        foreach (var (id, profile) in _profiles)
        {
            _offers[id] = BootOffer.Of(profile, Ignition(profile.IgnitionId), Generic(profile.GenericId), faults?.GetValueOrDefault(id), cloud: Cloud(profile.CloudId));
        }
        // A profile that could not be read at all still tells the machine why.
        foreach (var (id, fault) in faults ?? ImmutableDictionary<string, string>.Empty)
        {
            _offers.TryAdd(id, BootOffer.Of(new Profile { Id = id }, null, fault: fault));
        }
        // A template is another config for each group.
        foreach (var group in _ordered)
        {
            if (_profiles.TryGetValue(group.Profile, out var profile)
                && (Ignition(profile.IgnitionId), Generic(profile.GenericId), Cloud(profile.CloudId)) is var (config, file, init)
                && (config?.Template ?? file?.Template ?? init?.Template) is not null)
            {
                var sample = samples?.GetValueOrDefault(group);
                _rendered[group] = BootOffer.Of(profile, config, file, faults?.GetValueOrDefault(group.Profile) ?? sample?.Failure, group, sample, init);
            }
        }
    }

    /// <summary>It selects exactly as poseidon/matchbox does.</summary>
    public bool IsStrict { get; }

    public ImmutableArray<Group> Groups => _ordered;

    public IReadOnlyDictionary<string, Profile> Profiles => _profiles;

    public IEnumerable<BootOffer> Offers => _offers.Values.Concat(_rendered.Values);

    /// <summary>
    /// The first group all of whose selectors equal the labels; null: none. A UUID equals another in either byte order and any
    /// spelling beside the exact text.
    /// </summary>
    public Group? Select(Labels labels)
    {
        MachineUuid? claimed = MachineUuid.TryParse(labels["uuid"], out var uuid) ? uuid : null;
        for (var i = 0; i < _ordered.Length; i++)
        {
            var selected = true;
            foreach (var (key, value) in _ordered[i].Selector)
            {
                if (!string.Equals(labels[key], value, StringComparison.Ordinal)
                    && !(!IsStrict && key == "uuid" && claimed is not null && claimed == _uuids[i]))
                {
                    selected = false;
                    break;
                }
            }
            if (selected)
            {
                return _ordered[i];
            }
        }
        return null;
    }

    /// <summary>What the group's machines boot; null when its profile is not there.</summary>
    public BootOffer? OfferOf(Group group) => _rendered.GetValueOrDefault(group) ?? _offers.GetValueOrDefault(group.Profile);

    /// <summary>The config of that name; null when there is none.</summary>
    public ConfigFile? Ignition(string name) => name.Length > 0 ? _ignition.GetValueOrDefault(name) : null;

    /// <summary>The generic file of that name; null when there is none.</summary>
    public ConfigFile? Generic(string name) => name.Length > 0 ? _generic.GetValueOrDefault(name) : null;

    /// <summary>The cloud-config of that name; null when there is none.</summary>
    public ConfigFile? Cloud(string name) => name.Length > 0 ? _cloud.GetValueOrDefault(name) : null;

    private static string SelectorText(Group group) => string.Join(',', group.Selector.Select(pair => $"{pair.Key}={pair.Value}"));
}

/// <summary>Gives the snapshot in use.</summary>
public interface ICatalogSource
{
    Catalog Current { get; }
}
