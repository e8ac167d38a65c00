using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Matchbox.Core.Access;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Http.Boot;
using Matchbox.Http.Grpc;
using Matchbox.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Tests.Grpc;

/// <summary>The gRPC listener over real Kestrel and TLS on loopback, with documents in memory and certificates of its own.</summary>
internal sealed class GrpcHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("matchbox-grpc-");
    private readonly List<IDisposable> _owned = [];
    private WebApplication _app = null!;

    public TestCertificates Certificates { get; } = new();

    public MemoryDocuments Documents { get; } = new();

    public RecordedEvents Events { get; } = new();

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    public string CertFile => Path.Combine(_folder.FullName, "server.crt");

    public string KeyFile => Path.Combine(_folder.FullName, "server.key");

    public string CaFile => Path.Combine(_folder.FullName, "ca.crt");

    public static async Task<GrpcHost> StartAsync(Func<GrpcHost, GrpcListenerSettings, GrpcListenerSettings>? change = null)
    {
        var host = new GrpcHost();
        host.WriteServer(host.Certificates.Make("matchbox", TestCertificates.ServerAuth));
        File.WriteAllText(host.CaFile, host.Certificates.AuthorityPem);
        var settings = new GrpcListenerSettings { DataPath = "/var/lib/matchbox", CertFile = host.CertFile, KeyFile = host.KeyFile, CaFile = host.CaFile };
        settings = change?.Invoke(host, settings) ?? settings;

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.LimitForBoot(new BootListenerSettings { AssetsPath = "", LoadersPath = "" });
            kestrel.ListenGrpc(new IPEndPoint(IPAddress.Loopback, 0));
        });
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<IEventSink>(host.Events);
        builder.Services.AddSingleton<IDocumentOwnerStore, MemoryDocumentOwnerStore>().AddSingleton<IMachineStore, MemoryMachineStore>().AddSingleton<MachineRegistry>();
        builder.Services.AddSingleton<ICatalogSource>(new CatalogOfDocuments(host.Documents));
        builder.Services.AddSingleton<ICatalogDocuments>(host.Documents).AddGrpcListener(settings);
        host._app = builder.Build();
        host._app.UseGrpcListener();
        await host._app.StartAsync();
        host.Address = new Uri(host._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return host;
    }

    public void WriteServer(X509Certificate2 certificate)
    {
        File.WriteAllText(CertFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, TestCertificates.KeyPem(certificate));
    }

    /// <summary>A client with a certificate of the authority, or with what is given.</summary>
    public GrpcChannel Connect(X509Certificate2? certificate = null, Action<X509Certificate2>? sawServer = null, SslProtocols protocols = SslProtocols.None)
    {
        certificate ??= Certificates.Make("client");
        return Channel(new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = protocols,
            ClientCertificates = [certificate],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
        }, sawServer);
    }

    /// <summary>A client that has no certificate.</summary>
    public GrpcChannel ConnectWithout() => Channel(new SslClientAuthenticationOptions(), null);

    public async ValueTask DisposeAsync()
    {
        _owned.ForEach(owned => owned.Dispose());
        await _app.StopAsync();
        await _app.DisposeAsync();
        Certificates.Dispose();
        _folder.Delete(recursive: true);
    }

    private GrpcChannel Channel(SslClientAuthenticationOptions options, Action<X509Certificate2>? sawServer)
    {
        options.TargetHost = "localhost";
        options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.CustomTrustStore.Add(Certificates.Authority);
        options.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            sawServer?.Invoke((X509Certificate2)certificate!);
            return errors == SslPolicyErrors.None;
        };
        var handler = new SocketsHttpHandler { SslOptions = options };
        var channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxSendMessageSize = null });
        _owned.Add(channel);
        return channel;
    }
}

/// <summary>The catalog that documents in memory come to, read anew each time.</summary>
internal sealed class CatalogOfDocuments(MemoryDocuments documents) : ICatalogSource
{
    public Catalog Current
    {
        get
        {
            var checkedOnes = new CheckedDocuments();
            foreach (var document in documents.All.Values)
            {
                checkedOnes.Add(document.Path, document.Content, document.Origin);
            }
            return checkedOnes.Current;
        }
    }
}
