using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.RateLimiting;
using Matchbox.Core.Access;
using Matchbox.Core.Access.Audit;
using Matchbox.Core.Health;
using Matchbox.Http.Access.Endpoints;
using Matchbox.Http.Access.OpenId;
using Matchbox.Http.Access.Tls;
using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Matchbox.Http.Access;

/// <summary>Puts users, rights, sessions, TLS and the audit log of the admin listener into a host that has the two stores.</summary>
public static class AccessRegistration
{
    /// <summary>
    /// The endpoints that answer whoever asks, by method and path. A test holds every listener to this list: an endpoint that is not on it
    /// and answers without a right fails the suite.
    /// </summary>
    public static readonly IReadOnlyList<string> Anonymous =
    [
        "GET /healthz", "HEAD /healthz",                    // the process answers, and no more
        "GET /readyz", "HEAD /readyz",                      // what keeps it from serving, for load balancers
        $"POST {SessionEndpoints.Path}",                    // signing in
        $"POST {SetupEndpoints.Path}",                      // with a set-up code
        $"GET {SetupPage.PagePath}", $"GET {SetupPage.ScriptPath}", $"GET {SetupPage.StylePath}",
        // A library's files, the same everywhere; the page that uses them needs a right.
        "GET /scalar/scalar.js", "GET /scalar/scalar.aspnetcore.js", "GET /scalar/favicon.svg",
    ];

    /// <summary>And these, where an OpenID provider is configured.</summary>
    public static readonly IReadOnlyList<string> AnonymousWithOpenId = [$"GET {OpenIdSignIn.Path}", $"GET {OpenIdSignIn.CallbackPath}"];

    /// <summary>The endpoints that answer also processes of this machine itself; others need to be viewers.</summary>
    public static readonly IReadOnlyList<string> Local = ["GET /metrics", "HEAD /metrics", $"POST {RestRegistration.ButanePath}"];

    public static IServiceCollection AddAccess(this IServiceCollection services, AdminListenerSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<KnownHosts>();
        services.AddSingleton<ClientCertificates>();
        services.AddSingleton<IHealthCheck>(provider => provider.GetRequiredService<ClientCertificates>());
        services.TryAddSingleton(new Argon2Settings());
        services.AddSingleton<IPasswordHasher, Argon2PasswordHasher>();
        services.AddSingleton<SignInGate>();
        services.AddSingleton<AccessBook>();
        services.AddSingleton<SetupLink>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<IAuditLog>(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<IHealthCheck>(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<AdminCertificate>();
        services.AddSingleton<IHealthCheck>(provider => provider.GetRequiredService<AdminCertificate>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<AdminCertificate>());
        services.AddSingleton<UserEndpoints>().AddSingleton<TokenEndpoints>().AddSingleton<SessionEndpoints>().AddSingleton<SetupEndpoints>().AddSingleton<AuditEndpoints>();
        // The core of it: the rest brings data protection, which writes keys into the home folder.
        services.AddAuthenticationCore(options =>
        {
            options.AddScheme<AccessHandler>(AccessHandler.Scheme, null);
            options.DefaultScheme = AccessHandler.Scheme;
        });
        services.AddTransient<AccessHandler>();
        if (settings.OpenId is { } openId)
        {
            services.AddOpenId(openId);
        }
        services.AddAuthorization(AccessPolicies.Add);
        services.AddSingleton<IAuthorizationHandler, RoleHandler>();
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.OnRejected = static (rejected, _) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = "1";
                return new ValueTask(rejected.HttpContext.RefuseAsync(StatusCodes.Status429TooManyRequests, "too many requests from this address: slow down"));
            };
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(
                SignInGate.KeyOf(context.Connection.RemoteIpAddress),
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = settings.Burst,
                    TokensPerPeriod = settings.Burst / 2,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                }));
        });
        return services;
    }

    /// <summary>Speaks TLS 1.2 or newer with the certificate in use, and asks for a client's where an authority is named.</summary>
    public static void UseAdminTls(this ListenOptions listen)
    {
        var services = listen.ApplicationServices;
        var certificate = services.GetRequiredService<AdminCertificate>();
        var clients = services.GetRequiredService<ClientCertificates>();
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Context,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateRequired = clients.AreAsked,
                // Without one there are tokens and passwords; whom it names is looked up at each request.
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is null || (shown is X509Certificate2 certificate && clients.Accept(certificate)),
                // A ticket would let a certificate in again that has expired or is denied by then.
                AllowTlsResume = !clients.AreAsked,
                AllowRenegotiation = false,
            }),
        });
    }

    /// <summary>What stands before the endpoints of the admin listener. Routing comes in between: see <see cref="UseRights"/>.</summary>
    public static void UseAdminGuard(this IApplicationBuilder admin)
    {
        admin.UseMiddleware<AccessAudit>();
        admin.UseMiddleware<AdminGuard>();
        admin.UseRateLimiter();
    }

    /// <summary>Who asks, and may he: after routing, before the endpoints.</summary>
    public static void UseRights(this IApplicationBuilder listener)
    {
        listener.UseAuthentication();
        listener.UseAuthorization();
    }

    /// <summary>Users, tokens, sessions, set-up and the audit log.</summary>
    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<UserEndpoints>().Map(routes);
        services.GetRequiredService<TokenEndpoints>().Map(routes);
        services.GetRequiredService<SessionEndpoints>().Map(routes);
        services.GetRequiredService<SetupEndpoints>().Map(routes);
        services.GetRequiredService<AuditEndpoints>().Map(routes);
        services.GetService<OpenIdSignIn>()?.Map(routes);
    }

    /// <summary>The same by the control socket, which alone makes set-up links.</summary>
    public static void MapLocalAccess(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<UserEndpoints>().Map(routes);
        services.GetRequiredService<TokenEndpoints>().Map(routes);
        services.GetRequiredService<AuditEndpoints>().Map(routes);
        services.GetRequiredService<SetupEndpoints>().MapMaking(routes);
    }
}
