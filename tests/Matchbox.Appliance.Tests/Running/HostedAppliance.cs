using Matchbox.Appliance.Hosting;
using Matchbox.Appliance.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>The appliance as the program composes it, in this process: for what only its services can tell.</summary>
internal sealed class HostedAppliance : IAsyncDisposable
{
    private readonly StateFolder _state;
    private readonly ApplianceLog _log;
    private readonly IHost _host;

    private HostedAppliance(IHost host, StateFolder state, ApplianceLog log) => (_host, _state, _log) = (host, state, log);

    public IServiceProvider Services => _host.Services;

    /// <summary>Where commands reach it.</summary>
    public string SocketPath => _state.SocketPath;

    /// <summary>Where it listens, in the order of the settings: boot, gRPC, admin.</summary>
    public string[] Listeners => [.. Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>Starts with these settings, its files and its state in a folder of the caller's.</summary>
    public static async Task<HostedAppliance> StartAsync(string folder, string yaml, Func<ApplianceSettings, ApplianceSettings>? change = null)
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        var file = Path.Combine(folder, "appliance.yaml");
        await File.WriteAllTextAsync(file, yaml, TestContext.Current.CancellationToken);
        var origin = SettingsOrigin.Of(file, new Dictionary<string, string>());
        var reading = origin.Read();
        Assert.True(reading.Settings is not null, string.Join('\n', reading.Faults));
        var settings = (change ?? (read => read))(reading.Settings);
        var state = StateFolder.Open(Path.Combine(folder, "state"));
        var log = new ApplianceLog(settings.Log);
        var host = ApplianceHost.Build(origin, settings, state, log);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new HostedAppliance(host, state, log);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        await _log.Logger.DisposeAsync();
        _state.Dispose();
    }
}
