using Matchbox.Core.Boot;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Matchbox.Http.Boot;

/// <summary>Puts the boot listener into a host that has a <see cref="BootService"/>.</summary>
public static class BootListenerRegistration
{
    public static IServiceCollection AddBootListener(this IServiceCollection services, BootListenerSettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(provider => new RateLimit(settings.ReportsPerMinute, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ReportEndpoint>();
        services.AddSingleton<BootListener>();
        return services;
    }

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

    /// <summary>Ends a pipeline: every request of it is a machine's.</summary>
    public static IApplicationBuilder UseBootListener(this IApplicationBuilder app)
    {
        app.Run(app.ApplicationServices.GetRequiredService<BootListener>().HandleAsync);
        return app;
    }
}
