using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Matchbox.Core.Boot;
using Matchbox.Core.Secrets;

namespace Matchbox.Http.Tests.Boot;

/// <summary>A protected config's way to the machine: a stub over plain HTTP, then TLS with the authority that the stub pins.</summary>
public sealed class SecureBootTests
{
    private const string Value = "hunter2-hunter2";
    private const string Ignition = "/usr/lib/dracut/modules.d/30ignition/ignition";

    [Fact]
    public async Task The_plain_address_gives_a_stub_that_pins_our_authority_and_the_config_comes_over_TLS()
    {
        await using var host = await StartAsync();
        Assert.False(host.Secure.IsOpen);
        var query = await BootAsync(host);
        var stub = await host.Client.GetStringAsync($"/ignition{query}", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("hunter2", stub, StringComparison.Ordinal);
        var ignition = JsonDocument.Parse(stub).RootElement.GetProperty("ignition");
        Assert.Equal("3.0.0", ignition.GetProperty("version").GetString());
        var url = ignition.GetProperty("config").GetProperty("replace").GetProperty("source").GetString()!;
        Assert.StartsWith($"https://127.0.0.1:{host.Secure.Endpoints[0].Port}/ignition?", url, StringComparison.Ordinal);
        var authority = ignition.GetProperty("security").GetProperty("tls").GetProperty("certificateAuthorities")[0].GetProperty("source").GetString()!;
        using var pinned = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(authority.Split(',')[1])));

