using System.Collections.Immutable;
using System.Security.Cryptography;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Leases;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Dhcp;
using Matchbox.Protocols;
using Matchbox.Storage.Journal;
using Matchbox.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Bench;

/// <summary>The DHCP service with Core's boot services behind it, until it is told to stop. Told by options, else by the BENCH_ variables.</summary>
internal static partial class DhcpService
{
    public static async Task<int> RunAsync(string[] args)
    {
        var name = Value(args, "--interface") ?? Variable("BENCH_IF");
        var address = IPv4Address.Parse(Value(args, "--address") ?? Variable("BENCH_ADDR"));
        var prefix = int.Parse(Value(args, "--prefix") ?? Variable("BENCH_PREFIX"), System.Globalization.CultureInfo.InvariantCulture);
        var pool = Value(args, "--pool") ?? $"{Variable("BENCH_POOL_FIRST")}-{Variable("BENCH_POOL_LAST")}";
        var networks = ImmutableArray.Create(new Subnet
        {
            Network = new IPv4Network(address, prefix),
            Interface = name,
            Mode = Value(args, "--mode") is { } mode ? Enum.Parse<SubnetMode>(mode, ignoreCase: true) : SubnetMode.Authoritative,
            Pools = AddressRange.TryParse(pool, out var range) ? [range] : [],
            Unknown = UnknownPolicy.Discover,
            Force = Array.IndexOf(args, "--search") < 0,
            Options = [new ConfiguredOption(3, [.. Octets(address)]), new ConfiguredOption(6, [.. Octets(address)])],
        });
        if (Value(args, "--relayed") is { } relayed && Value(args, "--relayed-pool") is { } relayedPool && AddressRange.TryParse(relayedPool, out var far))
        {
            networks = networks.Add(new Subnet { Network = IPv4Network.Parse(relayed), Mode = SubnetMode.Authoritative, Pools = [far] });
        }

        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(Array.IndexOf(args, "--verbose") >= 0 ? LogLevel.Debug : LogLevel.Warning);
        var services = builder.Services;
        services.AddSingleton<ISubnetSource>(new FixedNetworks(new SubnetTable(networks)));
        services.AddSingleton<ICatalogSource>(new FixedCatalog(Catalog.Empty));
        services.AddSingleton<IEventSink, EventLog>();
        services.AddSingleton<IMachineStore, MemoryMachineStore>();
        services.AddSingleton<ISubnetVerdicts, MemorySubnetVerdicts>();
        var folder = Path.Combine(Value(args, "--state") ?? Variable("BENCH_DIR"), "leases");
        services.AddSingleton<ILeaseStore>(provider => new JournalLeaseStore(folder, provider.GetRequiredService<ILogger<JournalLeaseStore>>()));
        services.AddSingleton(new BootServiceSettings());
        services.AddSingleton(provider => new BootNonce(RandomNumberGenerator.GetBytes(32), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BootSessions>();
        services.AddSingleton<MachinePolicies>();
        services.AddSingleton<BootService>();
        services.AddSingleton<MachineRegistry>();
        services.AddHostedService(provider => provider.GetRequiredService<MachineRegistry>());
        services.AddDhcp(new DhcpSettings());
        using var host = builder.Build();
        await host.RunAsync();
        return 0;
    }

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set");

    private static string? Value(string[] args, string name) => Array.IndexOf(args, name) is var i and >= 0 && i + 1 < args.Length ? args[i + 1] : null;

    private static byte[] Octets(IPv4Address address)
    {
        var octets = new byte[4];
        address.Write(octets);
        return octets;
    }

    private sealed class FixedNetworks(SubnetTable table) : ISubnetSource
    {
        public SubnetTable Current => table;
    }

    private sealed class FixedCatalog(Catalog catalog) : ICatalogSource
    {
        public Catalog Current => catalog;
    }

    private sealed partial class EventLog(ILogger<EventLog> logger) : IEventSink
    {
        public void Publish(ApplianceEvent happened) => Happened(logger, happened.Kind, happened.Machine, happened.Text);

        [LoggerMessage(9001, LogLevel.Debug, "event {Kind} {Machine}: {Text}")]
        private static partial void Happened(ILogger logger, EventKind kind, string? machine, string text);
    }
}
