using System.Net;
using Matchbox.Appliance.Settings;
using Matchbox.Core.Access;
using Matchbox.Core.Access.Audit;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Events;
using Matchbox.Core.Files;
using Matchbox.Core.Health;
using Matchbox.Core.Leases;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Core.Repeats;
using Matchbox.Core.Secrets;
using Matchbox.Core.Webhooks;
using Matchbox.Dhcp;
using Matchbox.Http.Access;
using Matchbox.Http.Boot;
using Matchbox.Http.Boot.Secure;
using Matchbox.Http.Boot.Signing;
using Matchbox.Http.Grpc;
using Matchbox.Http.Rest;
using Matchbox.Http.Webhooks;
using Matchbox.Storage.Journal;
using Matchbox.Storage.LiteDb;
using Matchbox.Storage.LiteDb.Sealing;
using Matchbox.Tftp;
using Matchbox.Web;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Serilog;

namespace Matchbox.Appliance.Hosting;

/// <summary>Puts the parts together. What is listed first starts first and stops last: stores, inventory, services, listeners.</summary>
internal static class ApplianceHost
{
    /// <summary>How long what is under way may take at a stop.</summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(15);

    public static IHost Build(SettingsOrigin origin, ApplianceSettings settings, StateFolder state, ApplianceLog log)
    {
        var secure = new SecureListener(settings.Boot.SecureListen, new BootAuthority(state.Path), settings.Boot.Listen[0].Port);
        return new HostBuilder()
            .UseContentRoot(AppContext.BaseDirectory)
            .UseSerilog(log.Logger)
            .UseSystemd()
            .UseConsoleLifetime(console => console.SuppressStatusMessages = true)
            .ConfigureServices(services =>
            {
                services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainTime);
                services.AddSingleton(TimeProvider.System).AddSingleton(origin).AddSingleton(state);
                services.AddSingleton(log).AddSingleton<ISettingsUser>(log);
                AddSettings(services, settings);
                AddStores(services, state);
                AddSecrets(services, settings, state, secure);
                AddBooting(services, settings, state);
                AddServices(services, settings, state, secure);
                services.AddHostedService<SettingsReloader>();
            })
            .ConfigureWebHost(
                web => web
                    .UseKestrelCore()
                    .UseStaticWebAssets()
                    .UseKestrelHttpsConfiguration()
                    .UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint => Listeners.Bind(endpoint, secure))
                    .ConfigureKestrel(kestrel =>
                    {
                        kestrel.LimitForBoot(BootListenerOf(settings));
                        Listeners.Listen(kestrel, settings, state.SocketPath, secure);
                    })
                    .ConfigureServices(services => services.AddRoutingCore())
                    .Configure(Paths.Map),
                options => options.SuppressEnvironmentConfiguration = true)
            .ConfigureServices(services => services.AddHostedService<Announcer>())
            .Build();
    }

    private static void AddSettings(IServiceCollection services, ApplianceSettings settings)
    {
        services.AddSingleton(new SettingsInUse(settings));
        services.AddSingleton<ISubnetSource>(provider => provider.GetRequiredService<SettingsInUse>());
        services.AddSingleton<IHealthCheck>(provider => provider.GetRequiredService<SettingsInUse>());
    }

    private static void AddStores(IServiceCollection services, StateFolder state)
    {
        services.AddSingleton(_ => new ApplianceDatabase(state.DatabasePath));
        services.AddSingleton<IMachineStore, LiteDbMachineStore>();
        services.AddSingleton<IEventStore, LiteDbEventStore>();
        services.AddSingleton<IAccessStore, LiteDbAccessStore>();
        services.AddSingleton<IAuditStore, LiteDbAuditStore>();
        services.AddSingleton<ISubnetVerdicts, LiteDbSubnetVerdicts>();
        services.AddSingleton<IDocumentStore, LiteDbDocumentStore>();
        services.AddSingleton<IAnswerStore, LiteDbAnswerStore>();
        services.AddSingleton<IDocumentOwnerStore, LiteDbDocumentOwnerStore>();
        services.AddSingleton(provider => new JournalLeaseStore(state.LeasesPath, provider.GetRequiredService<ILogger<JournalLeaseStore>>()));
        services.AddSingleton<ILeaseStore>(provider => provider.GetRequiredService<JournalLeaseStore>());
        services.AddSingleton<IHealthCheck>(provider => provider.GetRequiredService<JournalLeaseStore>());
        services.AddSingleton<IHealthCheck, StateHealth>();
        AddHosted<EventStream>(services);
        services.AddSingleton<IEventSink>(provider => provider.GetRequiredService<EventStream>());
        AddHosted<MachineRegistry>(services);
    }

    private static void AddSecrets(IServiceCollection services, ApplianceSettings settings, StateFolder state, SecureListener secure)
    {
        services.AddSingleton(MasterKeySource.Find(Environment.GetEnvironmentVariable, settings.SecretsKeyFile, state));
        services.AddSingleton<ISecretStore, LiteDbSecretStore>();
        services.AddSingleton<ISecretSealer, DataProtectionSealer>();
        services.AddSingleton<SecretVault>();
        services.AddSingleton<IWebhookStore, LiteDbWebhookStore>();
        services.AddSingleton<IWebhookCursors, LiteDbWebhookCursors>();
        services.AddSingleton<IHealthCheck, SecretsHealth>();
        services.AddSingleton<IHealthCheck, WebhookHealth>();
        services.AddSingleton(provider => new ConfigProtection(
            provider.GetRequiredService<SecretVault>(), new DeliveryTokens(provider.GetRequiredService<MasterKey>().Derive("delivery tokens"))));
        services.AddSingleton(secure);
        AddHosted<SecureListenerKeeper>(services);
        services.AddSingleton<IHealthCheck>(provider => provider.GetRequiredService<SecureListenerKeeper>());
    }

    private static void AddBooting(IServiceCollection services, ApplianceSettings settings, StateFolder state)
    {
        services.AddSingleton(provider => new BootNonce(state.Key, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new BootServiceSettings { HttpPort = settings.Boot.Listen[0].Port, Compatibility = settings.Compatibility });
        services.AddSingleton(CatalogOf(settings));
        AddHosted<LiveCatalog>(services);
        services.AddSingleton<ICatalogSource>(provider => provider.GetRequiredService<LiveCatalog>());
        services.AddSingleton<ICatalogDocuments>(provider => provider.GetRequiredService<LiveCatalog>());
        services.AddSingleton<ICatalogPreview>(provider => provider.GetRequiredService<LiveCatalog>());
        services.AddSingleton<IHealthCheck, CatalogHealth>();
        services.AddSingleton<BootSessions>();
        services.AddSingleton<MachinePolicies>();
        services.AddSingleton<BootService>();
        services.AddSingleton<MachineCommands>();
        AddHosted<DeclaredMachines>(services);
        services.AddSingleton<ISettingsUser>(provider => provider.GetRequiredService<DeclaredMachines>());
    }

    private static void AddServices(IServiceCollection services, ApplianceSettings settings, StateFolder state, SecureListener secure)
    {
        services.AddDhcp(new DhcpSettings
        {
            Port = (ushort)settings.Dhcp.Port,
            ProxyPort = (ushort)settings.Dhcp.ProxyPort,
            QueueLength = settings.Dhcp.QueueLength,
            Interfaces = settings.Dhcp.Interfaces,
        });
        services.AddSingleton<IHealthCheck, NetworkHealth>();
        if (settings.Tftp.Enabled)
        {
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<BootTftpFiles>(provider, LoadersFolder.Find(settings.LoadersPath)));
            services.AddSingleton<IVirtualTftpFiles>(provider => provider.GetRequiredService<BootTftpFiles>());
            services.AddSingleton<ITftpObserver>(provider => provider.GetRequiredService<BootTftpFiles>());
            services.AddTftp(TftpOf(settings));
        }
        services.AddBootListener(BootListenerOf(settings) with { Signer = SignerOf(settings), Secure = secure });
        if (settings.Boot.Tls is { Enabled: true } tls)
        {
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<BootCertificate>(provider, tls.CertFile, tls.KeyFile));
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<BootCertificate>());
            services.AddSingleton<IHealthCheck>(provider => provider.GetRequiredService<BootCertificate>());
        }
        if (settings.Grpc.Enabled)
        {
            services.AddGrpcListener(GrpcOf(settings));
        }
        services.AddAccess(AdminListenerOf(settings, state));
        var outbound = new OutboundRules(settings);
        services.AddSingleton(outbound).AddSingleton<ISettingsUser, ListenersInUse>();
        services.AddWebhooks(outbound.WhyNot);
        services.AddRest();
        services.AddSingleton<IApplianceReport, ApplianceReport>();
        services.AddConsole(Paths.ForConsole);
        services.AddSingleton<MetricsPage>();
    }

    private static LiveCatalogSettings CatalogOf(ApplianceSettings settings) => new()
    {
        Folder = settings.DataPath,
        WriteTo = settings.WriteTo == CatalogTarget.Folder ? DocumentOrigin.Folder : DocumentOrigin.Store,
        HintsOff = settings.HintsOff,
        Strict = settings.Compatibility == CompatibilityMode.Strict,
    };

    private static BootListenerSettings BootListenerOf(ApplianceSettings settings) => new()
    {
        AssetsPath = settings.AssetsPath,
        LoadersPath = LoadersFolder.Find(settings.LoadersPath),
        ReportsPerMinute = settings.Boot.ReportsPerMinute,
        Compatibility = settings.Compatibility,
    };

    // The pass phrase comes from the environment alone: a file or an argument would show it to others.
    private static OpenPgpSigner? SignerOf(ApplianceSettings settings)
    {
        try
        {
            return settings.KeyRingPath is { } path ? OpenPgpSigner.Load(path, Environment.GetEnvironmentVariable("MATCHBOX_PASSPHRASE"), TimeProvider.System) : null;
        }
        catch (SigningException unusable)
        {
            throw new StartException(unusable.Message, unusable);
        }
    }

    private static GrpcListenerSettings GrpcOf(ApplianceSettings settings) => new()
    {
        DataPath = settings.DataPath,
        CertFile = settings.Grpc.CertFile,
        KeyFile = settings.Grpc.KeyFile,
        CaFile = settings.Grpc.CaFile,
        Deny = settings.Grpc.Deny,
        Roles = settings.Grpc.Roles,
        OtherCertFiles =
        [
            .. settings.Boot.Tls.Enabled ? [settings.Boot.Tls.CertFile] : (string[])[],
            .. settings.Admin.Tls.CertFile is { } admin ? [admin] : (string[])[],
        ],
    };

    private static AdminListenerSettings AdminListenerOf(ApplianceSettings settings, StateFolder state) => new()
    {
        StatePath = state.Path,
        CertificateFile = settings.Admin.Tls.CertFile,
        KeyFile = settings.Admin.Tls.KeyFile,
        ClientAuthorityFile = settings.Admin.Tls.ClientCaFile,
        DeniedClients = settings.Admin.Tls.ClientDeny,
        Hosts = settings.Admin.Hosts,
        OpenId = settings.Admin.OpenId,
        Addresses = [.. settings.Admin.Listen.Select(listen => listen.Address).Where(address => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))],
    };

    private static TftpSettings TftpOf(ApplianceSettings settings) => new()
    {
        Listen = settings.Tftp.Listen,
        Port = settings.Tftp.Port,
        MaxTransfers = settings.Tftp.MaxTransfers,
        MaxTransfersPerSource = settings.Tftp.MaxTransfersPerSource,
        MaxWindow = settings.Tftp.MaxWindow,
        MaxBlockSize = settings.Tftp.MaxBlockSize,
        Roots = [.. AssetsRootOf(settings), new TftpRoot("", LoadersFolder.Find(settings.LoadersPath))],
    };

    private static TftpRoot[] AssetsRootOf(ApplianceSettings settings) => settings.AssetsPath is { } assets ? [new TftpRoot("assets/", assets)] : [];

    private static void AddHosted<T>(IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<T>());
    }
}
