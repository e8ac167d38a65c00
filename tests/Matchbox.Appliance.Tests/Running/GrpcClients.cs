using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Matchbox.Appliance.Commands.Certs;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>Clients of the gRPC listener, with the certificates that <c>matchbox certs init</c> made in a folder.</summary>
internal sealed class GrpcClients(string folder) : IDisposable
{
    private static readonly Marshaller<byte[]> Octets = Marshallers.Create<byte[]>(octets => octets, octets => octets);

    private readonly List<GrpcChannel> _channels = [];

    /// <summary>The settings that open the listener, without what follows <c>grpc: {</c> in <paramref name="more"/>.</summary>
    public string Settings(string more = "") =>
        $$"""grpc: { listen: "127.0.0.1:0", cert-file: {{folder}}/server.crt, key-file: {{folder}}/server.key, ca-file: {{folder}}/ca.crt{{(more.Length > 0 ? ", " : "")}}{{more}} }""";

    public void Init(params string[] clients) =>
        CertsCommand.Init(new CertificateFolder(folder, mayReplace: false), ["127.0.0.1"], clients, TimeSpan.FromDays(1), TimeProvider.System.GetUtcNow(), TextWriter.Null);

    /// <summary>A connection of that client; null: of one that shows no certificate.</summary>
    public CallInvoker Connect(string url, string? client)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
        };
        options.CertificateChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "ca.crt")));
        if (client is not null)
        {
            var certificate = X509Certificate2.CreateFromPemFile(Path.Combine(folder, $"{client}.crt"), Path.Combine(folder, $"{client}.key"));
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }
        var channel = GrpcChannel.ForAddress(url, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { SslOptions = options }, DisposeHttpClient = true });
        _channels.Add(channel);
        return channel.CreateCallInvoker();
    }

    /// <summary>Calls <c>/service/method</c> with a message as it stands.</summary>
    /// <exception cref="RpcException">It was refused.</exception>
    public static async Task<byte[]> CallAsync(CallInvoker invoker, string path, byte[] request)
    {
        var names = path.Split('/');
        var method = new Method<byte[], byte[]>(MethodType.Unary, names[1], names[2], Octets, Octets);
        using var call = invoker.AsyncUnaryCall(method, null, new CallOptions(cancellationToken: TestContext.Current.CancellationToken), request);
        return await call.ResponseAsync;
    }

    /// <summary>The status of a call.</summary>
    public static async Task<Status> StatusAsync(CallInvoker invoker, string path, byte[] request)
    {
        try
        {
            _ = await CallAsync(invoker, path, request);
            return Status.DefaultSuccess;
        }
        catch (RpcException refused)
        {
            return refused.Status;
        }
    }

    public void Dispose() => _channels.ForEach(channel => channel.Dispose());
}
