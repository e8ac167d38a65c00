using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Matchbox.Http.Tests.Access.OpenId;

/// <summary>A small OpenID provider over Kestrel: one person, codes that hold once, and every lie that a test asks for.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly Dictionary<string, (string Nonce, string Challenge)> _codes = [];
    private WebApplication _app = null!;

    public string Url { get; private set; } = "";

    public string[] Groups { get; set; } = ["rack-admins"];

    public string? Nonce { get; set; }

    public string? Issuer { get; set; }

    public string Audience { get; set; } = "matchbox";

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Where the discovery document is said to be; null: it is where it belongs.</summary>
    public string? Elsewhere { get; set; }

    public bool WasFollowed { get; private set; }

    public RSA? OtherKey { get; set; }

    public static async Task<Provider> StartAsync()
    {
        var provider = new Provider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = provider._app = builder.Build();
        app.MapGet("/elsewhere", () => provider.WasFollowed = true);
        app.MapGet("/.well-known/openid-configuration", context => provider.Elsewhere is { } elsewhere ? SendAway(context, elsewhere) : context.Response.WriteAsJsonAsync(new Dictionary<string, object>
        {
            ["issuer"] = provider.Url,
            ["authorization_endpoint"] = $"{provider.Url}/authorize",
            ["token_endpoint"] = $"{provider.Url}/token",
            ["jwks_uri"] = $"{provider.Url}/keys",
        }));
        app.MapGet("/keys", provider.KeysAsync);
        app.MapGet("/authorize", provider.Authorize);
        app.MapPost("/token", provider.TokenAsync);
        await app.StartAsync();
        provider.Url = app.Urls.First();
        return provider;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private Task KeysAsync(HttpContext context)
    {
        var parameters = _key.ExportParameters(false);
        return context.Response.WriteAsJsonAsync(new Dictionary<string, object>
        {
            ["keys"] = new[]
            {
                new Dictionary<string, string>
                {
                    ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = "one",
                    ["n"] = Base64UrlEncoder.Encode(parameters.Modulus), ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
                },
            },
        });
    }

    private static Task SendAway(HttpContext context, string elsewhere)
    {
        context.Response.Redirect(elsewhere);
        return Task.CompletedTask;
    }

    private Task Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        Assert.Equal(("code", "S256", "matchbox"), (query["response_type"].ToString(), query["code_challenge_method"].ToString(), query["client_id"].ToString()));
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = (query["nonce"].ToString(), query["code_challenge"].ToString());
        context.Response.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}");
        return Task.CompletedTask;
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (!_codes.Remove(form["code"].ToString(), out var asked) || form["client_secret"] != "the secret"
            || Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != asked.Challenge)
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsJsonAsync(new Dictionary<string, string> { ["error"] = "invalid_grant", ["error_description"] = "provider-detail" });
            return;
        }
        var now = DateTime.UnixEpoch + TimeSpan.FromMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer ?? Url,
            Audience = Audience,
            IssuedAt = now - TimeSpan.FromMinutes(10),
            Expires = now + Lifetime,
            Claims = new Dictionary<string, object> { ["sub"] = "s-1", ["name"] = "Alice Example", ["nonce"] = Nonce ?? asked.Nonce, ["groups"] = Groups },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(OtherKey ?? _key) { KeyId = "one" }, "RS256"),
        });
        await context.Response.WriteAsJsonAsync(new Dictionary<string, object> { ["access_token"] = "at-secret", ["token_type"] = "Bearer", ["expires_in"] = 300, ["id_token"] = token });
    }
}
