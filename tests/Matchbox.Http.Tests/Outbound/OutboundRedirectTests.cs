using System.Net;
using System.Security.Cryptography.X509Certificates;
using Matchbox.Http.Outbound;
using Matchbox.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Tests.Outbound;

/// <summary>Where an HTTPS target may send the outbound client: by the rules of the appliance, with a listener of its own in reach.</summary>
public sealed class OutboundRedirectTests : IAsyncLifetime
{
    private static readonly IPAddress Outside = IPAddress.Parse("127.0.0.2");

    private readonly TestCertificates _authority = new();
    private WebApplication _server = null!;
    private int _secure, _plain, _asked;
    private string _location = "";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Any, 0, listen => listen.UseHttps(_authority.Make("hook.example", TestCertificates.ServerAuth)));
            kestrel.Listen(IPAddress.Any, 0);
        });
        _server = builder.Build();
        _server.Run(context =>
        {
            if (context.Request.Path == "/to")
            {
                context.Response.StatusCode = 307;
                context.Response.Headers.Location = _location;
                return Task.CompletedTask;
            }
            _asked++;
            return context.Response.WriteAsync("hello");
        });
        await _server.StartAsync();
        int[] ports = [.. _server.Urls.Select(url => new Uri(url).Port)];
        (_secure, _plain) = (ports[0], ports[1]);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("http://hook.example:PLAIN/hello", "not encrypted")]
    [InlineData("http://127.0.0.1:PLAIN/hello", "not encrypted")]
    [InlineData("https://127.0.0.1:SECURE/hello", "loopback")]
    [InlineData("https://localhost:SECURE/hello", "loopback")]
    [InlineData("https://[::1]:SECURE/hello", "loopback")]
    [InlineData("https://[::ffff:127.0.0.1]:SECURE/hello", "loopback")]
    [InlineData("https://169.254.169.254/latest/meta-data", "link-local")]
    [InlineData("https://metadata.example/latest/meta-data", "link-local")]
    [InlineData("https://own.example:9443/api/v1/machines", "listener of this appliance")]
    [InlineData("https://203.0.113.7:9443/api/v1/machines", "listener of this appliance")]
    [InlineData("https://10.1.2.3/", "private range")]
    public async Task A_redirect_to_where_nobody_may_send_us_is_refused(string location, string reason)
    {
        _location = location.Replace("PLAIN", $"{_plain}", StringComparison.Ordinal).Replace("SECURE", $"{_secure}", StringComparison.Ordinal);
        using var client = Client();
        var refused = Assert.IsType<OutboundAnswer.Refused>(await GetAsync(client, "/to"));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task A_redirect_to_another_path_over_HTTPS_is_followed()
    {
        _location = "/hello";
        using var client = Client();
        Assert.Equal(200, Assert.IsType<OutboundAnswer.Answered>(await GetAsync(client, "/to")).Status);
        Assert.Equal(1, _asked);
    }

    // The rules of the appliance; one address stands for a host outside, which a test has not.
    private OutboundClient Client()
    {
        var rules = new AddressRules([], [new IPEndPoint(IPAddress.Any, 9443)], () => [IPAddress.Parse("203.0.113.7")]);
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(_authority.Authority);
        return new OutboundClient(
            target => target.Address.Equals(Outside) ? null : rules.WhyNot(target),
            new OutboundSettings { Trust = trust },
            TimeProvider.System,
            (host, _) => Task.FromResult<IPAddress[]>(host switch
            {
                "hook.example" => [Outside],
                "metadata.example" => [IPAddress.Parse("169.254.169.254")],
                "own.example" => [IPAddress.Parse("203.0.113.7")],
                _ => [IPAddress.Loopback],
            }));
    }

    private Task<OutboundAnswer> GetAsync(OutboundClient client, string path) =>
        client.SendAsync(new Uri($"https://hook.example:{_secure}{path}"), url => new HttpRequestMessage(HttpMethod.Get, url), TestContext.Current.CancellationToken);
}
