using System.Text.Json;
using Matchbox.Appliance.Tests.Running;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Tests.Durability;

/// <summary>These tests load the machine: one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class Durable
{
    public const string Name = "durability";
}

/// <summary>An appliance on a network of its own, with clients and what they were promised.</summary>
internal sealed class DurabilityFixture : IAsyncDisposable
{
    private readonly RackNetwork _network;

    private DurabilityFixture(RackNetwork network, int population, int padding)
    {
        _network = network;
        Appliance = new RunningAppliance(network.ServerSpace);
        Clients = new RelayedClients(network.OpenRelaySocket(), Book) { Padding = padding };
        Load = new LeaseLoad(Clients, Book, population);
        Appliance.Configure($$"""
            tftp: { enabled: false }
            dhcp: { subnets: [ { network: 10.77.0.0/16, interface: {{RackNetwork.Interface}}, mode: authoritative, force: true, pools: [10.77.1.0-10.77.250.255], lease-time: 6h } ] }
            """);
    }

    public string ServerSpace => _network.ServerSpace;

    public RunningAppliance Appliance { get; }

    public LeaseBook Book { get; } = new();

    public RelayedClients Clients { get; }

    public LeaseLoad Load { get; }

    public static async Task<DurabilityFixture> CreateAsync(int population, int padding = 0) =>
        new(await RackNetwork.CreateAsync(), population, padding);

    /// <summary>The program's own list says the same as the clients: nobody without his lease, no address with another owner.</summary>
    public async Task<int> AssertListedAsync()
    {
        var list = await Appliance.CommandAsync("leases", "list", "--json");
        Assert.Equal((0, ""), (list.Code, list.Error));
        var rows = JsonSerializer.Deserialize(list.Output, RestJson.Default.LeaseList)!.Leases.ToDictionary(row => row.Address);
        var missing = Book.Held.Where(lease => rows.GetValueOrDefault(lease.Value.ToString()) is not { State: "bound" } row || row.Mac != lease.Key.ToString());
        Assert.Empty(missing.Take(10));
        return rows.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await Clients.DisposeAsync();
        await Appliance.DisposeAsync();
        await _network.DisposeAsync();
    }
}
