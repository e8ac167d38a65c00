using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Matchbox.Testing;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>The admin listener's own certificate: when it stays, and when there is another.</summary>
public sealed class AdminCertificateTests : IAsyncDisposable
{
    private readonly RunningAppliance _appliance = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string CertFile => Path.Combine(_appliance.State, "admin.crt");

    public ValueTask DisposeAsync() => _appliance.DisposeAsync();

    [Fact]
    public async Task A_self_made_one_stays_over_restarts_until_the_settings_name_what_it_lacks()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        using var first = await ShownAsync();
        Assert.Contains(Colons(first), _appliance.Output, StringComparison.Ordinal);
        Assert.True(first.MatchesHostname("localhost") && first.MatchesHostname("127.0.0.1"));
        await _appliance.StopAsync();

        await _appliance.StartAsync();
        using var same = await ShownAsync();
        Assert.Equal(first.RawData, same.RawData);
        await _appliance.StopAsync();

        await File.WriteAllTextAsync(_appliance.ConfigFile, """
            data-path: data
            boot: { listen: "127.0.0.1:0" }
            admin: { listen: "127.0.0.1:0", hosts: [box.lab.example] }
            """, Cancellation);
        await _appliance.StartAsync();
        using var other = await ShownAsync();
        Assert.True(other.MatchesHostname("box.lab.example"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_appliance.State, "admin.key")));
    }

    [Fact]
    public async Task A_self_made_one_that_is_removed_is_made_anew_while_running()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        using var first = await ShownAsync();
        File.Delete(CertFile);
        await RunningAppliance.EventuallyAsync(() => Task.FromResult(_appliance.Output), output => output.Contains("has another certificate", StringComparison.Ordinal));
        using var second = await ShownAsync();
        Assert.NotEqual(first.RawData, second.RawData);
        Assert.Contains(Colons(second), _appliance.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_it_lacks_is_told_and_changes_no_fingerprint()
    {
        // As one that was made before this machine had the address that it listens on.
        using var authority = new TestCertificates();
        using var old = authority.Make("localhost", TestCertificates.ServerAuth);
        Directory.CreateDirectory(_appliance.State);
        TestCertificates.Write(old, CertFile, Path.Combine(_appliance.State, "admin.key"));
        await File.WriteAllTextAsync(_appliance.ConfigFile, """
            data-path: data
            boot: { listen: "127.0.0.1:0" }
            admin: { listen: "[::]:0" }
            """, Cancellation);
        await _appliance.StartAsync();
        Assert.Contains("lacks ", _appliance.Output, StringComparison.Ordinal);
        Assert.Contains($"remove {CertFile}", _appliance.Output, StringComparison.Ordinal);
        Assert.Contains(Colons(old), _appliance.Output, StringComparison.Ordinal);
        await _appliance.StopAsync();

        // The link of the first start has the name that the settings give, not this machine's own.
        await File.WriteAllTextAsync(_appliance.ConfigFile, """
            data-path: data
            boot: { listen: "127.0.0.1:0" }
            admin: { listen: "[::]:0", hosts: [box.lab.example] }
            """, Cancellation);
        await _appliance.StartAsync();
        Assert.Contains("https://box.lab.example:", await RunningAppliance.EventuallyAsync(() => Task.FromResult(_appliance.Output), output => output.Contains("/setup#", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private async Task<X509Certificate2> ShownAsync()
    {
        var url = new Uri(_appliance.AdminUrl);
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, Cancellation);
        X509Certificate2? shown = null;
        await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) =>
        {
            shown = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData());
            return certificate is not null;
        });
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, Cancellation);
        return shown!;
    }

    private static string Colons(X509Certificate2 certificate) =>
        string.Join(':', certificate.GetCertHashString(HashAlgorithmName.SHA256).Chunk(2).Select(pair => new string(pair)));
}
