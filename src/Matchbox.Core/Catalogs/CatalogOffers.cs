using System.Collections.Immutable;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// What each profile, and each group whose profile has a template, boots. Of a snapshot like the one before, nearly all offers are
/// those of before: hashing what ten thousand groups boot takes longer than a change may. Immutable.
/// </summary>
internal sealed class CatalogOffers
{
    private const int MostDiffering = 256;

    private readonly Dictionary<string, Made> _byProfile;

    // Shared by snapshots, and what differs from it in this one (null: it is gone): a copy of the latter is all that a change costs.
    private readonly Dictionary<Group, Made> _byGroup;
    private readonly Dictionary<Group, Made?> _differing;

    /// <param name="names">Profiles and configs.</param>
    /// <param name="groups">The groups in use.</param>
    /// <param name="previous">The offers before.</param>
    public CatalogOffers(CatalogNames names, IReadOnlyCollection<CatalogGroup> groups, CatalogOffers? previous)
    {
        var fresh = new List<BootOffer>();
        _byProfile = new Dictionary<string, Made>(StringComparer.Ordinal);
        foreach (var (id, profile) in names.Profiles)
        {
            var (ignition, generic, cloud) = names.ConfigsOf(profile);
            _byProfile[id] = TakenOrMade(previous?._byProfile.GetValueOrDefault(id), new Inputs(profile, ignition, generic, cloud, names.Faults.GetValueOrDefault(id), null), null, fresh);
        }
        // A profile that could not be read at all still tells the machine why.
        foreach (var (id, fault) in names.Faults)
        {
            if (!_byProfile.ContainsKey(id))
            {
                _byProfile[id] = TakenOrMade(null, new Inputs(new Profile { Id = id }, null, null, null, fault, null), null, fresh);
            }
        }
        _byGroup = new Dictionary<Group, Made>(previous?._byGroup.Count ?? 0);
        _differing = [];
        foreach (var (group, made) in OfGroups(groups, previous, fresh))
        {
            _byGroup[group] = made;
        }
        NewlyTakenOff = [.. fresh.Where(offer => offer.Mark.TakenOff)];
    }

    private CatalogOffers(CatalogOffers before, IEnumerable<Group> removed, IEnumerable<CatalogGroup> added)
    {
        var fresh = new List<BootOffer>();
        _byProfile = before._byProfile;
        _byGroup = before._byGroup;
        _differing = new Dictionary<Group, Made?>(before._differing);
        foreach (var group in removed)
        {
            _differing[group] = null;
        }
        foreach (var (group, made) in OfGroups(added, before, fresh))
        {
            _differing[group] = made;
        }
        if (_differing.Count > MostDiffering)
        {
            _byGroup = new Dictionary<Group, Made>(ByGroup);
            _differing = [];
        }
        NewlyTakenOff = [.. fresh.Where(offer => offer.Mark.TakenOff)];
    }

    public IEnumerable<BootOffer> All => _byProfile.Values.Concat(ByGroup.Select(pair => pair.Value)).Select(made => made.Offer);

    /// <summary>Those not taken over from the offers before whose installer's mark was taken off.</summary>
    public ImmutableArray<BootOffer> NewlyTakenOff { get; }

    public BootOffer? Of(Group group) => (MadeOf(group) ?? _byProfile.GetValueOrDefault(group.Profile))?.Offer;

    /// <summary>The offers of other groups of the same profiles.</summary>
    public CatalogOffers With(IEnumerable<Group> removed, IEnumerable<CatalogGroup> added) => new(this, removed, added);

    private IEnumerable<KeyValuePair<Group, Made>> ByGroup =>
        _byGroup.Where(pair => !_differing.ContainsKey(pair.Key)).Concat(_differing.Where(pair => pair.Value is not null)!);

    private Made? MadeOf(Group group) => _differing.Count > 0 && _differing.TryGetValue(group, out var made) ? made : _byGroup.GetValueOrDefault(group);

    // A template is another config for each group.
    private IEnumerable<KeyValuePair<Group, Made>> OfGroups(IEnumerable<CatalogGroup> groups, CatalogOffers? before, List<BootOffer> fresh)
    {
        foreach (var (group, sample, kept) in groups)
        {
            if (kept is not null)
            {
                yield return KeyValuePair.Create(group, new Made(new Inputs(kept.Profile, kept.Config, kept.Generic, kept.Cloud, null, null), kept));
            }
            else if (_byProfile.TryGetValue(group.Profile, out var made) && made.From is { IsTemplate: true } shared)
            {
                yield return KeyValuePair.Create(group, TakenOrMade(before?.MadeOf(group), shared with { Sample = sample }, group, fresh));
            }
        }
    }

    private static Made TakenOrMade(Made? before, Inputs from, Group? group, List<BootOffer> fresh)
    {
        if (before is not null && before.From.IsSame(from))
        {
            return before;
        }
        var offer = group is null
            ? BootOffer.Of(from.Profile, from.Config, from.Generic, from.Fault, cloud: from.Cloud)
            : BootOffer.Of(from.Profile, from.Config, from.Generic, from.Fault ?? from.Sample?.Failure, group, from.Sample, from.Cloud);
        fresh.Add(offer);
        return new Made(from, offer);
    }

    private sealed record Made(Inputs From, BootOffer Offer);

    private sealed record Inputs(Profile Profile, ConfigFile? Config, ConfigFile? Generic, ConfigFile? Cloud, string? Fault, RenderedConfig? Sample)
    {
        public bool IsTemplate => (Config?.Template ?? Generic?.Template ?? Cloud?.Template) is not null;

        public bool IsSame(Inputs other) =>
            ReferenceEquals(Profile, other.Profile) && ReferenceEquals(Config, other.Config) && ReferenceEquals(Generic, other.Generic)
            && ReferenceEquals(Cloud, other.Cloud) && Fault == other.Fault && ReferenceEquals(Sample, other.Sample);
    }
}
