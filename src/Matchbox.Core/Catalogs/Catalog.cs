using System.Collections.Immutable;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// All groups, profiles and configs at one moment: an immutable snapshot, swapped whole on a change. Selectors are ordered
/// once (most labels first, then the text <c>k=v,...</c> descending: poseidon/matchbox's rule), so a question costs a walk.
/// </summary>
public sealed class Catalog
{
    public static readonly Catalog Empty = new([], [], []);

    private readonly ImmutableArray<Group> _ordered;
    private readonly ImmutableDictionary<string, Profile> _profiles;
    private readonly ImmutableDictionary<string, ReadOnlyMemory<byte>> _ignition;
    private readonly Dictionary<string, BootOffer> _offers = new(StringComparer.Ordinal);

    /// <param name="groups">Groups in any order.</param>
    /// <param name="profiles">Profiles by the name that groups use.</param>
    /// <param name="ignition">Raw Ignition configs by file name.</param>
    public Catalog(
        IEnumerable<Group> groups,
        IEnumerable<KeyValuePair<string, Profile>> profiles,
        IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> ignition)
    {
        _ordered = [.. groups
            .OrderByDescending(group => group.Selector.Count)
            .ThenByDescending(SelectorText, StringComparer.Ordinal)];
        _profiles = profiles.ToImmutableDictionary(StringComparer.Ordinal);
        _ignition = ignition.ToImmutableDictionary(StringComparer.Ordinal);
        foreach (var (id, profile) in _profiles)
        {
            _offers[id] = BootOffer.Of(profile, Ignition(profile.IgnitionId));
        }
    }

    public ImmutableArray<Group> Groups => _ordered;

    public IReadOnlyDictionary<string, Profile> Profiles => _profiles;

    /// <summary>The first group all of whose selectors equal the labels; null: none.</summary>
    public Group? Select(Labels labels)
    {
        foreach (var group in _ordered)
        {
            var selected = true;
            foreach (var (key, value) in group.Selector)
            {
                if (!string.Equals(labels[key], value, StringComparison.Ordinal))
                {
                    selected = false;
                    break;
                }
            }
            if (selected)
            {
                return group;
            }
        }
        return null;
    }

    /// <summary>What the group's machines boot; null when its profile is not there.</summary>
    public BootOffer? OfferOf(Group group) => _offers.GetValueOrDefault(group.Profile);

    /// <summary>The raw config of that name; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Ignition(string name) =>
        name.Length > 0 && _ignition.TryGetValue(name, out var config) ? config : null;

    private static string SelectorText(Group group) => string.Join(',', group.Selector.Select(pair => $"{pair.Key}={pair.Value}"));
}

/// <summary>Gives the snapshot in use.</summary>
public interface ICatalogSource
{
    Catalog Current { get; }
}
