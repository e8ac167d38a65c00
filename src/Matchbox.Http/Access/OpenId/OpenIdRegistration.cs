using Matchbox.Http.Outbound;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Matchbox.Http.Access.OpenId;

/// <summary>Puts sign-in by an OpenID provider into a host that has the access services and an <see cref="OutboundClient"/>.</summary>
internal static class OpenIdRegistration
{
    public static void AddOpenId(this IServiceCollection services, OpenIdSettings settings)
    {
        // What is sealed lives for one sign-in: a restart in between fails that one, and no key has to be kept.
        var protection = new EphemeralDataProtectionProvider();
        services.AddSingleton(settings);
        services.AddSingleton<OpenIdSignIn>();
        services.AddWebEncoders();
        services.Configure<AuthenticationOptions>(options => options.AddScheme<OpenIdHandler>(OpenIdHandler.SchemeName, null));
        services.AddTransient<OpenIdHandler>();
        services.AddOptions<OpenIdConnectOptions>(OpenIdHandler.SchemeName).Configure<OutboundClient, OpenIdSignIn>((options, outbound, signIn) =>
        {
            options.DataProtectionProvider = protection;
            Set(options, settings, outbound, signIn);
        });
        services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>>(new OpenIdConnectPostConfigureOptions(protection));
    }

    private static void Set(OpenIdConnectOptions options, OpenIdSettings settings, OutboundClient outbound, OpenIdSignIn signIn)
    {
        options.Authority = settings.Authority.AbsoluteUri;
        options.RequireHttpsMetadata = settings.Authority.Scheme == Uri.UriSchemeHttps;
        options.ClientId = settings.ClientId;
        options.SignInScheme = AccessHandler.Scheme;
        options.CallbackPath = OpenIdSignIn.CallbackPath;
        options.RemoteSignOutPath = default;
        options.SignedOutCallbackPath = default;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // A GET from the provider's page carries lax cookies; a posted form would need SameSite=None.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.GetClaimsFromUserInfoEndpoint = false;
        options.MapInboundClaims = false;
        options.DisableTelemetry = true;
        options.RemoteAuthenticationTimeout = TimeSpan.FromMinutes(10);
        options.ProtocolValidator.NonceLifetime = TimeSpan.FromMinutes(10);
        // None of the algorithms whose key would be a shared secret, and not "none".
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ClockSkew = TimeSpan.FromMinutes(1),
            ValidAudience = settings.ClientId,
            NameClaimType = "name",
            ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
        };
        Set(options.CorrelationCookie, "__Host-matchbox-state.");
        Set(options.NonceCookie, "__Host-matchbox-nonce.");
        options.Backchannel = new HttpClient(new OutboundHandler(outbound), disposeHandler: true)
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = 256 << 10,
        };
        options.Events = new OpenIdConnectEvents
        {
            OnAuthorizationCodeReceived = async received =>
                received.TokenEndpointRequest!.ClientSecret = (await File.ReadAllTextAsync(settings.ClientSecretFile, received.HttpContext.RequestAborted)).Trim(),
            OnTicketReceived = signIn.FinishAsync,
            OnRemoteFailure = signIn.FailAsync,
        };
    }

    private static void Set(CookieBuilder cookie, string name)
    {
        cookie.Name = name;
        cookie.Path = "/";
        cookie.SecurePolicy = CookieSecurePolicy.Always;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.HttpOnly = true;
    }
}
