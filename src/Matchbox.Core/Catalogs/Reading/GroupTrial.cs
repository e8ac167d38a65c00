using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Core.Catalogs.Reading;

/// <summary>Reads groups, and tries what they boot. What did not change since the reading before is taken over. Pure.</summary>
internal sealed class GroupTrial(CatalogReading before, ConfigSamples samples)
{
    /// <summary>Reads the document alone.</summary>
    public static ReadDocument<Group> Read(DocumentEntry entry, ReadGroup? old) =>
        old is not null && old.Read.IsOf(entry) ? old.Read : DocumentReader.Group(entry, old?.InUse);

    /// <summary>
    /// Tries what the group boots: the group to use is this one, or the last good one when its templates fail and that one's did not.
    /// </summary>
    /// <param name="path">The path of its document.</param>
    /// <param name="read">What that says.</param>
    /// <param name="old">The same document in the reading before; null: it was not there.</param>
    /// <param name="names">Profiles and configs as they are now.</param>
    public ReadGroup Try(string path, ReadDocument<Group> read, ReadGroup? old, CatalogNames names)
    {
        var now = new ReadGroup(read) { InUse = read.Good };
        if (read.Good is not { } group)
        {
            return Same(now, old);
        }
        if (!names.Profiles.TryGetValue(group.Profile, out var profile))
        {
            return Same(group.Profile.Length == 0 || names.Faults.ContainsKey(group.Profile) ? now : now with { NoProfile = NoProfile(path, read, group) }, old);
        }
        var (ignition, generic, cloud) = names.ConfigsOf(profile);
        if ((ignition?.Template ?? generic?.Template ?? cloud?.Template) is null)
        {
            return Same(now, old);
        }
        var sample = old?.Sample is { } known && known.IsOf(group, profile, ignition, generic, cloud)
            ? known
            : samples.Render(group, profile, ignition, generic, cloud);
        now = now with { Sample = sample };
        return Same(!sample.Faults.IsEmpty && LastGood(old) is { } kept ? now with { InUse = old!.InUse, Kept = kept } : now, old);
    }

    private static CatalogFault NoProfile(string path, ReadDocument<Group> read, Group group) => read.FaultAt("profile", path,
        $"group {group.Id} names profile \"{group.Profile}\", and profiles/{group.Profile}.json is not there", "make it, or name another");

    // What a group booted in the reading before, when that came out well.
    private BootOffer? LastGood(ReadGroup? old)
    {
        // The sample of a reading is that of its newest documents, which are not in use where older ones were kept.
        var wasWell = old is not null && (old.Kept is not null || old.Sample is null or { Faults.IsEmpty: true });
        return wasWell && old!.InUse is { } group && before.Catalog.OfferOf(group) is { Fault: null } offer ? offer : null;
    }

    // The same object, where it says the same: it is what two readings share.
    private static ReadGroup Same(ReadGroup now, ReadGroup? old) =>
        old is not null && ReferenceEquals(old.Read, now.Read) && ReferenceEquals(old.InUse, now.InUse)
        && old.NoProfile == now.NoProfile && ReferenceEquals(old.Sample, now.Sample) && ReferenceEquals(old.Kept, now.Kept) ? old : now;
}
