using System.Collections.Immutable;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Dhcp.V4.Responding;

/// <summary>What we know of a client beside what it says.</summary>
/// <param name="Known">In the inventory, or matched by a group with a selector.</param>
/// <param name="Name">The name an operator gave it; empty without.</param>
/// <param name="Group">Options of its group.</param>
/// <param name="Own">Options of this machine alone.</param>
internal readonly record struct ClientFacts(
    bool Known, string Name, ImmutableArray<ConfiguredOption> Group, ImmutableArray<ConfiguredOption> Own)
{
    public static readonly ClientFacts None = new(false, "", [], []);
}

/// <summary>Looks clients up in the inventory, the groups and the settings. Thread-safe; reads snapshots.</summary>
internal sealed class ClientDirectory(MachineRegistry machines, ICatalogSource catalogs, MachinePolicies policies)
{
    // Most catalogs select by few labels; one without selectors needs no look at the labels at all.
    private volatile CatalogFacts _facts = new(Catalog.Empty);

    public ClientFacts Of(in BootClient client)
    {
        var machine = machines.Recognise(new MachineClaims(client.Mac.IsEmpty ? null : client.Mac, client.Uuid)).Machine;
        var declared = policies.Of(client.Mac);
        var group = GroupOf(client, machine, declared?.Address ?? default);
        return new ClientFacts(
            machine is { InInventory: true } || group is { IsDefault: false },
            machine is { Name.Length: > 0 } ? machine.Name : declared?.Name ?? "",
            group?.Options ?? [],
            declared?.Options ?? []);
    }

    /// <summary>A quick answer for the queue, by MAC alone.</summary>
    public bool IsKnown(HardwareAddress mac) => machines.ByMac(mac) is { InInventory: true } || Facts().Macs.Contains(mac.ToString());

    // Before a lease, a machine's address is only known where one is reserved.
    private Group? GroupOf(in BootClient client, Machine? machine, IPv4Address address)
    {
        var facts = Facts();
        if (!facts.HasSelectors)
        {
            return facts.Default;
        }
        var labels = new Labels { { "mac", client.Mac.ToString() } };
        if (client.Uuid is { } uuid)
        {
            labels.Add("uuid", uuid.ToString());
        }
        if (client.Kind != DhcpClientKind.Ordinary && LoaderPolicy.LabelOf((ushort)client.Architecture) is { Length: > 0 } arch)
        {
            labels.Add("arch", arch);
        }
        foreach (var (key, value) in machine?.Labels ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            labels.Add(key, value);
        }
        return facts.Catalog.Select(labels, address);
    }

    private CatalogFacts Facts()
    {
        var catalog = catalogs.Current;
        var facts = _facts;
        return ReferenceEquals(facts.Catalog, catalog) ? facts : _facts = new CatalogFacts(catalog);
    }

    private sealed class CatalogFacts(Catalog catalog)
    {
        public Catalog Catalog { get; } = catalog;

        public bool HasSelectors { get; } = catalog.Groups.Any(group => !group.IsDefault);

        public Group? Default { get; } = catalog.Groups.FirstOrDefault(group => group.IsDefault);

        public HashSet<string> Macs { get; } =
            [.. catalog.Groups.SelectMany(group => MacsOf(group)).Where(mac => mac.Length > 0)];

        private static IEnumerable<string> MacsOf(Group group) =>
        [
            group.Selector.GetValueOrDefault("mac", ""),
            .. group.Match.TryGetValue("mac", out var condition) ? condition.Values.Select(value => value.Value) : [],
        ];
    }
}
