using Matchbox.Http.Access;
using Matchbox.Http.Boot;
using Matchbox.Http.Grpc;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Description;

namespace Matchbox.Appliance.Hosting;

/// <summary>Which paths each listener has. No listener has a path of another: each has a routing table of its own.</summary>
internal static class Paths
{
    public static void Map(IApplicationBuilder application)
    {
        application.UseBootListener();
        application.UseGrpcListener();
        application.MapWhen(context => Listeners.Of(context) == Listener.Control, control =>
        {
            control.UseMiddleware<AccessAudit>();
            control.UseRestProblems();
            control.UseRouting();
            control.UseRights();
            control.UseRestIdempotency();
            control.UseEndpoints(routes =>
            {
                routes.MapRest();
                routes.MapRestDescription();
                routes.MapLocalAccess();
            });
        });
        application.MapWhen(context => Listeners.Of(context) == Listener.Admin, admin =>
        {
            admin.UseAdminGuard();
            admin.UseRestProblems();
            admin.UseRouting();
            admin.UseRights();
            admin.UseRestIdempotency();
            admin.UseEndpoints(routes =>
            {
                routes.MapHealth();
                routes.MapRest();
                routes.MapRestDescription();
                routes.MapAccess();
                routes.MapMethods("/metrics", ["GET", "HEAD"], routes.ServiceProvider.GetRequiredService<MetricsPage>().WriteAsync)
                    .RequireAuthorization(AccessPolicies.Local);
            });
        });
    }
}
