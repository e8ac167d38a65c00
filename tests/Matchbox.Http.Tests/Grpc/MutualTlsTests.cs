using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Matchbox.Core.Events;
using Matchbox.Core.Health;
using Matchbox.Http.Grpc;
using Matchbox.Http.Grpc.Tls;
using Matchbox.Http.Grpc.Wire;
using Matchbox.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Http.Tests.Grpc;

/// <summary>Who is let in, and with which certificates.</summary>
public sealed class MutualTlsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_of_the_authority_is_let_in()
    {
        await using var host = await GrpcHost.StartAsync();
        await PutAsync(host.Connect());
        Assert.Contains("profiles/p.json", host.Documents.All.Keys);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused()
    {
        await using var host = await GrpcHost.StartAsync();
        await RefusedAsync(host, host.ConnectWithout());
    }

    [Fact]
    public async Task A_client_of_another_authority_is_refused()
    {
        await using var host = await GrpcHost.StartAsync();
        using var foreign = new TestCertificates();
        await RefusedAsync(host, host.Connect(foreign.Make("client")));
    }

    [Theory]
    [InlineData(TestCertificates.ServerAuth)]
    [InlineData(null)]
    public async Task A_certificate_that_is_not_for_clients_is_refused(string? usage)
    {
        await using var host = await GrpcHost.StartAsync();
        await RefusedAsync(host, host.Connect(host.Certificates.Make("client", usage)));
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        await using var host = await GrpcHost.StartAsync();
        await RefusedAsync(host, host.Connect(host.Certificates.Make("client", days: 0)));
    }

    [Fact]
    public async Task A_denied_fingerprint_is_refused_however_it_is_written()
    {
        X509Certificate2 lost = null!;
        await using var host = await GrpcHost.StartAsync((starting, settings) =>
        {
            lost = starting.Certificates.Make("lost laptop");
            var fingerprint = string.Join(':', lost.GetCertHash(HashAlgorithmName.SHA256).Select(octet => octet.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
            return settings with { Deny = [fingerprint] };
        });
        await RefusedAsync(host, host.Connect(lost));
        await PutAsync(host.Connect());
    }

    [Fact]
    public async Task What_is_denied_while_it_is_connected_may_do_nothing_more()
    {
        await using var host = await GrpcHost.StartAsync();
        using var lost = host.Certificates.Make("lost laptop");
        var connected = host.Connect(lost);
        await PutAsync(connected);
        host.Services.GetRequiredService<GrpcCertificates>().Deny([lost.GetCertHashString(HashAlgorithmName.SHA256)]);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => PutAsync(connected))).StatusCode);
        await Assert.ThrowsAsync<RpcException>(() => PutAsync(host.Connect(lost)));
        await PutAsync(host.Connect());
    }

    [Fact]
    public async Task Nothing_older_than_TLS_1_2_is_spoken()
    {
        await using var host = await GrpcHost.StartAsync();
#pragma warning disable SYSLIB0039, CA5397 // That it is refused is the test.
        await RefusedAsync(host, host.Connect(protocols: SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
        await PutAsync(host.Connect(protocols: SslProtocols.Tls12));
        await PutAsync(host.Connect(protocols: SslProtocols.Tls13));
    }

    [Fact]
    public async Task A_changed_certificate_is_used_by_the_next_connection_and_a_bad_one_is_not()
    {
        await using var host = await GrpcHost.StartAsync();
        var certificates = host.Services.GetRequiredService<GrpcCertificates>();
        using var second = host.Certificates.Make("second", TestCertificates.ServerAuth);
        host.WriteServer(second);
        certificates.Look();
        Assert.Equal("CN=second", await SubjectAsync(host));

        await File.WriteAllTextAsync(host.CertFile, "no certificate", Cancellation);
        certificates.Look();
        Assert.Equal("CN=second", await SubjectAsync(host));
        Assert.Contains(host.Events.All, happened => happened.Kind == EventKind.CertificatesRefused);
        Assert.Contains(certificates.Check(), finding => finding.State == HealthState.Degraded);

        host.WriteServer(second);
        certificates.Look();
        Assert.Empty(certificates.Check());
    }

    [Fact]
    public async Task A_certificate_that_expires_soon_is_told()
    {
        await using var host = await GrpcHost.StartAsync((starting, settings) =>
        {
            starting.WriteServer(starting.Certificates.Make("short", TestCertificates.ServerAuth, days: 20));
            return settings;
        });
        var finding = Assert.Single(host.Services.GetRequiredService<GrpcCertificates>().Check());
        Assert.Equal(HealthState.Degraded, finding.State);
        Assert.Contains("CN=short expires on", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_that_cannot_be_used_stop_the_start_in_upstreams_words()
    {
        var missing = await Assert.ThrowsAsync<InvalidDataException>(() => GrpcHost.StartAsync((host, settings) => settings with { CertFile = "/nowhere/server.crt" }));
        Assert.Equal("Provide a valid TLS server certificate with -cert-file: stat /nowhere/server.crt: no such file or directory", missing.Message);

        var foreign = await Assert.ThrowsAsync<InvalidDataException>(() => GrpcHost.StartAsync((host, settings) =>
        {
            File.WriteAllText(host.KeyFile, TestCertificates.KeyPem(host.Certificates.Make("other")));
            return settings;
        }));
        Assert.StartsWith("Invalid TLS credentials: ", foreign.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_authority_of_another_listener_is_not_taken_for_clients()
    {
        var shared = await Assert.ThrowsAsync<InvalidDataException>(() => GrpcHost.StartAsync((host, settings) => settings with { OtherCertFiles = [host.CaFile] }));
        Assert.Contains("an authority of their own", shared.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_TLS_and_no_HTTP_2_ends_its_own_connection_alone()
    {
        await using var host = await GrpcHost.StartAsync();
        var random = new Random(20261128);
        for (var i = 0; i < 20; i++)
        {
            await SendAsync(host, random, i % 2 == 0);
        }
        await PutAsync(host.Connect());
    }

    private static async Task SendAsync(GrpcHost host, Random random, bool insideTls)
    {
        var noise = new byte[random.Next(1, 4096)];
        random.NextBytes(noise);
        using var client = new TcpClient();
        await client.ConnectAsync(host.Address.Host, host.Address.Port, Cancellation);
        try
        {
            Stream stream = client.GetStream();
            if (insideTls)
            {
                using var certificate = host.Certificates.Make("client");
                var tls = new SslStream(stream, leaveInnerStreamOpen: false);
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = "localhost",
                        ClientCertificates = [certificate],
                        ApplicationProtocols = [SslApplicationProtocol.Http2],
                        RemoteCertificateValidationCallback = (_, server, _, _) => server is not null,
                    },
                    Cancellation);
                await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), Cancellation);
                stream = tls;
            }
            await stream.WriteAsync(noise, Cancellation);
            client.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null, Cancellation);
        }
        catch (Exception closed) when (closed is IOException or SocketException or AuthenticationException)
        {
            // As it should be.
        }
    }

    private static async Task PutAsync(GrpcChannel channel) =>
        await new Profiles.ProfilesClient(channel).ProfilePutAsync(new ProfilePutRequest { Profile = new Profile { Id = "p" } }, cancellationToken: Cancellation);

    private static async Task RefusedAsync(GrpcHost host, GrpcChannel channel)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => PutAsync(channel));
        Assert.Contains(refused.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
        Assert.Empty(host.Documents.All);
    }

    private static async Task<string> SubjectAsync(GrpcHost host)
    {
        var subject = "";
        await PutAsync(host.Connect(sawServer: certificate => subject = certificate.Subject));
        return subject;
    }
}
