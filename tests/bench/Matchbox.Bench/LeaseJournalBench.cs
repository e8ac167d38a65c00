using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Matchbox.Core.Leases;
using Matchbox.Core.Networks;
using Matchbox.Protocols;
using Matchbox.Storage.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchbox.Bench;

/// <summary>
/// Durable leases a second, as DISCOVER and REQUEST decide them and the journal stores them, with so many clients waiting at a
/// time; and what a decision of the table costs by itself, with few and with many leases.
/// </summary>
internal static class LeaseJournalBench
{
    private const int Leases = 20_000;

    private static readonly Subnet Subnet = new()
    {
        Network = IPv4Network.Parse("10.0.0.0/8"),
        Mode = SubnetMode.Authoritative,
        Pools = [new AddressRange(IPv4Address.Parse("10.0.0.1"), IPv4Address.Parse("10.10.0.0"))],
    };

    public static async Task<int> RunAsync(string? folder)
    {
        Table(quiet: true);                                      // until the compiler has seen it
        Table(quiet: false);
        foreach (var inFlight in new[] { 1, 64, 500 })
        {
            var (fresh, renewed) = await JournalAsync(folder ?? Path.GetTempPath(), inFlight);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{inFlight,4} in flight: {fresh,9:N0} new leases/s {renewed,9:N0} renewals/s"));
        }
        return 0;
    }

    private static async Task<(double New, double Renewed)> JournalAsync(string parent, int inFlight)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"matchbox-bench-{Environment.ProcessId}-{inFlight}")).FullName;
        try
        {
            using var store = new JournalLeaseStore(folder, NullLogger<JournalLeaseStore>.Instance);
            await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
            using var window = new SemaphoreSlim(inFlight);
            using var stop = new CancellationTokenSource();
            var journal = new LeaseJournal<SemaphoreSlim>(
                store, new LeaseMetrics(services.GetRequiredService<IMeterFactory>()), NullLogger<LeaseJournal<SemaphoreSlim>>.Instance,
                static (_, free) => free.Release(), static (_, _, failure) => throw failure);
            var running = journal.RunAsync(stop.Token);
            var table = NewTable();
            var rounds = inFlight == 1 ? Leases / 10 : Leases;
            var rates = new double[2];
            for (var pass = 0; pass < 2; pass++)
            {
                var start = Stopwatch.GetTimestamp();
                for (var n = 0; n < rounds; n++)
                {
                    window.Wait();
                    if (!journal.TryEnqueue(Decide(table, n), window))
                    {
                        throw new InvalidOperationException("the journal takes nothing more");
                    }
                }
                for (var n = 0; n < inFlight; n++)
                {
                    window.Wait();
                }
                rates[pass] = rounds / Stopwatch.GetElapsedTime(start).TotalSeconds;
                window.Release(inFlight);
            }
            await stop.CancelAsync();
            await running;
            return (rates[0], rates[1]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Table(bool quiet)
    {
        var table = NewTable();
        for (var leases = 0; leases < 50_000; leases += 10_000)
        {
            var start = Stopwatch.GetTimestamp();
            for (var n = leases; n < leases + 10_000; n++)
            {
                Decide(table, n);
            }
            var fresh = Stopwatch.GetElapsedTime(start).TotalNanoseconds / 10_000;
            start = Stopwatch.GetTimestamp();
            for (var n = leases; n < leases + 10_000; n++)
            {
                Decide(table, n);
            }
            var again = Stopwatch.GetElapsedTime(start).TotalNanoseconds / 10_000;
            start = Stopwatch.GetTimestamp();
            for (var n = leases; n < leases + 10_000; n++)
            {
                _ = table.ActiveFor(Mac(n));
            }
            var look = Stopwatch.GetElapsedTime(start).TotalNanoseconds / 10_000;
            if (quiet)
            {
                continue;
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{leases,6} leases: DISCOVER and REQUEST {fresh,6:F0} ns new, {again,6:F0} ns again; ActiveFor {look,4:F0} ns"));
        }
    }

    private static Lease Decide(LeaseTable table, int n)
    {
        var client = new LeaseClient(Mac(n));
        return table.Offer(Subnet, client, null) is OfferOutcome.Offered offer
            && table.Request(Subnet, client, RequestState.Selecting, offer.Address) is RequestOutcome.Grant grant
                ? grant.Lease
                : throw new InvalidOperationException("no lease");
    }

    private static HardwareAddress Mac(int n) => new([0x52, 0x54, 0, (byte)(n >> 16), (byte)(n >> 8), (byte)n]);

    private static LeaseTable NewTable()
    {
        var table = new LeaseTable(new LeaseTableSettings(), TimeProvider.System);
        table.Configure(new LeaseLayout { Subnets = [Subnet] });
        return table;
    }
}
