using System.Net;
using System.Net.Sockets;
using System.Text;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Core.Secrets;
using Matchbox.Http.Boot;
using Matchbox.Http.Boot.Secure;
using Matchbox.Protocols;
using Matchbox.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Matchbox.Http.Tests.Boot;

/// <summary>
/// The boot listener over real Kestrel on loopback, with folders of its own. The one machine is known by the loopback address,
/// as a lease would have it.
/// </summary>
internal sealed class BootHost : IAddressOwners, ISubnetSource, IAsyncDisposable
{
    public static readonly HardwareAddress Node = HardwareAddress.Parse("52:54:00:77:00:01");
    private static readonly IPv4Address Loopback = IPv4Address.Parse("127.0.0.1");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("matchbox-http-");
    private WebApplication? _app;

    public BootHost()
    {
        Vault = new SecretVault(new MemorySecretStore(), new NamedSealer(), Events, Clock);
        Protection = new ConfigProtection(Vault, new DeliveryTokens(new byte[32]));
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public RecordedEvents Events { get; } = new();

    public MemoryMachineStore Store { get; } = new();

    public MachineRegistry Machines { get; private set; } = null!;

    public BootService Boot { get; private set; } = null!;

    public BootSessions Sessions { get; private set; } = null!;

    public MachineCommands Commands { get; private set; } = null!;

    public SecretVault Vault { get; }

    public ConfigProtection Protection { get; }

    public SecureListener Secure { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public string Data => Path.Combine(_folder.FullName, "data");

    public string Assets => Path.Combine(_folder.FullName, "assets");

    public string Loaders => Path.Combine(_folder.FullName, "loaders");

    SubnetTable ISubnetSource.Current => new([new Subnet { Network = IPv4Network.Parse("127.0.0.0/8"), Mode = SubnetMode.Authoritative }]);

    public static async Task<BootHost> StartAsync(Action<BootHost>? fill = null, string? data = null, string? assets = null, Func<BootListenerSettings, BootListenerSettings>? settings = null,
        Action<ILoggingBuilder>? logging = null)
    {
        var host = new BootHost();
        Directory.CreateDirectory(host.Assets);
        Directory.CreateDirectory(host.Loaders);
        fill?.Invoke(host);
        await host.RunAsync(data ?? host.Data, (settings ?? (given => given))(new BootListenerSettings { AssetsPath = assets ?? host.Assets, LoadersPath = host.Loaders }), logging);
        return host;
    }

    public HardwareAddress? OwnerOf(IPv4Address address) => address == Loopback ? Node : null;

    public void Write(string path, string text)
    {
        var full = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>The machine asked by DHCP as iPXE: the nonce of the boot that began with it.</summary>
    public string Begin()
    {
        var answer = Assert.IsType<DhcpBoot.Url>(Boot.ForDhcp(new DhcpBootRequest
        {
            Subnet = ((ISubnetSource)this).Current.All[0],
            Server = Loopback,
            Mac = Node,
            Kind = DhcpClientKind.PxeClient,
            IsIpxe = true,
            IpxeHasHttp = true,
        }));
        return answer.Location.Split("nonce=")[1];
    }

    /// <summary>Waits, ten seconds at most, for what the listener does after its answer has gone.</summary>
    public static async Task EventuallyAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!holds())
        {
            await Task.Delay(1, patience.Token);
        }
    }

    /// <summary>Sends a text's UTF-8 and reads until the server closes.</summary>
    public Task<byte[]> RawAsync(string request, CancellationToken cancellation) => RawAsync(Encoding.UTF8.GetBytes(request), cancellation);

    /// <summary>Sends octets as they are and reads until the server closes.</summary>
    public async Task<byte[]> RawAsync(byte[] request, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port, cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync(request, cancellation);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, cancellation);
        return answer.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        await Machines.StopAsync(CancellationToken.None);
        Machines.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task RunAsync(string data, BootListenerSettings settings, Action<ILoggingBuilder>? logging)
    {
        var catalog = CatalogFolder.Read(data, strict: settings.Compatibility == CompatibilityMode.Strict).Catalog;
        Machines = new MachineRegistry(Store, Clock);
        await Machines.StartAsync(CancellationToken.None);
        Sessions = new BootSessions(new BootNonce(new byte[32], Clock), this, Clock);
        Boot = new BootService(Machines, new FixedCatalog(catalog), this, Sessions, new MachinePolicies(), Events, Clock, new BootServiceSettings { Compatibility = settings.Compatibility }, Protection);
        Commands = new MachineCommands(Machines, Boot, Clock);
        Secure = new SecureListener([new IPEndPoint(IPAddress.Loopback, FreePort())], new BootAuthority(_folder.FullName), plainPort: 8080);
        settings = settings with { Secure = settings.Secure ?? Secure };

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        logging?.Invoke(builder.Logging);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.LimitForBoot(settings);
            kestrel.ListenBoot(new IPEndPoint(IPAddress.Loopback, 0));
            kestrel.ListenSecureBoot(Secure);
        });
        builder.Services.AddSingleton<TimeProvider>(Clock).AddSingleton<IEventSink>(Events).AddSingleton(Boot).AddBootListener(settings);
        _app = builder.Build();
        _app.UseBootListener();
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class FixedCatalog(Catalog catalog) : ICatalogSource
    {
        public Catalog Current => catalog;
    }
}
