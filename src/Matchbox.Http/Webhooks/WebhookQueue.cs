using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Matchbox.Core.Webhooks;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Webhooks;

/// <summary>
/// What waits for one target: sent one after the other, in the order of the events, so that a target that is slow or away keeps nobody
/// waiting but itself. Full: the oldest makes room.
/// </summary>
internal sealed partial class WebhookQueue : IDisposable
{
    /// <summary>Events that wait at most.</summary>
    public const int Capacity = 1_000;

    private static readonly Meter Meter = new("Matchbox.Webhooks");
    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("matchbox_webhook_deliveries", description: "Deliveries that ended, by outcome.");
    private static readonly Counter<long> Drops = Meter.CreateCounter<long>("matchbox_webhook_dropped", description: "Events that a full queue dropped.");

    private readonly string _id;
    private readonly WebhookBook _book;
    private readonly WebhookSender _sender;
    private readonly RetryPolicy _policy;
    private readonly TimeProvider _clock;
    private readonly Action<string> _overflowed;
    private readonly ILogger _logger;
    private readonly Channel<WebhookMessage> _waiting;
    private readonly CancellationTokenSource _ending;
    private readonly Lock _changing = new();
    private CancellationTokenSource _changed = new();
    private volatile bool _isOverflowing;
    private long _dropped;
    // The event that is being sent: 0, none. What a stop interrupts stays here.
    private long _sending;
    private int _givenUp;
    private bool _isDisposed;

    /// <param name="id">The target.</param>
    /// <param name="book">Knows how it is set now.</param>
    /// <param name="sender">Sends.</param>
    /// <param name="policy">When to try again.</param>
    /// <param name="clock">For the waits.</param>
    /// <param name="overflowed">Told once when the queue has overflowed, and again only after it was empty.</param>
    /// <param name="logger">Of the dispatcher.</param>
    /// <param name="stopping">Ends it.</param>
    public WebhookQueue(
        string id, WebhookBook book, WebhookSender sender, RetryPolicy policy, TimeProvider clock, Action<string> overflowed, ILogger logger, CancellationToken stopping)
    {
        (_id, _book, _sender, _policy, _clock, _overflowed, _logger) = (id, book, sender, policy, clock, overflowed, logger);
        _waiting = Channel.CreateBounded<WebhookMessage>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, OnDropped);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Ended = Task.Run(() => RunAsync(_ending.Token), CancellationToken.None);
    }

    public DeliveryLog Log { get; } = new();

    /// <summary>Events that a full queue dropped.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public int Waiting => _waiting.Reader.Count;

    /// <summary>The number of the oldest event that is being sent or waits; null: there is none.</summary>
    public long? Oldest
    {
        get
        {
            // In this order: what leaves the queue in between is already what is being sent.
            long? next = _waiting.Reader.TryPeek(out var message) ? message.Event : null;
            var sending = Interlocked.Read(ref _sending);
            return sending == 0 ? next : Math.Min(sending, next ?? long.MaxValue);
        }
    }

    /// <summary>Done once nothing is sent any more.</summary>
    public Task Ended { get; }

    /// <summary>Never waits.</summary>
    public void Offer(WebhookMessage message) => _waiting.Writer.TryWrite(message);

    /// <summary>Counts events that it never had room for.</summary>
    public void Miss(int events)
    {
        Interlocked.Add(ref _dropped, events);
        Drops.Add(events);
    }

    /// <summary>The target was set anew, paused or removed: what waits for its next try is looked at again now.</summary>
    public void OnChanged()
    {
        CancellationTokenSource changed;
        lock (_changing)
        {
            if (_isDisposed)
            {
                return;
            }
            (changed, _changed) = (_changed, new CancellationTokenSource());
            _givenUp = 0;
        }
        changed.Cancel();
        changed.Dispose();
    }

    /// <summary>Ends it: what waits is forgotten.</summary>
    public void End() => _ending.Cancel();

    public void Dispose()
    {
        lock (_changing)
        {
            _isDisposed = true;
            _ending.Dispose();
            _changed.Dispose();
        }
    }

    private async Task RunAsync(CancellationToken ending)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(ending))
            {
                while (_waiting.Reader.TryPeek(out var message))
                {
                    Interlocked.Exchange(ref _sending, message.Event);
                    if (_waiting.Reader.TryRead(out message))
                    {
                        Interlocked.Exchange(ref _sending, message.Event);
                        await DeliverAsync(message, ending);
                    }
                    Interlocked.Exchange(ref _sending, 0);
                }
                _isOverflowing = false;
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // A stop, or the target was removed.
        }
        catch (Exception fault)
        {
            LogFault(_logger, _id, fault);
            throw;
        }
    }

    private async Task DeliverAsync(WebhookMessage message, CancellationToken ending)
    {
        for (var tries = 1; ; tries++)
        {
            var changed = ChangedToken();
            if (_book.Find(_id) is not { IsActive: true } webhook)
            {
                return;
            }
            var attempt = await _sender.SendAsync(webhook, message, ending);
            var again = attempt.Error is not null && attempt.MayPass && tries < _policy.MaxTries;
            Log.Write(DeliveryOf(message, attempt, tries, again));
            if (again)
            {
                await WaitAsync(_policy.WaitAfter(tries, Random.Shared.NextDouble(), attempt.RetryAfter), changed, ending);
                continue;
            }
            Deliveries.Add(1, new KeyValuePair<string, object?>("outcome", attempt.Error is null ? "delivered" : "failed"));
            Count(webhook, attempt.Error is null);
            return;
        }
    }

    private void Count(Webhook webhook, bool delivered)
    {
        int givenUp;
        lock (_changing)
        {
            givenUp = _givenUp = delivered ? 0 : _givenUp + 1;
        }
        if (givenUp >= _policy.PauseAfter)
        {
            _book.Pause(webhook, $"{givenUp} deliveries failed one after the other");
        }
    }

    /// <summary>How a delivery stands after a try.</summary>
    public static Delivery DeliveryOf(WebhookMessage message, WebhookTry attempt, int tries, bool again) => new(
        message.Id, message.Event, message.Kind, attempt.At, tries,
        attempt.Error is null ? DeliveryOutcome.Delivered : again ? DeliveryOutcome.Retrying : DeliveryOutcome.Failed,
        attempt.Status, (int)attempt.Took.TotalMilliseconds, attempt.Error);

    private async Task WaitAsync(TimeSpan wait, CancellationToken changed, CancellationToken ending)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(changed, ending);
        try
        {
            await Task.Delay(wait, _clock, either.Token);
        }
        catch (OperationCanceledException) when (!ending.IsCancellationRequested)
        {
            // Set anew: the next try goes there at once.
        }
    }

    private CancellationToken ChangedToken()
    {
        lock (_changing)
        {
            return _changed.Token;
        }
    }

    private void OnDropped(WebhookMessage message)
    {
        Interlocked.Increment(ref _dropped);
        Drops.Add(1);
        if (!_isOverflowing)
        {
            _isOverflowing = true;
            _overflowed(_id);
        }
    }

    [LoggerMessage(6201, LogLevel.Error, "Webhook {Id} is not sent to any more: this is a fault of ours")]
    private static partial void LogFault(ILogger logger, string id, Exception fault);
}
