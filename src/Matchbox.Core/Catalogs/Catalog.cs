using System.Collections.Immutable;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Protocols;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// All groups, profiles and configs at one moment: an immutable snapshot, swapped whole on a change. Groups are ordered as
/// poseidon/matchbox does (most selectors first, then the text <c>k=v,...</c> descending), after their priorities, which it does not know.
/// </summary>
public sealed class Catalog
{
    public static readonly Catalog Empty = new([], [], []);

    private readonly GroupIndex _index;
    private readonly Lazy<GroupIndex> _exactIndex;             // few ever ask for it
    private readonly CatalogOffers _offers;

    /// <param name="groups">Groups in the order of their files' names: of those that tie, the first is used.</param>
    /// <param name="profiles">Profiles by the name that groups use.</param>
    /// <param name="ignition">Ignition configs, or what becomes one, by the name that profiles use.</param>
    /// <param name="generic">Generic files by the name that profiles use.</param>
    /// <param name="faults">Why a profile cannot boot although, or because, its files say otherwise, by the profile's name.</param>
    /// <param name="strict">Select as poseidon/matchbox does: a UUID equals only its own text.</param>
    /// <param name="previous">The snapshot before: what both share is not worked out anew.</param>
    /// <param name="cloud">Cloud configs by the name that profiles use.</param>
    public Catalog(
        IEnumerable<Group> groups,
        IEnumerable<KeyValuePair<string, Profile>> profiles,
        IEnumerable<KeyValuePair<string, ConfigFile>> ignition,
        IEnumerable<KeyValuePair<string, ConfigFile>>? generic = null,
        IReadOnlyDictionary<string, string>? faults = null,
        bool strict = false,
        Catalog? previous = null,
        IEnumerable<KeyValuePair<string, ConfigFile>>? cloud = null)
        : this(
            [.. groups.Select(group => new CatalogGroup(group))],
            new CatalogNames
            {
                Profiles = new Dictionary<string, Profile>(profiles, StringComparer.Ordinal),
                Ignition = new Dictionary<string, ConfigFile>(ignition, StringComparer.Ordinal),
                Generic = new Dictionary<string, ConfigFile>(generic ?? [], StringComparer.Ordinal),
                Cloud = new Dictionary<string, ConfigFile>(cloud ?? [], StringComparer.Ordinal),
                Faults = new Dictionary<string, string>(faults ?? ImmutableDictionary<string, string>.Empty, StringComparer.Ordinal),
            },
            strict,
            previous)
    {
    }

    /// <param name="groups">Groups in the order of their files' names: of those that tie, the first is used.</param>
    /// <param name="names">Profiles and configs.</param>
    /// <param name="strict">Select as poseidon/matchbox does.</param>
    /// <param name="previous">The snapshot before: what both share is not worked out anew.</param>
    /// <param name="few">What became of the groups since, where that is little and there is a snapshot before, as strict as this; null: it is not known.</param>
    internal Catalog(
        IReadOnlyCollection<CatalogGroup> groups, CatalogNames names, bool strict, Catalog? previous, (IReadOnlyCollection<Group> Removed, IReadOnlyCollection<Group> Added)? few = null)
    {
        IsStrict = strict;
        Names = names;
        _index = few is { } changed ? previous!._index.With(changed.Removed, changed.Added) : new GroupIndex(groups.Select(group => group.Group), strict);
        _exactIndex = ExactOf(_index, strict);
        _offers = new CatalogOffers(names, groups, previous?._offers);
    }

    private Catalog(Catalog before, IReadOnlyCollection<Group> removed, IReadOnlyCollection<CatalogGroup> added)
    {
        IsStrict = before.IsStrict;
        Names = before.Names;
        Group[] coming = [.. added.Select(group => group.Group)];
        _index = before._index.With(removed, coming);
        _exactIndex = before is { IsStrict: false, _exactIndex.IsValueCreated: true }
            ? new Lazy<GroupIndex>(before._exactIndex.Value.With(removed, coming))
            : ExactOf(_index, IsStrict);
        _offers = before._offers.With(removed, added);
    }

