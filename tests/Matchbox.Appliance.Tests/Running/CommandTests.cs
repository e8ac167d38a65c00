using System.Diagnostics;
using System.Text.Json;
using Matchbox.Appliance.Hosting;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>Commands against the real program, and what the settings do while it runs.</summary>
public sealed class CommandTests : IAsyncDisposable
{
    private const string Live = """{ "id": "live", "boot": { "kernel": "/assets/k", "initrd": [], "args": [] } }""";

    private const string Installer = """{ "id": "installer", "install": true, "boot": { "kernel": "/assets/k", "initrd": [], "args": [] } }""";

    private readonly RunningAppliance _appliance = new();

    public ValueTask DisposeAsync() => _appliance.DisposeAsync();

    [Fact]
    public async Task A_machine_is_added_armed_disarmed_and_forgotten_and_each_step_is_signed()
    {
        Declare("profiles/installer.json", Installer);
        Declare("groups/workers.json", """{ "id": "workers", "profile": "installer", "selector": { "role": "worker" } }""");
        _appliance.Configure();
        await _appliance.StartAsync();

        Assert.Equal("node1: 52-54-00-77-00-01 is in the inventory\n", (await _appliance.CommandAsync("machines", "add", "52:54:00:77:00:01", "--name", "node1", "--label", "role=worker")).Output);
        var armed = await _appliance.CommandAsync("machines", "arm", "5254.0077.0001", "--lifetime", "30m", "--json");
        Assert.Equal(0, armed.Code);
        var machine = JsonSerializer.Deserialize(armed.Output, RestJson.Default.CommandResult)!.Machine;
        Assert.Equal(("armed", "installer", 2), (machine.State, machine.Arming!.Profile, machine.Arming.AttemptsLeft));
        Assert.StartsWith("uid ", machine.Arming.By, StringComparison.Ordinal);
        Assert.Contains("armed", (await _appliance.CommandAsync("machines", "list", "--selector", "role=worker")).Output, StringComparison.Ordinal);
        Assert.Equal("no machine fits\n", (await _appliance.CommandAsync("machines", "list", "--selector", "role=master")).Output);
        Assert.Equal(0, (await _appliance.CommandAsync("machines", "disarm", "--selector", "role=worker")).Code);
        Assert.Contains("is not held", (await _appliance.CommandAsync("machines", "release", "node1")).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await _appliance.CommandAsync("machines", "remove", "node1")).Code);
        var unknown = await _appliance.CommandAsync("machines", "show", "node1");
        Assert.Equal((1, "matchbox: no machine, or more than one, is called 'node1': `matchbox machines` lists them\n"), (unknown.Code, unknown.Error));

