using System.Diagnostics;
using Matchbox.Testing;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>HTTPS on the boot listener of the real program, asked by curl.</summary>
public sealed class BootTlsTests : IAsyncDisposable
{
    private readonly RunningAppliance _appliance = new();
    private readonly TestCertificates _authority = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string CertFile => Path.Combine(_appliance.Folder, "server.crt");

    private string KeyFile => Path.Combine(_appliance.Folder, "server.key");

    private string CaFile => Path.Combine(_appliance.Folder, "ca.crt");

    public ValueTask DisposeAsync()
    {
        _authority.Dispose();
        return _appliance.DisposeAsync();
    }

    [Fact]
    public async Task Machines_are_answered_over_HTTPS_alone_and_a_new_certificate_needs_no_restart()
    {
        await File.WriteAllTextAsync(CaFile, _authority.AuthorityPem, Cancellation);
        Write("first");
        await ConfigureAsync();
        await _appliance.StartAsync();
        var url = _appliance.BootUrl.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        Assert.StartsWith("https://", url, StringComparison.Ordinal);

        Assert.Equal("matchbox\n", (await CurlAsync($"{url}/")).Output);
        Assert.StartsWith("#!ipxe", (await CurlAsync($"{url}/boot.ipxe")).Output, StringComparison.Ordinal);
        Assert.Equal("", (await CurlAsync(url.Replace("https:", "http:", StringComparison.Ordinal))).Output);
        Assert.NotEqual(0, (await CurlAsync($"{url}/", "--tls-max", "1.1")).Code);
        Assert.Equal(0, (await CurlAsync($"{url}/", "--tls-max", "1.2")).Code);

        Write("second");
        Assert.Contains("CN=second", await RunningAppliance.EventuallyAsync(
            async () => (await CurlAsync($"{url}/", "--verbose")).Error, said => said.Contains("CN=second", StringComparison.Ordinal)), StringComparison.Ordinal);

        // Half of a change is no change.
        await File.WriteAllTextAsync(KeyFile, "no key\n", Cancellation);
        Assert.Contains("boot certificate", await RunningAppliance.EventuallyAsync(
            HealthAsync, health => health.Contains("boot certificate", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("matchbox\n", (await CurlAsync($"{url}/")).Output);
        Write("third");
        Assert.DoesNotContain("boot certificate", await RunningAppliance.EventuallyAsync(
            HealthAsync, health => !health.Contains("boot certificate", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server.crt", "Provide a valid SSL server certificate with -web-cert-file: stat")]
    [InlineData("server.key", "Provide a valid SSL server key with -web-key-file: stat")]
    [InlineData(null, "no PEM certificate and its unencrypted key")]
    public async Task Files_that_cannot_be_used_stop_the_start_with_their_reason(string? missing, string reason)
    {
        Write("first");
        if (missing is null)
        {
            using var other = _authority.Make("other", TestCertificates.ServerAuth);
            await File.WriteAllTextAsync(KeyFile, TestCertificates.KeyPem(other), Cancellation);
        }
        else
        {
            File.Delete(Path.Combine(_appliance.Folder, missing));
        }
        await ConfigureAsync();
        Assert.Equal(1, await _appliance.StartInVainAsync());
        Assert.Contains(reason, _appliance.Output, StringComparison.Ordinal);
        Assert.Contains(missing ?? "server.key", _appliance.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at Matchbox", _appliance.Output, StringComparison.Ordinal);
    }

    private Task ConfigureAsync() => File.WriteAllTextAsync(_appliance.ConfigFile, $$"""
        data-path: data
        boot: { listen: "127.0.0.1:0", tls: { enabled: true, cert-file: {{CertFile}}, key-file: {{KeyFile}} } }
        admin: { listen: "127.0.0.1:0" }
        """, Cancellation);

    private void Write(string name)
    {
        using var certificate = _authority.Make(name, TestCertificates.ServerAuth);
        TestCertificates.Write(certificate, CertFile, KeyFile);
    }

    private async Task<string> HealthAsync()
    {
        var health = await _appliance.CommandAsync("health");
        return health.Output + health.Error;
    }

    private async Task<RunningAppliance.Finished> CurlAsync(string url, params string[] more)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is not installed");
        using var curl = Process.Start(new ProcessStartInfo("curl", ["--silent", "--max-time", "10", "--cacert", CaFile, .. more, url]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = curl.StandardOutput.ReadToEndAsync(Cancellation);
        var error = curl.StandardError.ReadToEndAsync(Cancellation);
        await curl.WaitForExitAsync(Cancellation);
        return new RunningAppliance.Finished(curl.ExitCode, await output, await error);
    }
}
