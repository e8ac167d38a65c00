using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace Matchbox.Core.Events;

/// <summary>
/// Takes events from everywhere without waiting, stores them in batches and passes them on to whoever follows. Known machines
/// have a queue of their own, and what strangers cause is written at a bounded rate: a storm of them costs a counter.
/// </summary>
public sealed class EventStream : BackgroundService, IEventSink
{
    private const int BatchSize = 512;
    private const int StrangersPerSecond = 100;

    private static readonly Meter Meter = new("Matchbox.Events");
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>("matchbox_events_dropped", description: "Events beyond a bound, by queue.");
    private static readonly Counter<long> Written = Meter.CreateCounter<long>("matchbox_events_written", description: "Events stored.");

    private readonly IEventStore _store;
    private readonly TimeProvider _clock;

    // Full: the newest is dropped, because the beginning of a story explains it.
    private readonly Channel<ApplianceEvent> _known = Channel.CreateBounded<ApplianceEvent>(
        new BoundedChannelOptions(8_192) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }, _ => Drop("known"));

    private readonly Channel<ApplianceEvent> _strangers = Channel.CreateBounded<ApplianceEvent>(
        new BoundedChannelOptions(1_024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }, _ => Drop("stranger"));

    private const int MaxNetworkNews = 1_024;

    private ImmutableArray<Channel<ApplianceEvent>> _followers = [];
    private ImmutableDictionary<(string Subnet, EventKind Kind), ApplianceEvent> _networkNews = ImmutableDictionary<(string, EventKind), ApplianceEvent>.Empty;
    private long _sequence;

    public EventStream(IEventStore store, TimeProvider clock)
    {
        _store = store;
        _clock = clock;
        _sequence = store.LastSequence;
    }

    public void Publish(ApplianceEvent happened) =>
        (happened.Known || happened.Machine is null ? _known : _strangers).Writer.TryWrite(happened);

    /// <summary>The number of the last event that was stored; 0 without any.</summary>
    public long LastSequence => _store.LastSequence;

    /// <summary>Newest first; see <see cref="IEventStore.Read"/>.</summary>
    public IReadOnlyList<ApplianceEvent> Read(string? machine = null, long before = long.MaxValue, int limit = 100) => _store.Read(machine, before, limit);

    /// <summary>A machine takes another's place, and its history with it; what was published a moment ago may stay behind.</summary>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public void Move(string from, string to) => _store.Move(from, to);

    /// <summary>The last event of each kind that tells of trouble on a network, since we started.</summary>
    public IEnumerable<ApplianceEvent> LastOfNetwork(string subnet) => _networkNews.Where(news => news.Key.Subnet == subnet).Select(news => news.Value);

    /// <summary>All events from now on, each after it was stored. A follower that is too slow misses the oldest.</summary>
    public async IAsyncEnumerable<ApplianceEvent> FollowAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<ApplianceEvent>(new BoundedChannelOptions(1_024) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        ImmutableInterlocked.Update(ref _followers, followers => followers.Add(channel));
        try
        {
            await foreach (var happened in channel.Reader.ReadAllAsync(cancellation))
            {
                yield return happened;
            }
        }
        finally
        {
            ImmutableInterlocked.Update(ref _followers, followers => followers.Remove(channel));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Both queues are emptied once more after the stop, so that its own events are stored.
        var stopping = false;
        var allowance = (double)StrangersPerSecond;
        var last = _clock.GetTimestamp();
        var batch = new List<ApplianceEvent>(BatchSize);
        while (!stopping)
        {
            stopping = !await WaitAsync(stoppingToken);
            allowance = Math.Min(StrangersPerSecond, allowance + (_clock.GetElapsedTime(last).TotalSeconds * StrangersPerSecond));
            last = _clock.GetTimestamp();
            do
            {
                batch.Clear();
                Take(batch, ref allowance);
                Write(batch);
            }
            while (batch.Count == BatchSize);
        }
        foreach (var follower in _followers)
        {
            follower.Writer.TryComplete();
        }
    }

    // A short pause makes batches out of a storm; nobody waits for an event.
    private async Task<bool> WaitAsync(CancellationToken stopping)
    {
        try
        {
            await Task.WhenAny(_known.Reader.WaitToReadAsync(stopping).AsTask(), _strangers.Reader.WaitToReadAsync(stopping).AsTask());
            await Task.Delay(TimeSpan.FromMilliseconds(50), _clock, stopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Take(List<ApplianceEvent> batch, ref double allowance)
    {
        while (batch.Count < BatchSize && _known.Reader.TryRead(out var known))
        {
            batch.Add(known with { Sequence = ++_sequence });
        }
        while (batch.Count < BatchSize && _strangers.Reader.TryRead(out var stranger))
        {
            if (allowance < 1)
            {
                Drop("stranger");
                continue;
            }
            allowance--;
            batch.Add(stranger with { Sequence = ++_sequence });
        }
    }

    private void Write(List<ApplianceEvent> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }
        try
        {
            _store.Append(batch);
            Written.Add(batch.Count);
        }
        catch (IOException)
        {
            // A full disk must not end the service: the timeline has a gap, which its sequence numbers show.
            Dropped.Add(batch.Count, new KeyValuePair<string, object?>("queue", "disk"));
        }
        Remember(batch);
        foreach (var follower in _followers)
        {
            foreach (var happened in batch)
            {
                follower.Writer.TryWrite(happened);
            }
        }
    }

    private void Remember(List<ApplianceEvent> batch)
    {
        foreach (var happened in batch)
        {
            if (happened.Kind is EventKind.PoolExhausted or EventKind.ForeignServer or EventKind.DeclineStorm or EventKind.SubnetRefused
                && happened.Data.TryGetValue("subnet", out var subnet) && (_networkNews.Count < MaxNetworkNews || _networkNews.ContainsKey((subnet, happened.Kind))))
            {
                _networkNews = _networkNews.SetItem((subnet, happened.Kind), happened);
            }
        }
    }

    private static void Drop(string queue) => Dropped.Add(1, new KeyValuePair<string, object?>("queue", queue));
}
