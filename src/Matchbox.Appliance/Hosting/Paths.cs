using Matchbox.Http.Boot;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Description;

namespace Matchbox.Appliance.Hosting;

/// <summary>Which paths each listener has. No listener has a path of another: each has a routing table of its own.</summary>
internal static class Paths
{
    public static void Map(IApplicationBuilder application)
    {
        application.UseBootListener();
        application.MapWhen(context => Listeners.Of(context) == Listener.Control, control =>
        {
            control.UseMiddleware<ControlAudit>();
            control.UseRestProblems();
            control.UseRouting();
            control.UseRestIdempotency();
            control.UseEndpoints(routes =>
            {
                routes.MapRest();
                routes.MapButane();
                routes.MapRestDescription();
            });
        });
        application.MapWhen(context => Listeners.Of(context) == Listener.Admin, admin =>
        {
            admin.UseRestProblems();
            admin.UseRouting();
            admin.UseEndpoints(routes =>
            {
                routes.MapHealth();
                routes.MapButane();
                routes.MapRestDescription();
                routes.MapMethods("/metrics", ["GET", "HEAD"], routes.ServiceProvider.GetRequiredService<MetricsPage>().WriteAsync);
            });
        });
    }
}

/// <summary>Writes down who changed what by the control socket.</summary>
internal sealed partial class ControlAudit(RequestDelegate next, ILogger<ControlAudit> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        // A translation is a POST for its body only.
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && context.Request.Path != RestRegistration.ButanePath)
        {
            LogChange(logger, context.Request.Method, context.Request.Path, context.Features.Get<ControlPeer>()?.Name ?? "", context.Response.StatusCode);
        }
    }

    [LoggerMessage(7030, LogLevel.Information, "{Method} {Path} by {By}: {Status}")]
    private static partial void LogChange(ILogger logger, string method, string path, string by, int status);
}
