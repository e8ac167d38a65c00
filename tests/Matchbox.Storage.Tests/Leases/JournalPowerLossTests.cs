using Matchbox.Core.Leases;
using Matchbox.Protocols;
using Matchbox.Storage.Journal;

namespace Matchbox.Storage.Tests.Leases;

/// <summary>The power goes at every write and every flush; whatever was acknowledged is there, and nothing is there by halves.</summary>
public class JournalPowerLossTests
{
    [Theory]
    [InlineData(0)]      // nothing unflushed survives
    [InlineData(1)]      // all of it
    [InlineData(2)]      // some sectors of it
    [InlineData(3)]
    public void No_acknowledged_lease_is_lost_wherever_the_power_goes(int fate)
    {
        var whole = new ForgetfulFiles();
        Live(whole, out _, out _);
        Assert.InRange(whole.Operations, 300, 3000);
        var handOvers = 0;
        for (var at = 1; at <= whole.Operations; at++)
        {
            var files = new ForgetfulFiles { PowerLossAt = at };
            Live(files, out var acknowledged, out var pending);
            var random = new Random((at * 4) + fate);
            var rest = files.AfterPowerLoss(() => fate == 1 || (fate > 1 && random.Next(2) == 0));

            using (var store = ForgetfulJournal.Open(rest))
            {
                AssertHolds(store.Load(), acknowledged, pending, at);
                store.Append([Sample.Lease(5000, revision: 1_000_000)]);
            }
            var again = rest.AfterPowerLoss(() => false);
            using (var store = ForgetfulJournal.Open(again))
            {
                Assert.Contains(store.Load(), lease => lease.Revision == 1_000_000);
                AssertHolds([.. store.Load().Where(lease => lease.Revision != 1_000_000)], acknowledged, pending, at);
            }
            Assert.Empty(again.Kept);
            handOvers += BitConverter.ToUInt64(again.Durable("leases.1"), 16) != 0 ? 1 : 0;
        }
        Assert.InRange(handOvers, 1, whole.Operations - 1);      // else no file ever took over from the other
    }

    [Fact]
    public void A_second_loss_while_recovering_from_the_first_loses_nothing_either()
    {
        var whole = new ForgetfulFiles();
        Live(whole, out _, out _);
        for (var at = 5; at <= whole.Operations; at += 7)
        {
            var random = new Random(at);
            var files = new ForgetfulFiles { PowerLossAt = at };
            Live(files, out var acknowledged, out var pending);
            for (var second = 1; second < 6; second++)
            {
                var rest = files.AfterPowerLoss(() => random.Next(2) == 0);
                rest.PowerLossAt = second;
                Assert.Null(Record.Exception(() => Swallow(() => ForgetfulJournal.Open(rest).Dispose())));
                using var store = ForgetfulJournal.Open(rest.AfterPowerLoss(() => random.Next(2) == 0));
                AssertHolds(store.Load(), acknowledged, pending, at);
            }
        }
    }

    /// <summary>New leases, renewals, snapshots with appends meanwhile; until the power goes.</summary>
    private static void Live(ForgetfulFiles files, out Dictionary<IPv4Address, Lease> acknowledged, out Lease[] pending)
    {
        var held = acknowledged = [];
        Lease[] batch = [];
        Task? snapshot = null;
        Swallow(() =>
        {
            var store = ForgetfulJournal.Open(files, background: work => snapshot = new Task(work));
            var random = new Random(1);
            for (var round = 0; round < 150; round++)
            {
                batch = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => Sample.Lease(random.Next(12), (round * 10) + i))];
                store.Append(batch);
                foreach (var lease in batch)
                {
                    held[lease.Address] = lease;
                }
                batch = [];
                if (round % 3 == 0 && snapshot is { Status: TaskStatus.Created })
                {
                    snapshot.RunSynchronously();
                }
            }
            if (snapshot is { Status: TaskStatus.Created })
            {
                snapshot.RunSynchronously();
            }
            store.Dispose();                                     // not after a loss of power: nobody closes anything then
        });
        pending = batch;
    }

    private static void Swallow(Action live)
    {
        try
        {
            live();
        }
        catch (PowerLossException)
        {
        }
    }

    private static void AssertHolds(
        IReadOnlyCollection<Lease> loaded, Dictionary<IPv4Address, Lease> acknowledged, Lease[] pending, int at)
    {
        var withPending = new Dictionary<IPv4Address, Lease>(acknowledged);
        foreach (var lease in pending)
        {
            withPending[lease.Address] = lease;
        }
        var sorted = loaded.OrderBy(lease => lease.Address).ToArray();
        Assert.True(
            sorted.SequenceEqual(acknowledged.Values.OrderBy(l => l.Address), Sample.SameLease)
            || sorted.SequenceEqual(withPending.Values.OrderBy(l => l.Address), Sample.SameLease),
            $"after the loss of power at operation {at} neither what was acknowledged nor that and the batch at hand is there");
    }
}
