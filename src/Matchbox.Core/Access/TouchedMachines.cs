using System.Collections.Immutable;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Access;

/// <summary>
/// Which machines a change of the catalog reaches. Errs on the side of more: a machine counts when a group that changed, or whose
/// profile or config did, could select it, also where today another group comes first.
/// </summary>
public static class TouchedMachines
{
    // What a loader says by itself, beside the identifiers: a machine may send any value of these.
    private static readonly ImmutableHashSet<string> Claims = ["hostname", "domain", "arch", "buildarch", "platform", "product", "manufacturer", "asset", "nonce"];

    /// <summary>Compares two snapshots. Pure.</summary>
    public static CatalogTouch Of(Catalog before, Catalog after, IEnumerable<Machine> machines) =>
        Of(ChangedGroups(before, after), UnusedChanged(before, after), machines);

    /// <summary>
    /// Compares two readings, between which the documents of these paths were written or removed. A document counts with all that it
    /// reaches, also where its last good version stays in use and so nothing seems to change. Pure.
    /// </summary>
    public static CatalogTouch Of(CatalogReading before, CatalogReading after, IReadOnlyCollection<string> paths, IEnumerable<Machine> machines)
    {
        var (was, becomes) = (DocumentReach.Of(before, paths), DocumentReach.Of(after, paths));
        var changed = new HashSet<Group>(ChangedGroups(before.Catalog, after.Catalog));
        changed.UnionWith(was.Groups);
        changed.UnionWith(becomes.Groups);
        return Of([.. changed], unused: false, machines) with
        {
            Unread = [.. was.Unread.Union(becomes.Unread).Order(StringComparer.Ordinal)],
            UnusedPaths = [.. paths.Where(path => !was.Used.Contains(path) && !becomes.Used.Contains(path)).Order(StringComparer.Ordinal)],
        };
    }

    private static CatalogTouch Of(List<Group> changed, bool unused, IEnumerable<Machine> machines)
    {
        var touched = ImmutableArray.CreateBuilder<Machine>();
        var toCome = ImmutableArray.CreateBuilder<Group>();
        var pinned = new HashSet<Group>();
        var asked = changed.ConvertAll(group => (group, LabelsOf(group)));
        foreach (var machine in machines)
        {
            var reached = false;
            foreach (var (group, labels) in asked)
            {
                if (IsPinnedTo(group, machine))
                {
                    // Whatever else it asks: the machine's labels may become what it asks.
                    _ = pinned.Add(group);
                    reached = true;
                }
                else
                {
                    reached |= CouldSelect(labels, machine);
                }
            }
            if (reached)
            {
                touched.Add(machine);
            }
        }
        toCome.AddRange(changed.Where(group => !pinned.Contains(group)));
        return new CatalogTouch(touched.ToImmutable(), toCome.ToImmutable(), unused);
    }

    /// <summary>The labels that every machine of the group has, by its selector and by conditions that leave one value.</summary>
    internal static ImmutableSortedDictionary<string, string> LabelsOf(Group group)
    {
        var labels = group.Selector.ToBuilder();
        foreach (var (label, condition) in group.Match)
        {
            // Under this name conditions mean the address that a machine asks from, which is no label.
            if (label != LabelName.Source && condition.Values is [var only])
            {
                _ = labels.TryAdd(label, only.Value);
            }
        }
        return labels.ToImmutable();
    }

    private static List<Group> ChangedGroups(Catalog before, Catalog after)
    {
        var old = before.Groups.ToLookup(group => group.Id, StringComparer.Ordinal);
        var now = after.Groups.ToLookup(group => group.Id, StringComparer.Ordinal);
        var changed = new List<Group>();
        foreach (var group in before.Groups)
        {
            if (!now[group.Id].Any(other => AreAlike(before, group, after, other)))
            {
                changed.Add(group);
            }
        }
        foreach (var group in after.Groups)
        {
            if (!old[group.Id].Any(other => AreAlike(before, other, after, group)))
            {
                changed.Add(group);
            }
        }
        return changed;
    }

