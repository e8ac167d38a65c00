using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Core.Secrets;
using Matchbox.Protocols;
using Matchbox.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Matchbox.Core.Tests.Boot;

/// <summary>
/// The boot service over a store that survives, with a network of known addresses: what an appliance is without sockets.
/// <see cref="RestartAsync"/> forgets all that was only in memory.
/// </summary>
internal sealed class BootRig : IAddressOwners, ISubnetSource, ICatalogSource, IAsyncDisposable
{
    public const string BaseUrl = "http://10.77.0.1:8080";
    public static readonly IPv4Address Server = IPv4Address.Parse("10.77.0.1");

    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly Dictionary<IPv4Address, HardwareAddress> _leases = [];
    private readonly MemorySecretStore _secrets = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public MemoryMachineStore Store { get; } = new();

    public RecordedEvents Events { get; } = new();

    public MachineRegistry Machines { get; private set; } = null!;

    public BootSessions Sessions { get; private set; } = null!;

    public BootService Boot { get; private set; } = null!;

    public MachineCommands Commands { get; private set; } = null!;

    public SecretVault Vault { get; private set; } = null!;

    public ConfigProtection Protection { get; private set; } = null!;

    public Catalog Catalog { get; set; } = Catalog.Empty;

    public Subnet Subnet { get; set; } = new() { Network = IPv4Network.Parse("10.77.0.0/24"), Interface = "rack0", Mode = SubnetMode.Authoritative };

    Catalog ICatalogSource.Current => Catalog;

    SubnetTable ISubnetSource.Current => new([Subnet]);

    public static async Task<BootRig> StartAsync(Catalog? catalog = null)
    {
        var rig = new BootRig { Catalog = catalog ?? Catalog.Empty };
        await rig.RestartAsync();
        return rig;
    }

    public async Task RestartAsync()
    {
        await DisposeAsync();
        Machines = new MachineRegistry(Store, Clock);
        await Machines.StartAsync(CancellationToken.None);
        Vault = new SecretVault(_secrets, new NamedSealer(), Events, Clock);
        Protection = new ConfigProtection(Vault, new DeliveryTokens(Key));
        Sessions = new BootSessions(new BootNonce(Key, Clock), this, Clock);
        Boot = new BootService(Machines, this, this, Sessions, new MachinePolicies(), Events, Clock, new BootServiceSettings(), Protection);
        Commands = new MachineCommands(Machines, Boot, Clock);
    }

    public async ValueTask DisposeAsync()
    {
        if (Machines is not null)
        {
            await Machines.StopAsync(CancellationToken.None);
            Machines.Dispose();
        }
    }

    public HardwareAddress? OwnerOf(IPv4Address address) => _leases.TryGetValue(address, out var mac) ? mac : null;

    public void Lease(HardwareAddress mac, IPv4Address address) => _leases[address] = mac;

    /// <summary>One DHCP question of a booting machine.</summary>
    public DhcpBoot Dhcp(HardwareAddress mac, bool ipxe, ushort architecture = 0, MachineUuid? uuid = null) => Boot.ForDhcp(new DhcpBootRequest
    {
        Subnet = Subnet,
        Server = Server,
        Mac = mac,
        Uuid = uuid,
        Kind = DhcpClientKind.PxeClient,
        Architecture = architecture,
        IsIpxe = ipxe,
        IpxeHasHttp = ipxe,
    });

    /// <summary>The nonce in the answer to <see cref="Dhcp"/>.</summary>
    public static string NonceOf(DhcpBoot boot) => boot switch
    {
        DhcpBoot.Url url => url.Location[(url.Location.IndexOf("nonce=", StringComparison.Ordinal) + "nonce=".Length)..],
        DhcpBoot.TftpFile file => file.Path.Split('/')[1],
        _ => throw new InvalidOperationException($"no nonce in {boot}"),
    };

    public static BootRequest Request(BootStage stage, HardwareAddress mac, IPv4Address source, string? nonce, string? token = null, MachineUuid? uuid = null)
    {
        var labels = new Labels { { "mac", mac.ToString() } };
        if (uuid is { } value)
        {
            labels.Add("uuid", value.ToString());
        }
        return new BootRequest { Stage = stage, Labels = labels, Source = source, Nonce = nonce, Token = token, BaseUrl = BaseUrl };
    }

    public async Task<ScriptAnswer> ScriptAsync(HardwareAddress mac, IPv4Address source, string? nonce) =>
        await Boot.ForScriptAsync(Request(BootStage.IpxeScript, mac, source, nonce), CancellationToken.None);

    public async Task<ConfigAnswer> ConfigAsync(HardwareAddress mac, IPv4Address source, string? nonce, string? token) =>
        await Boot.ForIgnitionAsync(Request(BootStage.Ignition, mac, source, nonce, token), CancellationToken.None);

    public async Task<ReportOutcome> ReportAsync(HardwareAddress mac, IPv4Address source, ReportStep step, string? token = null) =>
        await Boot.ReportAsync(new MachineReport(mac, null, step, "", token), source, CancellationToken.None);

    /// <summary>A catalog with one group that selects the MAC and one profile.</summary>
    public static Catalog OneProfile(HardwareAddress mac, string kernel, bool? install = null, string config = """{"ignition":{"version":"3.3.0"}}""") => new(
        [new Group { Id = "one", Profile = "p", Selector = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("mac", mac.ToString()) }],
        [new("p", new Profile { Id = "p", IgnitionId = "p.ign", Install = install, Boot = new NetBoot(kernel, ["initrd.img"], ["a=b", $"ignition.config.url={BaseUrl}/ignition?mac=x"]) })],
        [new("p.ign", ConfigFile.Raw("ignition/p.ign", System.Text.Encoding.UTF8.GetBytes(config)))]);

    /// <summary>The token among the arguments of an install.</summary>
    public static string TokenOf(ScriptAnswer.Boot boot) =>
        boot.Args.Single(argument => argument.StartsWith("matchbox.token=", StringComparison.Ordinal))["matchbox.token=".Length..];
}
