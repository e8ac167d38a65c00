using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Matchbox.Core.Leases;
using Matchbox.Protocols;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchbox.Core.Tests.Leases;

public sealed class LeaseJournalTests : IDisposable
{
    private readonly GatedStore _store = new();
    private readonly ConcurrentQueue<string> _answers = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _store.Dispose();
        _services.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Nothing_is_called_back_before_it_is_stored()
    {
        var journal = Journal();
        var running = journal.RunAsync(_stop.Token);
        Assert.True(journal.TryEnqueue(Lease(1), "one"));
        _store.WaitForBatch();
        Assert.Empty(_answers);
        _store.Permit(1);
        await End(running);
        Assert.Equal(["stored one"], _answers);
    }

    [Fact]
    public async Task What_comes_during_a_flush_shares_the_next_one()
    {
        var journal = Journal();
        var running = journal.RunAsync(_stop.Token);
        journal.TryEnqueue(Lease(0), "0");
        _store.WaitForBatch();
        for (var n = 1; n <= 600; n++)
        {
            Assert.True(journal.TryEnqueue(Lease(n), $"{n}"));
        }
        _store.Permit(3);
        await End(running);
        Assert.Equal([1, 500, 100], _store.Batches);
        Assert.Equal(Enumerable.Range(0, 601).Select(n => $"stored {n}"), _answers);
    }

    [Fact]
    public async Task A_full_queue_says_no_and_a_stopped_one_too()
    {
        var journal = Journal(capacity: 2);
        var running = journal.RunAsync(_stop.Token);
        journal.TryEnqueue(Lease(0), "0");
        _store.WaitForBatch();
        Assert.True(journal.TryEnqueue(Lease(1), "1"));
        Assert.True(journal.TryEnqueue(Lease(2), "2"));
        Assert.False(journal.TryEnqueue(Lease(3), "3"));
        _store.Permit(2);
        await End(running);
        Assert.Equal(3, _answers.Count);
        Assert.False(journal.TryEnqueue(Lease(4), "4"));
    }

    [Fact]
    public async Task A_full_store_takes_the_renewals_of_a_batch_and_refuses_the_rest()
    {
        _store.Permit(10);
        _store.Full = [Lease(1).Address, Lease(3).Address];
        var journal = Journal();
        for (var n = 1; n <= 4; n++)
        {
            journal.TryEnqueue(Lease(n), $"{n}");
        }
        await End(journal.RunAsync(_stop.Token));
        Assert.Equal(["stored 2", "stored 4", "failed 1: full", "failed 3: full"], _answers);
    }

    [Fact]
    public async Task A_failed_store_fails_all_that_waits_and_ends_the_journal()
    {
        _store.Failure = new IOException("disk gone");
        _store.Permit(10);
        var journal = Journal();
        for (var n = 1; n <= 700; n++)
        {
            journal.TryEnqueue(Lease(n), $"{n}");
        }
        var failure = await Assert.ThrowsAsync<IOException>(() => journal.RunAsync(_stop.Token));
        Assert.Equal("disk gone", failure.Message);
        Assert.Equal(Enumerable.Range(1, 700).Select(n => $"failed {n}: disk gone"), _answers);
        Assert.False(journal.TryEnqueue(Lease(1), "late"));
        Assert.Empty(_store.Batches);
    }

    [Fact]
    public async Task One_failing_reply_does_not_keep_the_others_from_theirs()
    {
        _store.Permit(10);
        var journal = Journal();
        journal.TryEnqueue(Lease(1), "throw");
        journal.TryEnqueue(Lease(2), "2");
        await End(journal.RunAsync(_stop.Token));
        Assert.Equal(["stored 2"], _answers);
    }

    [Fact]
    public async Task Batches_and_flushes_are_measured()
    {
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Matchbox.Leases" && instrument.Meter.Scope == _services.GetService<IMeterFactory>())
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            seen[instrument.Name + string.Concat(tags.ToArray().Select(tag => $" {tag.Value}"))] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        _store.Permit(10);
        var journal = Journal(observed: Rack.With().Table);
        journal.TryEnqueue(Lease(1), "1");
        journal.TryEnqueue(Lease(2), "2");
        await End(journal.RunAsync(_stop.Token));
        listener.RecordObservableInstruments();
        Assert.Equal((2d, 2d), (seen["matchbox.leases.batch"], seen["matchbox.leases.stored"]));
        Assert.True(seen["matchbox.leases.flush"] >= 0);
        Assert.Equal((10d, 0d), (seen["matchbox.leases.addresses 10.0.0.0/24 free"], seen["matchbox.leases.queue"]));
    }

    private async Task End(Task running)
    {
        await _stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private LeaseJournal<string> Journal(int capacity = LeaseJournal<string>.DefaultCapacity, LeaseTable? observed = null)
    {
        var metrics = new LeaseMetrics(_services.GetRequiredService<IMeterFactory>());
        if (observed is not null)
        {
            metrics.Observe(observed);
        }
        return new LeaseJournal<string>(
            _store,
            metrics,
            NullLogger<LeaseJournal<string>>.Instance,
            (_, state) => _answers.Enqueue(state == "throw" ? throw new InvalidOperationException("cannot send") : $"stored {state}"),
            (_, state, failure) => _answers.Enqueue($"failed {state}: {failure.Message}"),
            capacity);
    }

    private static Lease Lease(int n) => new()
    {
        Address = Rack.At(n),
        State = LeaseState.Bound,
        Hardware = Rack.Mac(n),
        Granted = TwoClocks.Epoch,
        Expires = TwoClocks.Epoch.AddHours(1),
    };

    /// <summary>Stores nothing, and each batch only when permitted.</summary>
    private sealed class GatedStore : ILeaseStore, IDisposable
    {
        private readonly SemaphoreSlim _permits = new(0);
        private readonly SemaphoreSlim _asked = new(0);

        public List<int> Batches { get; } = [];

        public HashSet<IPv4Address> Full { get; set; } = [];

        public IOException? Failure { get; set; }

        public IReadOnlyCollection<Lease> Load() => [];

        public bool Knows(IPv4Address address) => !Full.Contains(address);

        public void Append(ReadOnlySpan<Lease> batch)
        {
            _asked.Release();
            Assert.True(_permits.Wait(TimeSpan.FromSeconds(30)));
            if (Failure is not null)
            {
                throw Failure;
            }
            foreach (var lease in batch)
            {
                if (Full.Contains(lease.Address))
                {
                    throw new LeaseStoreFullException("full");
                }
            }
            Batches.Add(batch.Length);
        }

        public void WaitForBatch() => Assert.True(_asked.Wait(TimeSpan.FromSeconds(30)));

        public void Permit(int batches) => _permits.Release(batches);

        public void Dispose()
        {
            _permits.Dispose();
            _asked.Dispose();
        }
    }
}
