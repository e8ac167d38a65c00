using Matchbox.Http.Access;
using Matchbox.Web.Calls;
using Matchbox.Web.Components;
using Matchbox.Web.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MudBlazor;
using MudBlazor.Services;

namespace Matchbox.Web;

/// <summary>The console: pages for people on the admin listener. Everything that they show and do, they ask of the API.</summary>
public static class ConsoleRegistration
{
    /// <summary>Where one signs in.</summary>
    public const string SignInPath = "/sign-in";

    /// <summary>By what an open page speaks with the appliance. It changes nothing by itself: what the page then does asks for its own right.</summary>
    public static readonly IReadOnlyList<string> PageCalls = ["POST /_blazor", "POST /_blazor/negotiate", "POST /_blazor/disconnect/", "POST /_blazor/initializers/"];

    /// <summary>What pages may load and whom they may call: this appliance, and nobody else. Styles are set by components as they go.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    // A text that is edited comes whole with each change, escaped.
    private const long MaxMessage = 2 << 20;

    public static IServiceCollection AddConsole(this IServiceCollection services, Func<IServiceProvider, RequestDelegate> api)
    {
        services.AddSingleton(provider => new ConsolePipeline(new Lazy<RequestDelegate>(() => api(provider))));
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = 50;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = MaxMessage);
        // Pages live as long as the process: their keys need no file, and no service that writes one at the start.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.Remove(services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(IDataProtectionBuilder).Assembly));
        services.AddCascadingAuthenticationState();
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomLeft;
            mud.SnackbarConfiguration.PreventDuplicates = true;
        });
        services.AddSingleton<MachineBoard>();
        services.AddScoped<ConsoleApi>();
        return services;
    }

    /// <summary>Scripts, styles and pictures of the pages: the same everywhere, and so for everybody.</summary>
    public static void UseConsoleFiles(this IApplicationBuilder admin) => admin.UseStaticFiles(new StaticFileOptions
    {
        OnPrepareResponse = static file => file.Context.Response.Headers.CacheControl = "no-cache",
    });

    /// <summary>Stands before the endpoints, where the pages need it.</summary>
    public static void UseConsole(this IApplicationBuilder admin) => admin.UseAntiforgery();

    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null);
        pages.RequireAuthorization(AccessPolicies.Viewer);
        pages.Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<ComponentTypeMetadata>().Any())
            {
                endpoint.Metadata.Add(new SignInPage(SignInPath));
            }
            else
            {
                endpoint.Metadata.Add(new ChangesNothing());
            }
            var answer = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                context.Response.Headers.ContentSecurityPolicy = Policy;
                return answer(context);
            };
        });
        SignInPages.Map(routes);
    }
}
