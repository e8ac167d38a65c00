using Microsoft.Extensions.Logging;

namespace Matchbox.Core.Leases;

/// <summary>
/// Group commit: one thread takes what has queued (up to a batch), stores it with one flush, then calls back for each record, in
/// the order of the queue. So an ACK is never ahead of its lease, and a slow disk makes larger batches instead of a longer wait.
/// </summary>
/// <typeparam name="TState">What the caller needs to go on with, for example the reply; a struct or an existing object.</typeparam>
public sealed partial class LeaseJournal<TState>
{
    /// <summary>Records that may wait. Beyond it <see cref="TryEnqueue"/> says no: the client asks again, and is then newer.</summary>
    public const int DefaultCapacity = 8192;

    /// <summary>Records written with one flush.</summary>
    public const int BatchSize = 500;

    private readonly ILeaseStore _store;
    private readonly LeaseMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Action<Lease, TState> _stored;
    private readonly Action<Lease, TState, Exception> _failed;
    private readonly object _gate = new();
    private readonly (Lease Lease, TState State)[] _ring;
    private readonly Lease[] _leases = new Lease[BatchSize];
    private readonly TState[] _states = new TState[BatchSize];
    private int _done;                                           // of the batch at hand, so many have had their callback
    private int _first;
    private int _count;
    private bool _waiting;
    private bool _closed;

    /// <summary>Both callbacks run on the journal's thread and must be quick; <paramref name="failed"/> means: nothing may be acknowledged.</summary>
    public LeaseJournal(
        ILeaseStore store, LeaseMetrics metrics, ILogger<LeaseJournal<TState>> logger,
        Action<Lease, TState> stored, Action<Lease, TState, Exception> failed, int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_store, _metrics, _logger, _stored, _failed) = (store, metrics, logger, stored, failed);
        _ring = new (Lease, TState)[capacity];
        metrics.Queue(() => Volatile.Read(ref _count));
    }

    /// <summary>False when the queue is full or the journal has ended; then neither callback comes. Any thread.</summary>
    public bool TryEnqueue(Lease lease, TState state)
    {
        lock (_gate)
        {
            if (_closed || _count == _ring.Length)
            {
                return false;
            }
            _ring[(_first + _count) % _ring.Length] = (lease, state);
            _count++;
            if (_waiting)
            {
                _waiting = false;
                Monitor.Pulse(_gate);
            }
            return true;
        }
    }

    /// <summary>
    /// Runs the thread; call once. Ends when cancelled, after storing what had queued, or with the store's exception when the
    /// store has failed: it takes nothing more, so a process that goes on could not acknowledge anything.
    /// </summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        await using var stop = stoppingToken.UnsafeRegister(static self => ((LeaseJournal<TState>)self!).Close(), this);
        await Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        var count = 0;
        try
        {
            while ((count = Take()) > 0)
            {
                Store(count);
                Array.Clear(_leases, 0, count);
                Array.Clear(_states, 0, count);
            }
        }
        catch (Exception failure)
        {
            Close();
            Fail(_done, count, failure);
            while ((count = Take()) > 0)
            {
                Fail(0, count, failure);
            }
            throw;
        }
    }

    /// <summary>Waits for records and moves up to a batch of them out of the queue; 0 when closed and empty.</summary>
    private int Take()
    {
        lock (_gate)
        {
            while (_count == 0)
            {
                if (_closed)
                {
                    return 0;
                }
                _waiting = true;
                Monitor.Wait(_gate);
            }
            var count = Math.Min(_count, BatchSize);
            for (var i = 0; i < count; i++)
            {
                ref var item = ref _ring[_first];
                (_leases[i], _states[i]) = item;
                item = default;
                _first = (_first + 1) % _ring.Length;
            }
            _count -= count;
            return count;
        }
    }

    private void Store(int count)
    {
        _done = 0;
        try
        {
            Append(0, count);
        }
        catch (LeaseStoreFullException)
        {
            StoreRenewalsFirst(count);
        }
    }

    private void Append(int from, int to)
    {
        var started = TimeProvider.System.GetTimestamp();
        _store.Append(_leases.AsSpan(from, to - from));
        _metrics.Stored(to - from, TimeProvider.System.GetElapsedTime(started));
        for (var i = from; i < to; i++)
        {
            CallBack(i, null);
        }
        _done = to;
    }

    /// <summary>A full disk: machines that have an address keep it, new ones go without.</summary>
    private void StoreRenewalsFirst(int count)
    {
        var known = Enumerable.Range(0, count).ToLookup(i => _store.Knows(_leases[i].Address), i => (_leases[i], _states[i]));
        var renewals = 0;
        foreach (var item in known[true].Concat(known[false]).ToArray())
        {
            (_leases[renewals], _states[renewals]) = item;
            renewals++;
        }
        renewals = known[true].Count();
        foreach (var (from, to) in new[] { (0, renewals), (renewals, count) })
        {
            try
            {
                if (from < to)
                {
                    Append(from, to);
                }
            }
            catch (LeaseStoreFullException full)
            {
                Log.Full(_logger, to - from, full);
                Fail(from, to, full);
            }
        }
    }

    private void Fail(int from, int to, Exception failure)
    {
        _metrics.Failed(to - from);
        for (var i = from; i < to; i++)
        {
            CallBack(i, failure);
        }
        _done = to;
    }

    private void CallBack(int item, Exception? failure)
    {
        try
        {
            if (failure is null)
            {
                _stored(_leases[item], _states[item]);
            }
            else
            {
                _failed(_leases[item], _states[item], failure);
            }
        }
        catch (Exception exception)
        {
            // One reply that cannot be sent must not keep the others from theirs.
            Log.CallbackFailed(_logger, _leases[item].Hardware, _leases[item].Address, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Error, "{Count} leases could not be stored: no space. They were not acknowledged.")]
        public static partial void Full(ILogger logger, int count, Exception exception);

        [LoggerMessage(2002, LogLevel.Error, "Going on after the lease of {Chaddr} ({Address}) was stored or refused failed.")]
        public static partial void CallbackFailed(ILogger logger, Protocols.HardwareAddress chaddr, Protocols.IPv4Address address, Exception exception);
    }
}
