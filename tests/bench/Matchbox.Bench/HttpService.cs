using System.Globalization;
using System.Net;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Http.Boot;
using Matchbox.Protocols;
using Matchbox.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Matchbox.Bench;

/// <summary>The boot listener with one folder as its assets, which load clients ask for at the root, until it is told to stop.</summary>
internal static class HttpService
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = Value(args, "--root") ?? ".";
        var settings = new BootListenerSettings { AssetsPath = root, LoadersPath = root };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.LimitForBoot(settings);
            kestrel.ListenBoot(new IPEndPoint(
                IPAddress.Parse(Value(args, "--listen") ?? "0.0.0.0"), int.Parse(Value(args, "--port") ?? "8080", CultureInfo.InvariantCulture)));
        });
        builder.Services.AddSingleton<IMachineStore, MemoryMachineStore>();
        builder.Services.AddSingleton<MachineRegistry>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<MachineRegistry>());
        builder.Services.AddSingleton<ICatalogSource, Nothing>().AddSingleton<ISubnetSource, Nothing>().AddSingleton<IAddressOwners, Nothing>();
        builder.Services.AddSingleton<IEventSink, RecordedEvents>().AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(provider => new BootNonce(new byte[32], provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(new BootServiceSettings()).AddSingleton<BootSessions>().AddSingleton<MachinePolicies>().AddSingleton<BootService>();
        builder.Services.AddBootListener(settings);
        await using var app = builder.Build();
        app.Use(next => context =>
        {
            context.Request.Path = "/assets" + context.Request.Path;
            return next(context);
        });
        app.UseBootListener();
        await app.RunAsync();
        return 0;
    }

    private static string? Value(string[] args, string name) => Array.IndexOf(args, name) is var i and >= 0 && i + 1 < args.Length ? args[i + 1] : null;

    private sealed class Nothing : ICatalogSource, ISubnetSource, IAddressOwners
    {
        Catalog ICatalogSource.Current => Catalog.Empty;

        SubnetTable ISubnetSource.Current => SubnetTable.Empty;

        public HardwareAddress? OwnerOf(IPv4Address address) => null;
    }
}
