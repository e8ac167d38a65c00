using System.Net;
using Matchbox.Core.Boot;
using Matchbox.Http.Boot.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Matchbox.Http.Boot;

/// <summary>Puts the boot listener into a host that has a <see cref="BootService"/>.</summary>
public static class BootListenerRegistration
{
    /// <summary>
    /// Every path of the boot listener. They answer whoever asks, as firmware has no login; <c>/*</c> is whatever stands below. Names of
    /// one part but <c>report</c> and <c>autoexec.ipxe</c> are there with <c>.sig</c> and <c>.asc</c> too, where answers are signed.
    /// </summary>
    public static readonly IReadOnlyList<string> Anonymous =
    [
        "/", "/boot.ipxe", "/boot.ipxe.0", "/autoexec.ipxe", "/ipxe", "/grub", "/ignition", "/cloud", "/generic", "/metadata", "/report", "/assets/*", "/boot/*",
    ];

    public static IServiceCollection AddBootListener(this IServiceCollection services, BootListenerSettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(provider => new RateLimit(settings.ReportsPerMinute, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ReportEndpoint>();
        services.AddSingleton<BootListener>();
        if (settings.Compatibility == CompatibilityMode.Strict)
        {
            services.AddHostedService<StrictModeNotice>();
        }
        return services;
    }

    /// <summary>Listens for machines here. Requests of these connections alone reach the boot listener.</summary>
    /// <param name="kestrel">The server.</param>
    /// <param name="endpoint">Where.</param>
    /// <param name="tls">HTTPS in place of HTTP, with this certificate; null: HTTP.</param>
    public static void ListenBoot(this KestrelServerOptions kestrel, IPEndPoint endpoint, BootCertificate? tls = null) => kestrel.Listen(endpoint, listen =>
    {
        // Firmware speaks HTTP/1.1 or older.
        listen.Protocols = HttpProtocols.Http1;
        if (tls is not null)
        {
            listen.UseHttps(tls.Callback());
        }
        listen.MarkAsBoot();
    });

    /// <summary>Its connections reach the boot listener. After TLS, where there is some.</summary>
    internal static void MarkAsBoot(this ListenOptions listen) => listen.Use(next => async connection =>
    {
        connection.Features.Set(BootConnection.Mark);
        if (await UnusualRequestLine.LookAsync(connection))
        {
            await next(connection);
        }
    });

    /// <summary>Limits for clients that nobody knows: small headers, no slow ones, bounded connections.</summary>
    public static void LimitForBoot(this KestrelServerOptions kestrel, BootListenerSettings settings)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = settings.MaxConnections;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        limits.MaxRequestBodySize = 64 * 1024;
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 100, gracePeriod: TimeSpan.FromSeconds(5));
        // A machine may pause while it unpacks or erases flash; one that takes nothing for a minute is gone.
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 100, gracePeriod: TimeSpan.FromSeconds(60));
        limits.MaxResponseBufferSize = 512 * 1024;
    }

    /// <summary>Answers what comes over the boot listener's connections; passes on all else.</summary>
    public static IApplicationBuilder UseBootListener(this IApplicationBuilder app)
    {
        var listener = app.ApplicationServices.GetRequiredService<BootListener>();
        return app.Use(next => context => context.Features.Get<BootConnection>() is null ? next(context) : listener.HandleAsync(context));
    }

    private sealed class BootConnection
    {
        public static readonly BootConnection Mark = new();
    }
}
