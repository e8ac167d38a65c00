using System.Net;
using System.Net.Sockets;
using Matchbox.Core.Events;
using Matchbox.Core.Health;
using Matchbox.Http.Boot.Secure;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>The one listener that opens while the appliance runs, on a port that somebody else holds.</summary>
public sealed class TakenPortTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("matchbox-test-").FullName;
    private readonly TcpListener _holder = new(IPAddress.Loopback, 0);

    public void Dispose()
    {
        _holder.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_is_told_with_the_holder_and_the_mending_and_the_listener_opens_once_the_port_is_free()
    {
        var taken = Hold();
        await using var appliance = await HostedAppliance.StartAsync(_folder, Settings(taken, $"log: {{ level: information, file: {_folder}/log }}"),
            // As where the settings leave it to the default: it opens when it is needed.
            settings => settings with { Boot = settings.Boot with { SecureAtStart = false } });
        var secure = appliance.Services.GetRequiredService<SecureListener>();
        Assert.Null(secure.Fault);
        secure.Open();
        await EventuallyAsync(() => Findings(appliance).Length > 0);

        var finding = Assert.Single(Findings(appliance));
        foreach (var word in (string[])[$"{taken} cannot be listened on", $"(process {Environment.ProcessId}) holds TCP port {taken.Port}", "boot.secure-listen", "name another address"])
        {
            Assert.Contains(word, finding.Text, StringComparison.Ordinal);
        }
        var events = appliance.Services.GetRequiredService<IEventStore>();
        await EventuallyAsync(() => events.Read(null, long.MaxValue, 100).Any(told => told.Kind == EventKind.ListenerRefused));
        using (var http = RunningAppliance.NewClient())
        {
            Assert.Equal("matchbox\n", await http.GetStringAsync(appliance.Listeners[0], TestContext.Current.CancellationToken));
        }

        _holder.Stop();
        await EventuallyAsync(() => Findings(appliance).Length == 0);
        using var client = RunningAppliance.NewClient();
        Assert.Equal("matchbox\n", await client.GetStringAsync($"https://{taken}/", TestContext.Current.CancellationToken));
        Assert.Contains("The secure boot listener is not open, and protected configs reach no machine", await LogAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_the_start_it_stops_the_program_with_the_same_words()
    {
        var taken = Hold();
        await using var appliance = new RunningAppliance();
        await File.WriteAllTextAsync(appliance.ConfigFile, Settings(taken, ""), TestContext.Current.CancellationToken);
        Assert.Equal(1, await appliance.StartInVainAsync());
        Assert.Contains($"matchbox: {taken} cannot be listened on", appliance.Output, StringComparison.Ordinal);
        Assert.Contains("(boot.secure-listen)", appliance.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at Matchbox", appliance.Output, StringComparison.Ordinal);
    }

    private IPEndPoint Hold()
    {
        _holder.Start();
        return (IPEndPoint)_holder.LocalEndpoint;
    }

    private static string Settings(IPEndPoint secure, string more) => $$"""
        data-path: data
        boot: { listen: "127.0.0.1:0", secure-listen: "{{secure}}" }
        admin: { listen: "127.0.0.1:0" }
        {{more}}
        """;

    private static HealthFinding[] Findings(HostedAppliance appliance) =>
        [.. appliance.Services.GetServices<IHealthCheck>().SelectMany(check => check.Check()).Where(finding => finding.Name == "secure boot listener")];

    private async Task<string> LogAsync()
    {
        using var log = new StreamReader(new FileStream(Directory.EnumerateFiles(_folder, "log*").Single(), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return await log.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!holds())
        {
            await Task.Delay(50, patience.Token);
        }
    }
}
