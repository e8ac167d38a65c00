using System.Text.Json.Serialization;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Catalogs;
using Matchbox.Http.Rest.Description;
using Matchbox.Http.Rest.Idempotency;
using Matchbox.Http.Rest.Inventory;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Matchbox.Http.Rest;

/// <summary>The REST calls.</summary>
public static class RestRegistration
{
    /// <summary>Where Butane is translated: the one POST that changes nothing.</summary>
    public const string ButanePath = "/api/v1/butane";

    private static readonly EndpointMetadataCollection KnownOnly = new(new AuthorizeAttribute(AccessPolicies.Known), new ChangesNothing());

    public static IServiceCollection AddRest(this IServiceCollection services) => services
        .ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, RestJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, AccessJson.Default);
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        })
        .Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true)
        .AddRestDescription()
        .AddCatalogRights()
        .AddSingleton<HealthReport>()
        .AddSingleton<MachineViews>()
        .AddSingleton<MachineDefinitions>()
        .AddSingleton<MachineAnswers>()
        .AddSingleton<MachineEndpoints>()
        .AddSingleton<MachineWaking>()
        .AddSingleton<MachineReplacing>()
        .AddSingleton<LifecycleEndpoints>()
        .AddSingleton<ApprovalEndpoint>()
        .AddSingleton<MachineListEndpoint>()
        .AddSingleton<EventEndpoints>()
        .AddSingleton<LeaseEndpoints>()
        .AddSingleton<SecretEndpoints>()
        .AddSingleton<WebhookEndpoints>()
        .AddSingleton<NetworkEndpoints>()
        .AddSingleton<PreviewEndpoints>()
        .AddSingleton<BootDiagnosis>()
        .AddSingleton<DiagnosisEndpoint>()
        .AddSingleton<BootDownloads>()
        .AddSingleton<DownloadEndpoint>()
        .AddSingleton<EventStreamEndpoint>()
        .AddSingleton<InventoryEndpoints>()
        .AddSingleton<IdempotentAnswers>()
        .AddSingleton<ApplyEndpoint>()
        .AddSingleton<GroupMatchEndpoint>()
        .AddSingleton<CatalogChanges>()
        .AddSingleton<CatalogEndpoints>()
        .AddSingleton<DocumentEndpoints>()
        .AddSingleton<BootExplainer>()
        .AddSingleton<ExplainEndpoints>()
        .AddSingleton<ButaneEndpoint>();

    // gRPC may have it already.
    private static IServiceCollection AddCatalogRights(this IServiceCollection services)
    {
        services.TryAddSingleton<DocumentOwners>();
        services.TryAddSingleton<CatalogRights>();
        return services;
    }

    /// <summary>Stands around everything of the API: a refusal is a problem (RFC 9457), whoever refuses.</summary>
    public static IApplicationBuilder UseRestProblems(this IApplicationBuilder application) => application.UseMiddleware<ProblemMiddleware>();

    /// <summary>
    /// What routing refuses (no such path, method or kind of body) is told to whoever is known, and to nobody else. Stands between routing
    /// and rights.
    /// </summary>
    public static IApplicationBuilder UseRestRefusals(this IApplicationBuilder application) => application.Use(next => context =>
    {
        var endpoint = context.GetEndpoint();
        if (endpoint is not RouteEndpoint)
        {
            context.SetEndpoint(new Endpoint(endpoint?.RequestDelegate ?? NotFoundAsync, KnownOnly, endpoint?.DisplayName ?? "404"));
        }
        return next(context);
    });

    /// <summary>A POST with an <c>Idempotency-Key</c> is done once. Stands after routing, and after whoever finds out who asks.</summary>
    public static IApplicationBuilder UseRestIdempotency(this IApplicationBuilder application) => application.UseMiddleware<IdempotencyMiddleware>();

    /// <summary>Everything under <c>/api/v1</c>, each call with the right that it needs.</summary>
    public static void MapRest(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var rest = RestRoutes.On(routes);
        services.GetRequiredService<MachineEndpoints>().Map(rest);
        services.GetRequiredService<LifecycleEndpoints>().Map(rest);
        services.GetRequiredService<ApprovalEndpoint>().Map(rest);
        services.GetRequiredService<MachineListEndpoint>().Map(rest);
        services.GetRequiredService<PreviewEndpoints>().Map(rest);
        services.GetRequiredService<DiagnosisEndpoint>().Map(rest);
        services.GetRequiredService<DownloadEndpoint>().Map(rest);
        services.GetRequiredService<EventEndpoints>().Map(rest);
        services.GetRequiredService<EventStreamEndpoint>().Map(rest);
        services.GetRequiredService<InventoryEndpoints>().Map(rest);
        services.GetRequiredService<LeaseEndpoints>().Map(rest);
        services.GetRequiredService<NetworkEndpoints>().Map(rest);
        services.GetRequiredService<SecretEndpoints>().Map(rest);
        services.GetRequiredService<WebhookEndpoints>().Map(rest);
        services.GetRequiredService<CatalogEndpoints>().Map(rest);
        services.GetRequiredService<GroupMatchEndpoint>().Map(rest);
        services.GetRequiredService<ApplyEndpoint>().Map(rest);
        services.GetRequiredService<DocumentEndpoints>().Map(rest);
        services.GetRequiredService<ExplainEndpoints>().Map(routes);
        ApplianceEndpoints.Map(rest);
        routes.MapButane();
        var health = services.GetRequiredService<HealthReport>();
        rest.Viewer.MapGet("/health", () => TypedResults.Ok(health.Now())).Describe("getHealth", "Health", "Say how the appliance is, with what keeps it from being well");
    }

    /// <summary>The translation of Butane: it changes and reveals nothing, so that this machine's own processes need not say who they are.</summary>
    public static void MapButane(this IEndpointRouteBuilder routes) => routes.ServiceProvider.GetRequiredService<ButaneEndpoint>().Map(routes);

    // The problem says the rest.
    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

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
