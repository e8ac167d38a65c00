using System.Globalization;
using Matchbox.Appliance.Tests.Running;

namespace Matchbox.Appliance.Tests.Durability;

/// <summary>The real process is killed under load, again and again: what it acknowledged stays true.</summary>
[Collection(Durable.Name)]
public sealed class KillTests
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("MATCHBOX_LONG") == "1";

    [Fact]
    public async Task No_acknowledged_lease_is_lost_and_no_address_given_twice_when_the_process_is_killed()
    {
        // The same seed gives the same clients and the same moments; the machine's own pace differs.
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MATCHBOX_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"seed {seed} (MATCHBOX_SEED={seed} repeats it)");
        var random = new Random(seed);
        var kills = Long ? 20 : 3;
        await using var rack = await DurabilityFixture.CreateAsync(population: 8_000);

        for (var round = 1; round <= kills; round++)
        {
            if (round > 1 && random.Next(3) == 0)
            {
                await KillWhileStartingAsync(rack.Appliance, TimeSpan.FromMilliseconds(random.Next(100, 1_500)));
            }
            await rack.Appliance.StartAsync();
            await rack.Load.VerifyAsync(random.Next(), strangers: 100, TestContext.Current.CancellationToken);
            Assert.True(rack.Book.Faults is [], $"seed {seed}, after kill {round - 1}:\n{string.Join('\n', rack.Book.Faults.Take(20))}\n{Tail(rack.Appliance)}");

            var before = rack.Book.Acknowledged;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var load = rack.Load.RunAsync(random.Next(), stop.Token);
            // A process that has just started may be slow at first.
            while (rack.Book.Acknowledged - before <= LeaseLoad.InFlight && !load.IsCompleted)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
            await Task.Delay(random.Next(500, 2_000), TestContext.Current.CancellationToken);
            Assert.Equal(137, await rack.Appliance.StopAsync("KILL"));
            // What left the process before it died is a promise, also when it is still on its way to us.
            await Task.Delay(200, TestContext.Current.CancellationToken);
            await stop.CancelAsync();
            await load;
            output.WriteLine($"kill {round}: {rack.Book.Acknowledged - before} acknowledgements before it, {rack.Book.Held.Length} leases held");
            Assert.True(rack.Book.Acknowledged - before > LeaseLoad.InFlight, $"seed {seed}: there was no load:\n{Tail(rack.Appliance)}");
        }

        await rack.Appliance.StartAsync();
        // The list first: it has to be right by what was stored, before renewals mend it.
        await rack.AssertListedAsync();
        await rack.Load.VerifyAsync(random.Next(), strangers: 500, TestContext.Current.CancellationToken);
        Assert.True(rack.Book.Faults is [], $"seed {seed}, at the end:\n{string.Join('\n', rack.Book.Faults.Take(20))}\n{Tail(rack.Appliance)}");
        Assert.StartsWith("ok", (await rack.Appliance.CommandAsync("health")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_under_load_ends_well_in_time_and_loses_nothing()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        await using var rack = await DurabilityFixture.CreateAsync(population: 8_000);
        await rack.Appliance.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var load = rack.Load.RunAsync(seed, stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);

        var asked = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, await rack.Appliance.StopAsync("TERM"));
        var took = TimeProvider.System.GetElapsedTime(asked);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await load;

        // It drains for 15 s at most.
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(16));
        Assert.True(rack.Book.Held.Length > LeaseLoad.InFlight, $"there was no load:\n{Tail(rack.Appliance)}");
        await rack.Appliance.StartAsync();
        await rack.AssertListedAsync();
        await rack.Load.VerifyAsync(seed, strangers: 100, TestContext.Current.CancellationToken);
        Assert.Empty(rack.Book.Faults.Take(20));
    }

    private static async Task KillWhileStartingAsync(RunningAppliance appliance, TimeSpan after)
    {
        appliance.Launch();
        await Task.Delay(after, TestContext.Current.CancellationToken);
        Assert.Equal(137, await appliance.StopAsync("KILL"));
    }

    private static string Tail(RunningAppliance appliance) => string.Join('\n', appliance.Output.Split('\n').TakeLast(20));
}
