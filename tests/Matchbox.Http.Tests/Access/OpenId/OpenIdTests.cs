using System.Security.Cryptography;
using Matchbox.Core.Access;
using Matchbox.Core.Access.Audit;
using Matchbox.Http.Access.OpenId;

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

    [Fact]
    public async Task A_sign_in_is_audited_with_the_rights_that_the_roles_gave_and_with_none_of_the_tokens()
    {
        Assert.True(Right.TryParse("operator:rack=b7", out var limited));
        await using var provider = await Provider.StartAsync();
        provider.Groups = ["b7", "others", "b7"];
        await using var host = await OpenIdHost.StartAsync(provider, null, new OpenIdRole("b7", limited), new OpenIdRole("everybody", Right.Admin));
        Assert.Equal(200, (await host.GetAsync(await host.BeginAsync())).Status);
        // He may what the role says, and no more.
        Assert.Equal(403, (await host.GetAsync("/api/v1/users")).Status);
        var entries = await host.AuditAsync(2);
        var entry = Assert.Single(entries, entry => entry.Kind == AuditKind.SignIn);
        Assert.Equal(("oidc:s-1", "signed in", "Alice Example: operator:rack=b7"), (entry.Who, entry.Outcome, entry.After));
        Assert.Equal("127.0.0.1", entry.From);
        var refusal = Assert.Single(entries, entry => entry.Kind == AuditKind.Refusal);
        Assert.Equal(("oidc:s-1", "403"), (refusal.Who, refusal.Outcome));
        Assert.All(entries, entry => Assert.DoesNotContain(host.Cookies[SessionCookie], entry.ToString(), StringComparison.Ordinal));
        Assert.All((string[])["at-secret", "the secret", "code=", "eyJ"], word => Assert.All(entries, entry => Assert.DoesNotContain(word, entry.ToString(), StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_refused_sign_in_is_audited_as_such()
    {
        await using var provider = await Provider.StartAsync();
        provider.Groups = [];
        await using var host = await OpenIdHost.StartAsync(provider);
        await RefusesAsync(host, await host.BeginAsync(), 403);
        await RefusesAsync(host, "/signin/oidc/callback?code=x&state=y", 401);
        var entries = await host.AuditAsync(2);
        Assert.All(entries, entry => Assert.Equal(AuditKind.Refusal, entry.Kind));
        var known = Assert.Single(entries, entry => entry.Outcome == "403");
        Assert.Equal("oidc:s-1 has no role here", known.After);
        Assert.Equal("GET /signin/oidc/callback", known.Action);
        var unknown = Assert.Single(entries, entry => entry.Outcome == "401");
        Assert.Equal("", unknown.Who);
        Assert.DoesNotContain("code=", unknown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1/keys")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("OWN")]
    [InlineData("PROVIDER")]
    public async Task A_provider_that_sends_us_elsewhere_is_not_followed(string target)
    {
        await using var provider = await Provider.StartAsync();
        await using var host = await OpenIdHost.StartAsync(provider);
        provider.Elsewhere = target switch
        {
            "OWN" => $"{host.Url}/healthz",
            "PROVIDER" => $"{provider.Url}/elsewhere",
            _ => target,
        };
        await RefusesAsync(host, "/signin/oidc", 503);
        Assert.False(provider.WasFollowed);
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
