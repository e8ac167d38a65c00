using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Matchbox.Testing;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>Who is let in to the admin listener of the real program by a client certificate, and as whom.</summary>
public sealed class ClientCertificateTests : IAsyncLifetime
{
    private const string Machines = "/api/v1/machines", Users = "/api/v1/users";

    private readonly RunningAppliance _appliance = new();
    private readonly TestCertificates _authority = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string CaFile => Path.Combine(_appliance.Folder, "clients.crt");

    public ValueTask InitializeAsync()
    {
        File.WriteAllText(CaFile, _authority.AuthorityPem);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _authority.Dispose();
        return _appliance.DisposeAsync();
    }

    [Fact]
    public async Task The_user_of_the_common_name_has_his_role_and_no_other()
    {
        await StartAsync();
        using var viewer = _authority.Make("vera");
        using var admin = _authority.Make("CN=adam, O=Lab");
        using var unknown = _authority.Make("nobody");
        Assert.Equal(HttpStatusCode.OK, await GetAsync(viewer, Machines));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync(viewer, Users));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(admin, Users));
        // The authority signed it, but for nobody who is known here.
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(unknown, Machines));
        // Without one there are tokens.
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(null, Machines));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(null, "/healthz"));

        var audit = await RunningAppliance.EventuallyAsync(
            async () => await TextAsync(admin, "/api/v1/audit?kind=refusal"), text => text.Contains("\"vera\"", StringComparison.Ordinal));
        Assert.Contains("\"vera\"", audit, StringComparison.Ordinal);

        // Whoever is removed is out, with the certificate that was good until then.
        Assert.Equal(0, (await _appliance.CommandAsync("users", "remove", "vera")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(viewer, Machines));
    }

    [Fact]
    public async Task What_is_no_good_client_certificate_is_refused_in_the_handshake_and_told_to_the_log()
    {
        using var lost = _authority.Make("adam");
        await StartAsync($", client-deny: [\"{string.Join(':', lost.GetCertHashString(HashAlgorithmName.SHA256).Chunk(2).Select(pair => new string(pair)))}\"]");
        using var foreign = new TestCertificates();
        using var ofAnother = foreign.Make("adam");
        using var forServers = _authority.Make("adam", TestCertificates.ServerAuth);
        using var forAnything = _authority.Make("adam", usage: null);
        using var expired = _authority.Make("adam", days: 0);
        using var nameless = _authority.Make("OU=adam");
        using var ambiguous = _authority.Make("CN=vera, CN=adam");
        foreach (var refused in (X509Certificate2[])[lost, ofAnother, forServers, forAnything, expired, nameless, ambiguous])
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(refused, "/healthz"));
            Assert.Contains(refused.GetCertHashString(HashAlgorithmName.SHA256), await RunningAppliance.EventuallyAsync(
                () => Task.FromResult(_appliance.Output), output => output.Contains(refused.GetCertHashString(HashAlgorithmName.SHA256), StringComparison.Ordinal)), StringComparison.Ordinal);
        }
        Assert.Contains("needs the extended key usage clientAuth", _appliance.Output, StringComparison.Ordinal);
        Assert.Contains("client-deny names its fingerprint", _appliance.Output, StringComparison.Ordinal);
        using var good = _authority.Make("adam");
        Assert.Equal(HttpStatusCode.OK, await GetAsync(good, Users));
    }

    [Fact]
    public async Task The_authorities_are_read_anew_without_a_restart_and_a_bad_file_changes_nothing()
    {
        await StartAsync();
        using var next = new TestCertificates();
        using var before = _authority.Make("adam");
        using var after = next.Make("adam");
        using var open = Client(before);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(open, Users));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(after, Users));

        await File.WriteAllTextAsync(CaFile, "-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n", Cancellation);
        Assert.Contains("client authorities", await RunningAppliance.EventuallyAsync(HealthAsync, text => text.Contains("client authorities", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(before, Users));

        await File.WriteAllTextAsync(CaFile, next.AuthorityPem, Cancellation);
        Assert.Contains("read anew", await RunningAppliance.EventuallyAsync(
            () => Task.FromResult(_appliance.Output), text => text.Contains("client certificates were read anew", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(after, Users));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(before, Users));
        // A connection of before goes on, as nobody.
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(open, Users));
        Assert.DoesNotContain("client authorities", await HealthAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "stat")]
    [InlineData("no certificate\n", "holds no certificate")]
    public async Task A_file_of_authorities_that_is_missing_or_empty_stops_the_start_with_its_reason(string? content, string reason)
    {
        File.Delete(CaFile);
        if (content is not null)
        {
            await File.WriteAllTextAsync(CaFile, content, Cancellation);
        }
        Configure("");
        Assert.Equal(1, await _appliance.StartInVainAsync());
        Assert.Contains("admin.tls.client-ca-file", _appliance.Output, StringComparison.Ordinal);
        Assert.Contains(reason, _appliance.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at Matchbox", _appliance.Output, StringComparison.Ordinal);
    }

    private void Configure(string more) => File.WriteAllText(_appliance.ConfigFile, $$"""
        data-path: data
        boot: { listen: "127.0.0.1:0" }
        admin: { listen: "127.0.0.1:0", tls: { client-ca-file: {{CaFile}}{{more}} } }
        """);

    private async Task StartAsync(string more = "")
    {
        Configure(more);
        await _appliance.StartAsync();
        Assert.Equal(0, (await _appliance.CommandAsync("users", "add", "adam", "--role", "admin", "--no-password")).Code);
        Assert.Equal(0, (await _appliance.CommandAsync("users", "add", "vera", "--role", "viewer", "--no-password")).Code);
    }

    private async Task<string> HealthAsync()
    {
        var health = await _appliance.CommandAsync("health");
        return health.Output + health.Error;
    }

    private static HttpClient Client(X509Certificate2? certificate) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = static (_, shown, _, _) => shown is not null,
            LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
        },
    });

    private async Task<HttpStatusCode> AskAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(_appliance.AdminUrl + path, Cancellation);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> GetAsync(X509Certificate2? certificate, string path)
    {
        using var client = Client(certificate);
        return await AskAsync(client, path);
    }

    private async Task<string> TextAsync(X509Certificate2 certificate, string path)
    {
        using var client = Client(certificate);
        return await client.GetStringAsync(_appliance.AdminUrl + path, Cancellation);
    }
}