        using var client = Trusting(pinned);
        var config = await EventuallyAsync(client, url);
        Assert.Contains(Value, Uri.UnescapeDataString(config), StringComparison.Ordinal);
        // Where to report is the plain listener, as the script says.
        Assert.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("{\"url\":\"http://127.0.0.1:8080/report\""))[..40], config, StringComparison.Ordinal);
        Assert.Equal($"key={Value}", await client.GetStringAsync(url.Replace("/ignition?", "/generic?", StringComparison.Ordinal), TestContext.Current.CancellationToken));
        using var cloud = await client.GetAsync(url.Replace("/ignition?", "/cloud?", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, cloud.StatusCode);
    }

    [Fact]
    public async Task An_active_attacker_with_another_certificate_is_refused_by_who_trusts_the_pinned_one()
    {
        await using var host = await StartAsync();
        var query = await BootAsync(host);
        await host.Client.GetStringAsync($"/ignition{query}", TestContext.Current.CancellationToken);
        var other = Directory.CreateTempSubdirectory("matchbox-ca-");
        try
        {
            using var foreign = X509Certificate2.CreateFromPem(new Http.Boot.Secure.BootAuthority(other.FullName).Pem);
            using var client = Trusting(foreign);
            var refused = await Assert.ThrowsAsync<HttpRequestException>(() => EventuallyAsync(client, host.Secure.UrlOf("127.0.0.1", $"/ignition{query}")));
            Assert.IsType<System.Security.Authentication.AuthenticationException>(refused.InnerException);
        }
        finally
        {
            other.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("/ignition?mac=52:54:00:77:00:01")]
    [InlineData("/generic?mac=52:54:00:77:00:01")]
    [InlineData("/cloud?mac=52:54:00:77:00:01")]
    [InlineData("/metadata?mac=52:54:00:77:00:01&nonce=0123456789abcdef0123456789abcdef01234567&token=0123456789abcdef0123456789abcdef")]
    public async Task A_guesser_is_told_nothing_but_that_it_is_protected(string path)
    {
        await using var host = await StartAsync();
        await BootAsync(host);
        using var answer = await host.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.StartsWith("matchbox: this is protected", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_says_that_it_has_its_config_and_then_nobody_gets_it()
    {
        await using var host = await StartAsync();
        var query = await BootAsync(host);
        var token = query.Split("token=")[1];
        using var foreign = await ReportAsync(host, "x");
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        using var accepted = await ReportAsync(host, token);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        using var late = await host.Client.GetAsync($"/ignition{query}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
    }

    [Fact]
    public async Task An_Ignition_of_spec_2_is_told_that_it_is_too_old()
    {
        await using var host = await StartAsync();
        var query = await BootAsync(host);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ignition{query}");
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.coreos.ignition+json; version=2.4.0, application/vnd.coreos.ignition+json; version=1; q=0.5, */*; q=0.1");
        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    [Fact]
    public async Task Authority_and_key_survive_a_restart_and_the_key_is_the_owners_alone()
    {
        var folder = Directory.CreateTempSubdirectory("matchbox-ca-");
        try
        {
            var pem = new Http.Boot.Secure.BootAuthority(folder.FullName).Pem;
            Assert.Equal(pem, new Http.Boot.Secure.BootAuthority(folder.FullName).Pem);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.FullName, "boot-ca.key")));
            using var authority = X509Certificate2.CreateFromPem(pem);
            Assert.True(authority.NotBefore.ToUniversalTime().Year == 1970 && authority.NotAfter.ToUniversalTime().Year == 2099);
            var issuer = new Http.Boot.Secure.BootAuthority(folder.FullName);
            issuer.Expect("10.9.8.7");
            using var client = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
            client.ChainPolicy.CustomTrustStore.Add(authority);
            var issued = issuer.For(IPAddress.Loopback, "boot.example").TargetCertificate;
            Assert.True(client.Build(issued));
            Assert.All(["boot.example", "127.0.0.1", "10.9.8.7"], name => Assert.True(issued.MatchesHostname(name), name));
            await Task.CompletedTask;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Strict_compatibility_serves_nothing_that_is_protected()
    {
        await using var host = await StartAsync(CompatibilityMode.Strict);
        foreach (var path in (string[])["ipxe", "ignition", "generic", "metadata"])
        {
            using var answer = await host.Client.GetAsync($"/{path}?mac=52:54:00:77:00:01", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_real_Ignition_fetches_a_protected_config_by_our_stub()
    {
        Assert.SkipUnless(File.Exists(Ignition), $"{Ignition} is not there (Debian package ignition)");
        await using var host = await StartAsync();
        var query = await BootAsync(host);
        var folder = Directory.CreateTempSubdirectory("matchbox-fetch-");
        try
        {
            var (stub, cache) = (Path.Combine(folder.FullName, "stub.ign"), Path.Combine(folder.FullName, "cache.ign"));
            await File.WriteAllTextAsync(stub, await host.Client.GetStringAsync($"/ignition{query}", TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
            var start = new ProcessStartInfo(Ignition, ["--platform=file", "--stage=fetch", $"--config-cache={cache}", $"--root={folder.FullName}", "--log-to-stdout", "--fetch-timeout=20s"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["IGNITION_CONFIG_FILE"] = stub },
            };
            using var process = Process.Start(start)!;
            var said = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var complained = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await said + await complained);
            Assert.Contains(Value, Uri.UnescapeDataString(await File.ReadAllTextAsync(cache, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<BootHost> StartAsync(CompatibilityMode mode = CompatibilityMode.Standard)
    {
        var host = await BootHost.StartAsync(filled =>
        {
            filled.Write("data/groups/g.json", "{ \"profile\": \"p\", \"selector\": { \"mac\": \"52:54:00:77:00:01\" }, \"protect\": \"once\" }");
            filled.Write("data/profiles/p.json", "{ \"id\": \"p\", \"ignition_id\": \"p.yaml\", \"generic_id\": \"p.cfg\", \"boot\": { \"kernel\": \"k\", \"args\": [\"ignition.config.url=http://HOST/ignition?mac=52:54:00:77:00:01\"] } }");
            filled.Write("data/ignition/p.yaml", "variant: flatcar\nversion: 1.0.0\nstorage:\n  files: [{path: /etc/key, contents: {inline: '{{ secret \"key\" }}'}}]\n");
            filled.Write("data/generic/p.cfg", "key={{ secret \"key\" }}");
        }, settings: given => given with { Compatibility = mode });
        host.Vault.Set(new Secret { Name = "key", Groups = ["g"] }, Encoding.UTF8.GetBytes(Value), "a test");
        return host;
    }

    // The query that the script of this boot gives to Ignition.
    private static async Task<string> BootAsync(BootHost host)
    {
        var nonce = host.Begin();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipxe?mac=52:54:00:77:00:01&nonce={nonce}");
        request.Headers.Host = "HOST";
        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var script = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var start = script.IndexOf("/ignition", StringComparison.Ordinal) + "/ignition".Length;
        Assert.True(start > 20, script);
        return script[start..].Split([' ', '\n', '"'])[0];
    }

    private static Task<HttpResponseMessage> ReportAsync(BootHost host, string token) => host.Client.PostAsync(
        "/report", new StringContent($"{{\"mac\":\"52:54:00:77:00:01\",\"step\":\"fetched\",\"token\":\"{token}\"}}"), TestContext.Current.CancellationToken);

    internal static HttpClient Trusting(X509Certificate2 authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        return new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } });
    }

    // The listener opens when it is needed first: who was sent there asks again until it is open, as Ignition does.
    private static async Task<string> EventuallyAsync(HttpClient client, string url)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            try
            {
                return await client.GetStringAsync(url, patience.Token);
            }
            catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }
}
