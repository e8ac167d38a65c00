using System.Security.Cryptography;
using Matchbox.Core.Access;

namespace Matchbox.Http.Tests.Access.OpenId;

public sealed class OpenIdTests
{
    private const string SessionCookie = "__Host-matchbox";

    [Fact]
    public async Task Somebody_with_a_role_gets_a_session_that_can_be_ended()
    {
        await using var provider = await Provider.StartAsync();
        await using var host = await OpenIdHost.StartAsync(provider);
        var (status, text, _) = await host.GetAsync(await host.BeginAsync());
        Assert.Equal((200, "signed in as Alice Example\n"), (status, text));
        // One cookie is left, ours; it holds 256 random bits and no token.
        Assert.Equal([SessionCookie], host.Cookies.Keys);
        Assert.Equal(AccessSecret.Length, host.Cookies[SessionCookie].Length);
        Assert.All(host.SetCookies.Where(set => !set.Contains("1970", StringComparison.Ordinal)), set =>
        {
            Assert.StartsWith("__Host-", set, StringComparison.Ordinal);
            Assert.Contains("secure", set, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("httponly", set, StringComparison.OrdinalIgnoreCase);
        });
        var (known, who, _) = await host.GetAsync("/api/v1/session");
        Assert.Equal(200, known);
        Assert.Contains("oidc:s-1", who, StringComparison.Ordinal);
        Assert.Equal(200, (await host.GetAsync("/api/v1/users")).Status);
        Assert.False(host.Book.HasUsers);
        Assert.IsType<AccessOutcome.Done>(host.Book.RemoveUser("oidc:s-1"));
        Assert.Equal(401, (await host.GetAsync("/api/v1/session")).Status);
    }

    [Fact]
    public async Task Somebody_without_a_role_is_refused()
    {
        await using var provider = await Provider.StartAsync();
        provider.Groups = ["others"];
        await using var host = await OpenIdHost.StartAsync(provider);
        await RefusesAsync(host, await host.BeginAsync(), 403);
    }

    public static TheoryData<string> Lies => ["nonce", "issuer", "audience", "expired", "signature"];

    [Theory, MemberData(nameof(Lies))]
    public async Task A_token_that_does_not_fit_is_refused(string lie)
    {
        await using var provider = await Provider.StartAsync();
        using var other = RSA.Create(2048);
        switch (lie)
        {
            case "nonce":
                provider.Nonce = "another";
                break;
            case "issuer":
                provider.Issuer = "https://other.example";
                break;
            case "audience":
                provider.Audience = "another-client";
                break;
            case "expired":
                provider.Lifetime = TimeSpan.FromMinutes(-2);
                break;
            default:
                provider.OtherKey = other;
                break;
        }
        await using var host = await OpenIdHost.StartAsync(provider);
        await RefusesAsync(host, await host.BeginAsync(), 401);
    }

    [Fact]
    public async Task A_state_that_is_not_ours_or_not_of_this_browser_is_refused()
    {
        await using var provider = await Provider.StartAsync();
        await using var host = await OpenIdHost.StartAsync(provider);
        var callback = await host.BeginAsync();
        await RefusesAsync(host, callback[..callback.IndexOf("state=", StringComparison.Ordinal)] + "state=made-up", 401);
        await RefusesAsync(host, "/signin/oidc/callback", 401);
        host.Cookies.Clear();
        await RefusesAsync(host, callback, 401);
    }

    [Fact]
    public async Task A_callback_counts_once()
    {
        await using var provider = await Provider.StartAsync();
        await using var host = await OpenIdHost.StartAsync(provider);
        var callback = await host.BeginAsync();
        var before = host.Cookies.ToArray();
        Assert.Equal(200, (await host.GetAsync(callback)).Status);
        host.Cookies.Clear();
        await RefusesAsync(host, callback, 401);
        // Even with the cookies of then: the code was used.
        foreach (var (name, value) in before)
        {
            host.Cookies[name] = value;
        }
        await RefusesAsync(host, callback, 401);
    }

    [Fact]
    public async Task A_provider_that_is_down_or_may_not_be_called_gives_nothing_away()
    {
        await using var provider = await Provider.StartAsync();
        await using var refusing = await OpenIdHost.StartAsync(provider, _ => "not allowed");
        await RefusesAsync(refusing, "/signin/oidc", 503);
        await using var host = await OpenIdHost.StartAsync(provider);
        var callback = await host.BeginAsync();
        await provider.StopAsync();
        await RefusesAsync(host, callback, 401);
    }

    private static async Task RefusesAsync(OpenIdHost host, string url, int expected)
    {
        var (status, text, _) = await host.GetAsync(url);
        Assert.Equal(expected, status);
        Assert.DoesNotContain("IDX", text, StringComparison.Ordinal);
        Assert.DoesNotContain("provider-detail", text, StringComparison.Ordinal);
        Assert.DoesNotContain(SessionCookie, host.Cookies.Keys);
    }
}
