using Matchbox.Http.Access;
using Matchbox.Http.Boot;
using Matchbox.Http.Grpc;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Description;
using Matchbox.Web;

namespace Matchbox.Appliance.Hosting;

/// <summary>
/// Which paths each listener has. No listener has a path of another: each has a routing table of its own. What people and automation
/// ask is put together when the first of them does: a machine that boots after a power cut does not wait for it.
/// </summary>
internal static class Paths
{
    public static void Map(IApplicationBuilder application)
    {
        application.UseBootListener();
        application.UseGrpcListener();
        application.MapAtFirstUse(Listener.Control, control =>
        {
            control.UseMiddleware<AccessAudit>();
            control.UseRestProblems();
            control.UseRouting();
            control.UseRestRefusals();
            control.UseRights();
            control.UseRestIdempotency();
            control.UseEndpoints(routes =>
            {
                routes.MapRest();
                routes.MapRestDescription();
                routes.MapLocalAccess();
            });
        });
        application.MapAtFirstUse(Listener.Admin, admin =>
        {
            admin.UseAdminGuard();
            admin.UseConsoleFiles();
            admin.UseRestProblems();
            admin.UseRouting();
            admin.UseRestRefusals();
            admin.UseRights();
            admin.UseConsole();
            admin.UseRestIdempotency();
            admin.UseEndpoints(routes =>
            {
                routes.MapConsole();
                routes.MapHealth();
                routes.MapRest();
                routes.MapRestDescription();
                routes.MapAccess();
                routes.MapMethods("/metrics", ["GET", "HEAD"], routes.ServiceProvider.GetRequiredService<MetricsPage>().WriteAsync)
                    .RequireAuthorization(AccessPolicies.Local);
            });
        });
    }

    /// <summary>The API for the console's pages, which know who asks.</summary>
    public static RequestDelegate ForConsole(IServiceProvider services)
    {
        var api = new ApplicationBuilder(services);
        api.UseMiddleware<AccessAudit>();
        api.UseRestProblems();
        api.UseRouting();
        api.UseRestRefusals();
        api.UseRights();
        api.UseEndpoints(routes =>
        {
            routes.MapRest();
            routes.MapAccess();
        });
        return api.Build();
    }

    private static void MapAtFirstUse(this IApplicationBuilder application, Listener listener, Action<IApplicationBuilder> map)
    {
        var branch = new Lazy<RequestDelegate>(() =>
        {
            var own = application.New();
            map(own);
            return own.Build();
        });
        application.Use(next => context => Listeners.Of(context) == listener ? branch.Value(context) : next(context));
    }
}
