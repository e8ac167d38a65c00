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
    public static CatalogTouch Of(Catalog before, Catalog after, IEnumerable<Machine> machines)
    {
        var changed = ChangedGroups(before, after);
        var touched = ImmutableArray.CreateBuilder<Machine>();
        var toCome = ImmutableArray.CreateBuilder<ImmutableSortedDictionary<string, string>>();
        var all = machines as ICollection<Machine> ?? [.. machines];
        foreach (var machine in all)
        {
            if (changed.Exists(group => CouldSelect(group, machine)))
            {
                touched.Add(machine);
            }
        }
        foreach (var group in changed)
        {
            if (!all.Any(machine => IsPinnedTo(group, machine)))
            {
                toCome.Add(group.Selector);
            }
        }
        return new CatalogTouch(touched.ToImmutable(), toCome.ToImmutable(), UnusedChanged(before, after));
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

    // Further conditions of a group only narrow it: to leave them out errs on the side of more.
    private static bool CouldSelect(Group group, Machine machine)
    {
        foreach (var (key, value) in group.Selector)
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
    private static bool IsPinnedTo(Group group, Machine machine) =>
        (group.Selector.TryGetValue("mac", out var mac) && machine.Macs.Any(own => own.ToString() == mac))
        || (group.Selector.TryGetValue("uuid", out var text) && machine.Uuid is { IsIdentity: true } own && MachineUuid.TryParse(text, out var uuid) && uuid == own);
}
