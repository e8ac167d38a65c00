using Matchbox.Core.Boot;
using Matchbox.Http.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Http.Rest;

/// <summary>The REST calls.</summary>
public static class RestRegistration
{
    /// <summary>Where Butane is translated: the one POST that changes nothing.</summary>
    public const string ButanePath = "/api/v1/butane";

    public static IServiceCollection AddRest(this IServiceCollection services) => services
        .AddSingleton<HealthReport>()
        .AddSingleton<MachineViews>()
        .AddSingleton<MachineEndpoints>()
        .AddSingleton<EventEndpoints>()
        .AddSingleton<LeaseEndpoints>()
        .AddSingleton<DocumentEndpoints>()
        .AddSingleton<BootExplainer>()
        .AddSingleton<ExplainEndpoints>()
        .AddSingleton<ButaneEndpoint>();

    /// <summary>Everything under <c>/api/v1</c>, each call with the right that it needs.</summary>
    public static void MapRest(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<MachineEndpoints>().Map(routes);
        services.GetRequiredService<EventEndpoints>().Map(routes);
        services.GetRequiredService<LeaseEndpoints>().Map(routes);
        services.GetRequiredService<DocumentEndpoints>().Map(routes);
        services.GetRequiredService<ExplainEndpoints>().Map(routes);
        routes.MapButane();
        var health = services.GetRequiredService<HealthReport>();
        routes.MapGet("/api/v1/health", context => context.AnswerAsync(health.Now(), RestJson.Default.HealthView)).RequireAuthorization(AccessPolicies.Viewer);
        routes.MapFallback("{**path}", context => context.RefuseAsync(StatusCodes.Status404NotFound, $"there is no {context.Request.Path} here"))
            .RequireAuthorization(AccessPolicies.Known).WithMetadata(new ChangesNothing());
    }

    /// <summary>The translation of Butane: it changes and reveals nothing, so that this machine's own processes need not say who they are.</summary>
    public static void MapButane(this IEndpointRouteBuilder routes) => routes.ServiceProvider.GetRequiredService<ButaneEndpoint>().Map(routes);

    /// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it serves, with what keeps it from that.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.ServiceProvider.GetRequiredService<HealthReport>();
        routes.MapMethods("/healthz", ["GET", "HEAD"], context => context.Response.WriteAsync("ok\n", context.RequestAborted)).AllowAnonymous();
        routes.MapMethods("/readyz", ["GET", "HEAD"], context =>
        {
            var now = health.Now();
            context.Response.StatusCode = now.Status == "failed" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            return context.Response.WriteAsync(
                string.Concat([$"{now.Status}\n", .. now.Findings.Where(finding => finding.State != "ok").Select(finding => $"{finding.Name}: {finding.Text}\n")]),
                context.RequestAborted);
        }).AllowAnonymous();
    }
}
