namespace Matchbox.Core.Catalogs;

/// <summary>
/// Profiles and configs by the names by which groups and profiles call them. Filled by who reads them and never changed once a
/// catalog has it, so that snapshots may share one.
/// </summary>
internal sealed class CatalogNames
{
    public Dictionary<string, Profile> Profiles { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Why a profile cannot boot although, or because, its files say otherwise.</summary>
    public Dictionary<string, string> Faults { get; init; } = new(StringComparer.Ordinal);

    public Dictionary<string, ConfigFile> Ignition { get; init; } = new(StringComparer.Ordinal);

    public Dictionary<string, ConfigFile> Generic { get; init; } = new(StringComparer.Ordinal);

    public Dictionary<string, ConfigFile> Cloud { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The configs that a profile names, those that are there.</summary>
    public (ConfigFile? Ignition, ConfigFile? Generic, ConfigFile? Cloud) ConfigsOf(Profile profile) => (
        Ignition.GetValueOrDefault(profile.IgnitionId), Generic.GetValueOrDefault(profile.GenericId), Cloud.GetValueOrDefault(profile.CloudId));
}