        var events = await RunningAppliance.EventuallyAsync(
            async () => (await _appliance.CommandAsync("events", "--machine", "52-54-00-77-00-01", "--json")).Output,
            text => text.Contains("machine-removed", StringComparison.Ordinal));
        var kinds = events.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize(line, RestJson.Default.EventView)!).ToArray();
        Assert.Equal(["machine-added", "armed", "disarmed", "machine-removed"], kinds.Select(happened => happened.Kind));
        Assert.All(kinds, happened => Assert.Contains(" by uid ", happened.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_acknowledged_survives_a_kill()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        await _appliance.CommandAsync("machines", "add", "52:54:00:77:00:01", "--name", "node1");

        await _appliance.StopAsync("KILL");
        Assert.Contains("nobody answers at", (await _appliance.CommandAsync("health")).Error, StringComparison.Ordinal);
        await _appliance.StartAsync();

        Assert.Contains("node1", (await _appliance.CommandAsync("machines")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leases_of_another_server_are_taken_over_and_survive_a_kill()
    {
        var file = Path.Combine(_appliance.Folder, "dnsmasq.leases");
        // An expiry of 0 is for ever.
        await File.WriteAllTextAsync(
            file, "0 52:54:00:77:00:01 10.77.0.9 node1 *\n0 52:54:00:77:00:02 10.99.0.9 node2 *\n", TestContext.Current.CancellationToken);
        _appliance.Configure("dhcp: { subnets: [ { network: 10.77.0.0/24, interface: host-none0, mode: authoritative, pools: [10.77.0.9-10.77.0.99] } ] }\ntftp: { enabled: false }");
        await _appliance.StartAsync();

        Assert.Equal("Dnsmasq: 1 taken, 0 had a lease here already, 1 outside our authoritative networks\n", (await _appliance.CommandAsync("leases", "import", file)).Output);
        Assert.Equal("Dnsmasq: 0 taken, 1 had a lease here already, 1 outside our authoritative networks\n", (await _appliance.CommandAsync("leases", "import", file)).Output);
        await _appliance.StopAsync("KILL");
        await _appliance.StartAsync();

        var list = await _appliance.CommandAsync("leases", "--json");
        var lease = Assert.Single(JsonSerializer.Deserialize(list.Output, RestJson.Default.LeaseList)!.Leases);
        Assert.Equal(("10.77.0.9", "52:54:00:77:00:01", "bound", -1L), (lease.Address, lease.Mac, lease.State, lease.RemainingSeconds));
        Assert.Contains("neither dhcpd.leases nor", (await _appliance.CommandAsync("leases", "import", _appliance.ConfigFile)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_follows_events_does_not_hold_up_a_stop()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        using var following = _appliance.Follow("events", "--follow", "--json");
        try
        {
            Assert.NotNull(await ReadLineAsync(following));

            var asked = Stopwatch.GetTimestamp();
            Assert.Equal(0, await _appliance.StopAsync());
            Assert.True(Stopwatch.GetElapsedTime(asked) < ApplianceHost.DrainTime, "the stop waited until its patience was over");
        }
        finally
        {
            following.Kill();
        }
    }

    [Fact]
    public async Task Followed_events_come_as_they_happen()
    {
        _appliance.Configure();
        await _appliance.StartAsync();
        using var following = _appliance.Follow("events", "--follow", "--json");
        try
        {
            while (JsonSerializer.Deserialize((await ReadLineAsync(following))!, RestJson.Default.EventView)!.Kind != "started")
            {
                // What came before it is the past too.
            }

            await _appliance.CommandAsync("machines", "add", "52:54:00:77:00:09");

            var next = JsonSerializer.Deserialize((await ReadLineAsync(following))!, RestJson.Default.EventView)!;
            Assert.Equal(("machine-added", "52-54-00-77-00-09"), (next.Kind, next.Machine));
        }
        finally
        {
            following.Kill();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Changed_settings_are_taken_over_and_bad_ones_are_not(bool signalled)
    {
        _appliance.Configure("machines: [ { name: node1, mac: 52:54:00:77:00:01 } ]");
        await _appliance.StartAsync();
        Assert.Contains("node1", (await _appliance.CommandAsync("machines")).Output, StringComparison.Ordinal);

        _appliance.Configure("machines: [ { name: node2, mac: 52:54:00:77:00:02 } ]");
        await HintAsync(signalled);
        var machines = await RunningAppliance.EventuallyAsync(
            async () => (await _appliance.CommandAsync("machines")).Output, text => text.Contains("node2", StringComparison.Ordinal) && !text.Contains("node1", StringComparison.Ordinal));
        Assert.Contains("node2", machines, StringComparison.Ordinal);
        Assert.DoesNotContain("node1", machines, StringComparison.Ordinal);

        _appliance.Configure("machines: [ { name: node3, mac: nonsense } ]");
        await HintAsync(signalled);
        var health = await RunningAppliance.EventuallyAsync(
            async () => (await _appliance.CommandAsync("health")).Output, text => text.StartsWith("degraded", StringComparison.Ordinal));
        Assert.Contains("the last change was refused, the settings before it are in use", health, StringComparison.Ordinal);
        Assert.Contains(":4:33: machines.mac: 'nonsense' is not a MAC address", _appliance.Output, StringComparison.Ordinal);
        Assert.Contains("node2", (await _appliance.CommandAsync("machines")).Output, StringComparison.Ordinal);

        _appliance.Configure();
        await HintAsync(signalled);
        health = await RunningAppliance.EventuallyAsync(
            async () => (await _appliance.CommandAsync("health")).Output, text => text.StartsWith("ok", StringComparison.Ordinal));
        Assert.StartsWith("ok", health, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_says_every_fault_of_settings_and_declared_folder_and_fails()
    {
        Declare("groups/a.json", """{ "id": "a", "profile": "none", }""");
        _appliance.Configure();
        var good = await RunningAppliance.RunAsync("check", "--config", _appliance.ConfigFile);
        Assert.Equal(1, good.Code);
        Assert.Contains($"{_appliance.ConfigFile}: good", good.Output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_appliance.Folder, "data", "groups", "a.json") + ":1:", good.Output, StringComparison.Ordinal);

        Declare("profiles/live.json", Live);
        Declare("groups/a.json", """{ "id": "a", "profile": "live" }""");
        Assert.Equal(0, (await RunningAppliance.RunAsync("check", "--config", _appliance.ConfigFile)).Code);

        _appliance.Configure("log: { level: loud }");
        var bad = await RunningAppliance.RunAsync("check", "--config", _appliance.ConfigFile);
        Assert.Equal(1, bad.Code);
        Assert.StartsWith($"{_appliance.ConfigFile}:4:15: log.level: 'loud' is not one of", bad.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_without_an_appliance_say_so()
    {
        var alone = await _appliance.CommandAsync("machines");

        Assert.Equal(1, alone.Code);
        Assert.Equal($"matchbox: no appliance runs with its state in {_appliance.State} (there is no control.sock): start it with `matchbox serve`, or name the folder with --state\n", alone.Error);
    }

    [Fact]
    public async Task Version_and_help_work_alone()
    {
        Assert.Matches(@"^matchbox \d+\.\d+\.\d+\n$", (await RunningAppliance.RunAsync("version")).Output);
        Assert.Contains("matchbox machines arm node1", (await RunningAppliance.RunAsync("--help")).Output, StringComparison.Ordinal);
        Assert.NotEqual(0, (await RunningAppliance.RunAsync("machine")).Code);
    }

    private void Declare(string name, string json)
    {
        var file = Path.Combine(_appliance.Folder, "data", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, json);
    }

    private Task HintAsync(bool signalled) => signalled ? _appliance.SignalAsync("HUP") : Task.CompletedTask;

    private static async Task<string?> ReadLineAsync(System.Diagnostics.Process process) =>
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
}
