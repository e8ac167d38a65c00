namespace Matchbox.Core.Catalogs;

/// <summary>
/// What each profile, and each group whose profile has a template, boots. Of a snapshot like the one before, nearly all offers are
/// those of before: hashing what ten thousand groups boot takes longer than a change may.
/// </summary>
internal sealed class CatalogOffers
{
    private readonly Dictionary<string, Made> _byProfile = new(StringComparer.Ordinal);
    private readonly Dictionary<Group, Made> _byGroup = [];

    public CatalogOffers(
        Catalog catalog, IReadOnlyDictionary<string, string>? faults, IReadOnlyDictionary<Group, RenderedConfig>? samples,
        IReadOnlyDictionary<Group, BootOffer>? kept, CatalogOffers? previous)
    {
        foreach (var (id, profile) in catalog.Profiles)
        {
            var from = new Inputs(
                profile, catalog.Ignition(profile.IgnitionId), catalog.Generic(profile.GenericId), catalog.Cloud(profile.CloudId), faults?.GetValueOrDefault(id), null);
            _byProfile[id] = previous?._byProfile.GetValueOrDefault(id) is { } before && before.From.IsSame(from) ? before : Make(from);
        }
        // A profile that could not be read at all still tells the machine why.
        foreach (var (id, fault) in faults ?? System.Collections.Immutable.ImmutableDictionary<string, string>.Empty)
        {
            if (!_byProfile.ContainsKey(id))
            {
                _byProfile[id] = Make(new Inputs(new Profile { Id = id }, null, null, null, fault, null));
            }
        }
        // A template is another config for each group.
        foreach (var group in catalog.Groups)
        {
            if (kept is not null && kept.TryGetValue(group, out var good))
            {
                _byGroup[group] = new Made(new Inputs(good.Profile, good.Config, good.Generic, good.Cloud, null, null), good);
            }
            else if (_byProfile.TryGetValue(group.Profile, out var made) && made.From is { IsTemplate: true } shared)
            {
                var from = shared with { Sample = samples?.GetValueOrDefault(group) };
                _byGroup[group] = previous?._byGroup.GetValueOrDefault(group) is { } before && before.From.IsSame(from) ? before : Make(from, group);
            }
        }
    }

    public IEnumerable<BootOffer> All => _byProfile.Values.Concat(_byGroup.Values).Select(made => made.Offer);

    public BootOffer? Of(Group group) =>
        (_byGroup.TryGetValue(group, out var made) || _byProfile.TryGetValue(group.Profile, out made)) ? made.Offer : null;

    private static Made Make(Inputs from, Group? group = null) => new(from, group is null
        ? BootOffer.Of(from.Profile, from.Config, from.Generic, from.Fault, cloud: from.Cloud)
        : BootOffer.Of(from.Profile, from.Config, from.Generic, from.Fault ?? from.Sample?.Failure, group, from.Sample, from.Cloud));

    private sealed record Made(Inputs From, BootOffer Offer);

    private sealed record Inputs(Profile Profile, ConfigFile? Config, ConfigFile? Generic, ConfigFile? Cloud, string? Fault, RenderedConfig? Sample)
    {
        public bool IsTemplate => (Config?.Template ?? Generic?.Template ?? Cloud?.Template) is not null;

        public bool IsSame(Inputs other) =>
            ReferenceEquals(Profile, other.Profile) && ReferenceEquals(Config, other.Config) && ReferenceEquals(Generic, other.Generic)
            && ReferenceEquals(Cloud, other.Cloud) && Fault == other.Fault && ReferenceEquals(Sample, other.Sample);
    }
}