    /// <summary>Profiles and configs.</summary>
    internal CatalogNames Names { get; }

    /// <summary>It selects exactly as poseidon/matchbox does.</summary>
    public bool IsStrict { get; }

    /// <summary>All groups, in the order in which they are asked.</summary>
    public ImmutableArray<Group> Groups => _index.Ordered;

    public IReadOnlyDictionary<string, Profile> Profiles => Names.Profiles;

    public IEnumerable<BootOffer> Offers => _offers.All;

    /// <summary>Offers that look like an installer's and say that they are none, those that the snapshot before did not have.</summary>
    internal ImmutableArray<BootOffer> NewlyTakenOff => _offers.NewlyTakenOff;

    /// <summary>
    /// The first group all of whose selectors and conditions hold; null: none. A UUID equals another in either byte order and any
    /// spelling beside the exact text.
    /// </summary>
    /// <param name="labels">What the machine says of itself.</param>
    /// <param name="source">The address that it asks from; 0.0.0.0: it has none, or nobody knows it.</param>
    public Group? Select(Labels labels, IPv4Address source = default) => _index.Select(labels, source);

    /// <summary>
    /// The first group that selects labels as they stand there (poseidon/matchbox's gRPC): a UUID equals its own text alone, and where
    /// there are no labels at all nothing equals the empty text.
    /// </summary>
    public Group? SelectAsSent(Labels labels)
    {
        if (labels.Any())
        {
            return _exactIndex.Value.Select(labels, default);
        }
        return Groups.FirstOrDefault(group => group.Selector.IsEmpty && group.Rules.Hold(new LabelSet(labels, default, true)));
    }

    /// <summary>Which group is selected and why no other is; asks all of them.</summary>
    /// <param name="labels">What the machine says of itself.</param>
    /// <param name="source">The address that it asks from; 0.0.0.0: it has none, or nobody knows it.</param>
    /// <param name="most">How many of the others are told one by one.</param>
    public Explanation Explain(Labels labels, IPv4Address source = default, int most = 20) => GroupExplainer.Explain(this, labels, source, most);

    /// <summary>Groups that select the same machines and stand at the same place in the order: only the first of each is used.</summary>
    public ImmutableArray<ImmutableArray<Group>> Ties => _index.Ties();

    /// <summary>The groups that tie with one of this catalog, in the order of their files; empty: none does.</summary>
    public ImmutableArray<Group> TiesWith(Group group) => _index.TiesWith(group);

    /// <summary>Is there a group whose machines' configs are protected.</summary>
    public bool HasProtected => Groups.Any(group => Protection.Of(group, OfferOf(group)?.Profile) is not null);

    /// <summary>What the group's machines boot; null when its profile is not there.</summary>
    public BootOffer? OfferOf(Group group) => _offers.Of(group);

    /// <summary>The config of that name; null when there is none.</summary>
    public ConfigFile? Ignition(string name) => name.Length > 0 ? Names.Ignition.GetValueOrDefault(name) : null;

    /// <summary>The generic file of that name; null when there is none.</summary>
    public ConfigFile? Generic(string name) => name.Length > 0 ? Names.Generic.GetValueOrDefault(name) : null;

    /// <summary>The cloud config of that name; null when there is none.</summary>
    public ConfigFile? Cloud(string name) => name.Length > 0 ? Names.Cloud.GetValueOrDefault(name) : null;

    /// <summary>This catalog without some of its groups and with some others, all else as it is.</summary>
    /// <param name="removed">Groups of this catalog.</param>
    /// <param name="added">Groups that come, or that boot something else than before; among those that tie, their paths decide.</param>
    internal Catalog With(IReadOnlyCollection<Group> removed, IReadOnlyCollection<CatalogGroup> added) => new(this, removed, added);

    private static Lazy<GroupIndex> ExactOf(GroupIndex index, bool strict) => new(() => strict ? index : new GroupIndex(index.Ordered, exact: true));
}

/// <summary>Gives the snapshot in use.</summary>
public interface ICatalogSource
{
    Catalog Current { get; }
}