    private static bool AreAlike(Catalog before, Group old, Catalog after, Group now) =>
        (ReferenceEquals(old, now)
            || (old.Profile == now.Profile && old.Metadata == now.Metadata && old.Name == now.Name && old.Priority == now.Priority && old.Protection == now.Protection
                && old.Selector.SequenceEqual(now.Selector) && old.Options.SequenceEqual(now.Options)
                && old.Match.Select(TextOf).SequenceEqual(now.Match.Select(TextOf), StringComparer.Ordinal)))
        && AreAlike(before.OfferOf(old), after.OfferOf(now))
        && AreAlike(CloudOf(before, old), CloudOf(after, now));

    private static string TextOf(KeyValuePair<string, LabelCondition> condition) => $"{condition.Key}{condition.Value.Identity}";

    private static ConfigFile? CloudOf(Catalog catalog, Group group) => catalog.Cloud(catalog.Profiles.GetValueOrDefault(group.Profile)?.CloudId ?? "");

    private static bool AreAlike(ConfigFile? old, ConfigFile? now) =>
        ReferenceEquals(old, now) || (old is not null && now is not null && old.Source.Span.SequenceEqual(now.Source.Span));

    private static bool AreAlike(BootOffer? old, BootOffer? now) =>
        ReferenceEquals(old, now)
        || (old is not null && now is not null && old.Digest == now.Digest && old.Fault == now.Fault && old.Installs == now.Installs
            && AreAlike(old.Profile, now.Profile));

    private static bool AreAlike(Profile old, Profile now) =>
        old.Id == now.Id && old.Name == now.Name && old.IgnitionId == now.IgnitionId && old.CloudId == now.CloudId && old.GenericId == now.GenericId
        && old.Install == now.Install && old.Protection == now.Protection;

    /// <summary>Profiles that no group names, before or after, and that are not what they were.</summary>
    private static bool UnusedChanged(Catalog before, Catalog after)
    {
        var used = before.Groups.Concat(after.Groups).Select(group => group.Profile).ToHashSet(StringComparer.Ordinal);
        return before.Profiles.Keys.Union(after.Profiles.Keys, StringComparer.Ordinal).Where(id => !used.Contains(id)).Any(id =>
            before.Profiles.GetValueOrDefault(id) is not { } old || after.Profiles.GetValueOrDefault(id) is not { } now
            || !AreAlike(old, now) || !AreAlike(old.Boot, now.Boot));
    }

    private static bool AreAlike(NetBoot? old, NetBoot? now) =>
        old is null ? now is null : now is not null && old.Kernel == now.Kernel && old.Initrd.SequenceEqual(now.Initrd) && old.Args.SequenceEqual(now.Args);

    /// <summary>The group could select the machine, whatever comes before it.</summary>
    internal static bool Reaches(Group group, ImmutableSortedDictionary<string, string> labels, Machine machine) =>
        CouldSelect(labels, machine) || IsPinnedTo(group, machine);

    // Other conditions of a group only narrow it: to leave them out errs on the side of more.
    private static bool CouldSelect(ImmutableSortedDictionary<string, string> labels, Machine machine)
    {
        foreach (var (key, value) in labels)
        {
            var could = key switch
            {
                // Another network card, or a board whose identifiers were never seen, may come with any.
                "mac" => machine.Macs.IsEmpty || machine.Macs.Any(mac => mac.ToString() == value),
                "uuid" => machine.Uuid is null || (MachineUuid.TryParse(value, out var uuid) && uuid == machine.Uuid),
                "serial" => machine.Serial is null || machine.Serial == value,
                _ => machine.Labels.TryGetValue(key, out var label) ? label == value : Claims.Contains(key),
            };
            if (!could)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The group's selector names this machine by something that no other has.</summary>
    internal static bool IsPinnedTo(Group group, Machine machine) =>
        (group.Selector.TryGetValue("mac", out var mac) && machine.Macs.Any(own => own.ToString() == mac))
        || (group.Selector.TryGetValue("uuid", out var text) && machine.Uuid is { IsIdentity: true } own && MachineUuid.TryParse(text, out var uuid) && uuid == own);
}
