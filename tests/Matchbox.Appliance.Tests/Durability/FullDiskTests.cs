using System.Diagnostics;
using Matchbox.Appliance.Tests.Running;
using Matchbox.Core.Machines;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Matchbox.Storage.LiteDb;

namespace Matchbox.Appliance.Tests.Durability;

/// <summary>Somebody else fills the disk with the state folder: machines that have an address keep it, whatever happens.</summary>
[Collection(Durable.Name)]
public sealed class FullDiskTests
{
    private const int Early = 200;
    private const int AtOnce = 128;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Renewals_and_local_boots_go_on_when_the_disk_is_full()
    {
        // Long records: some thousand clients are more than the journal's first files hold.
        await using var rack = await DurabilityFixture.CreateAsync(population: 0, padding: 250);
        await using var disk = await SmallDisk.MountAsync(rack.Appliance.State, megabytes: 200);
        Declare(rack, "profiles/installer.json", """{ "id": "installer", "install": true, "boot": { "kernel": "/assets/k", "initrd": [], "args": [] } }""");
        Declare(rack, "groups/default.json", """{ "id": "default", "profile": "installer" }""");
        RememberInstalled(rack.Appliance.State, RelayedClients.ClientNumber(1));
        await rack.Appliance.StartAsync();
        await AssertBootsFromDiskAsync(rack);
        Assert.Equal(Early, await JoinAsync(rack, 0, Early));
        Assert.StartsWith("ok", await HealthAsync(rack), StringComparison.Ordinal);

        disk.Fill();
        Assert.Contains("state folder: ", await HealthAsync(rack), StringComparison.Ordinal);
        await AssertPromisesAsync(rack);

        // New ones go on in the space that is set aside, then they are refused.
        var next = Early;
        while (await JoinAsync(rack, next, AtOnce) > 0)
        {
            Assert.True(next < 60_000, "a full disk takes every lease");
            next += AtOnce;
        }
        Assert.True(next > Early, "no new lease was taken in the space that is set aside");
        Assert.Contains("leases: new leases are refused, renewals go on", await HealthAsync(rack), StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper!.WriteLine($"{rack.Book.Held.Length} leases on a full disk");
        await AssertPromisesAsync(rack);
        await AssertBootsFromDiskAsync(rack);

        // What was refused is not in the list either, however often it was asked for.
        Assert.Equal(rack.Book.Held.Length, await rack.AssertListedAsync());

        // And nothing of it needs the process to have been there before.
        Assert.Equal(137, await rack.Appliance.StopAsync("KILL"));
        disk.Fill();
        await rack.Appliance.StartAsync();
        await rack.AssertListedAsync();
        await AssertPromisesAsync(rack);
        await AssertBootsFromDiskAsync(rack);
        next += AtOnce;
        Assert.True(await JoinAsync(rack, next, AtOnce) < AtOnce);

        disk.Empty();
        next += AtOnce;
        var held = rack.Book.Held.Length;
        var joined = await JoinAsync(rack, next, AtOnce, tries: 8);
        Assert.True(joined == AtOnce, $"{joined} of {AtOnce} with space again: {await HealthAsync(rack)}{rack.Appliance.Output[^Math.Min(1000, rack.Appliance.Output.Length)..]}");
        Assert.Equal(held + AtOnce, rack.Book.Held.Length);
        var added = await RunningAppliance.EventuallyAsync(
            async () => await rack.Appliance.CommandAsync("machines", "add", "52:54:00:77:00:01", "--name", "node1") is var answer ? answer.Output + answer.Error : "",
            text => text.Contains("is in the inventory", StringComparison.Ordinal));
        Assert.Equal("node1: 52-54-00-77-00-01 is in the inventory\n", added);
        var health = await RunningAppliance.EventuallyAsync(() => HealthAsync(rack), text => text.StartsWith("ok", StringComparison.Ordinal));
        Assert.True(health.StartsWith("ok", StringComparison.Ordinal), health);
        await AssertPromisesAsync(rack);
    }

    /// <summary>How many of these clients got an address.</summary>
    private static async Task<int> JoinAsync(DurabilityFixture rack, int first, int count, int tries = 2)
    {
        var joined = 0;
        await Task.WhenAll(Enumerable.Range(first, count).Chunk(Math.Max(1, count / AtOnce)).Select(numbers => Task.Run(async () =>
        {
            foreach (var number in numbers)
            {
                if (await RelayedClients.PersistAsync(() => rack.Clients.JoinAsync(RelayedClients.ClientNumber(number), Stop), tries) is { Type: DhcpMessageType.Ack })
                {
                    Interlocked.Increment(ref joined);
                }
            }
        })));
        return joined;
    }

    private static async Task AssertPromisesAsync(DurabilityFixture rack)
    {
        await rack.Load.VerifyAsync(seed: 1, strangers: 20, Stop);
        Assert.Empty(rack.Book.Faults.Take(20));
        Assert.False(rack.Appliance.HasEnded, $"it ended: {rack.Appliance.Output[^Math.Min(1000, rack.Appliance.Output.Length)..]}");
    }

    private static async Task<string> HealthAsync(DurabilityFixture rack)
    {
        var health = await rack.Appliance.CommandAsync("health");
        Assert.Equal((0, ""), (health.Code, health.Error));
        return health.Output;
    }

    /// <summary>A machine whose installation ended on another day.</summary>
    private static void RememberInstalled(string state, HardwareAddress mac)
    {
        using var database = new ApplianceDatabase(Path.Combine(state, "appliance.db"));
        var machine = new Machine { Id = mac.ToHyphenString(), Macs = [mac], Installation = new Installation { InstalledAt = DateTimeOffset.UnixEpoch, InstalledProfile = "installer" } };
        new LiteDbMachineStore(database).Save([machine], []);
    }

    private static void Declare(DurabilityFixture rack, string name, string json)
    {
        var file = Path.Combine(rack.Appliance.Folder, "data", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, json);
    }

    private static async Task AssertBootsFromDiskAsync(DurabilityFixture rack)
    {
        var url = $"{rack.Appliance.BootUrl}/ipxe?mac={RelayedClients.ClientNumber(1).ToHyphenString()}";
        using var curl = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", rack.ServerSpace, "curl", "--silent", "--max-time", "10", url]) { RedirectStandardOutput = true })!;
        var script = await curl.StandardOutput.ReadToEndAsync(Stop);
        await curl.WaitForExitAsync(Stop);
        Assert.StartsWith("#!ipxe", script, StringComparison.Ordinal);
        Assert.True(script.Contains("sanboot", StringComparison.Ordinal) || script.Contains("exit", StringComparison.Ordinal), script);
        Assert.DoesNotContain("kernel", script, StringComparison.Ordinal);
    }
}
