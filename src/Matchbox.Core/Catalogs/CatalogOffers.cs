using System.Collections.Immutable;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// What each profile, and each group whose profile has a template, boots. Of a snapshot like the one before, nearly all offers are
/// those of before: hashing what ten thousand groups boot takes longer than a change may. Immutable.
/// </summary>
internal sealed class CatalogOffers
{
    private readonly Dictionary<string, Made> _byProfile;
    private readonly ImmutableDictionary<Group, Made> _byGroup;

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
        _byGroup = ImmutableDictionary<Group, Made>.Empty.SetItems(OfGroups(groups, previous, fresh));
        NewlyTakenOff = [.. fresh.Where(offer => offer.Mark.TakenOff)];
    }

    private CatalogOffers(CatalogOffers before, IEnumerable<Group> removed, IEnumerable<CatalogGroup> added)
    {
        var fresh = new List<BootOffer>();
        _byProfile = before._byProfile;
        _byGroup = before._byGroup.RemoveRange(removed).SetItems(OfGroups(added, before, fresh));
        NewlyTakenOff = [.. fresh.Where(offer => offer.Mark.TakenOff)];
    }

    public IEnumerable<BootOffer> All => _byProfile.Values.Concat(_byGroup.Values).Select(made => made.Offer);

    /// <summary>Those not taken over from the offers before whose installer's mark was taken off.</summary>
    public ImmutableArray<BootOffer> NewlyTakenOff { get; }

    public BootOffer? Of(Group group) =>
        (_byGroup.TryGetValue(group, out var made) || _byProfile.TryGetValue(group.Profile, out made)) ? made.Offer : null;

    /// <summary>The offers of other groups of the same profiles.</summary>
    public CatalogOffers With(IEnumerable<Group> removed, IEnumerable<CatalogGroup> added) => new(this, removed, added);

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
                yield return KeyValuePair.Create(group, TakenOrMade(before?._byGroup.GetValueOrDefault(group), shared with { Sample = sample }, group, fresh));
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
