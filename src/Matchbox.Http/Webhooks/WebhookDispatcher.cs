using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Matchbox.Core.Access;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Webhooks;
using Matchbox.Http.Rest;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Webhooks;

/// <summary>
/// Follows the timeline and hands each event to the queues of the targets that it fits. It follows what was stored already, so that
/// nobody who serves a machine waits for it, and it never waits itself. What a stop leaves over is sent after the next start. Thread-safe.
/// </summary>
public sealed partial class WebhookDispatcher : BackgroundService
{
    private readonly EventStream _events;
    private readonly WebhookBook _book;
    private readonly MachineRegistry _machines;
    private readonly WebhookSender _sender;
    private readonly IWebhookCursors _cursors;
    private readonly RetryPolicy _policy;
    private readonly TimeProvider _clock;
    private readonly ILogger<WebhookDispatcher> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _access = new();
    private readonly Dictionary<string, WebhookQueue> _queues = new(StringComparer.Ordinal);
    private readonly List<Task> _ended = [];
    private ImmutableArray<Route> _routes;
    private IAsyncEnumerator<ApplianceEvent>? _following;
    private Task<bool>? _next;
    private int _disposed;

    public WebhookDispatcher(
        EventStream events, WebhookBook book, MachineRegistry machines, WebhookSender sender, IWebhookCursors cursors, RetryPolicy policy, TimeProvider clock, ILogger<WebhookDispatcher> logger)
    {
        (_events, _book, _machines, _sender, _cursors, _policy, _clock, _logger) = (events, book, machines, sender, cursors, policy, clock, logger);
        _routes = RoutesOf(book);
        book.Changed += OnChanged;
    }

    /// <summary>Joins the timeline before it returns: no later event is missed.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _following = _events.FollowAsync(_stopping.Token).GetAsyncEnumerator(CancellationToken.None);
        _next = _following.MoveNextAsync().AsTask();
        // What was stored by now is read from the store, what comes later is followed.
        _seen = _joined = _events.LastSequence;
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Ends the calls that are under way. What waits is sent after the next start.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
        Task[] ended;
        lock (_access)
        {
            ended = [.. _queues.Values.Select(queue => queue.Ended), .. _ended];
        }
        await Task.WhenAll(ended).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SaveCursors();
    }

    public override void Dispose()
    {
        // A container that knows it by two names disposes of it twice.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }
        _book.Changed -= OnChanged;
        _stopping.Cancel();
        lock (_access)
        {
            foreach (var queue in _queues.Values)
            {
                queue.Dispose();
            }
            _queues.Clear();
        }
        _stopping.Dispose();
        base.Dispose();
    }

    /// <summary>Queues an event for each target that it fits. Never waits.</summary>
    public void Offer(ApplianceEvent happened)
    {
        var body = ReadOnlyMemory<byte>.Empty;
        foreach (var route in _routes)
        {
            if (!Fits(route, happened))
            {
                continue;
            }
            if (body.IsEmpty)
            {
                body = BodyOf(happened);
            }
            OfferTo(route.Id, happened, body);
        }
        _seen = Math.Max(_seen, happened.Sequence);
        SaveSoon();
    }

    /// <summary>Sends what is no event but shows whether the target can be reached: once, also when it is paused or off.</summary>
    public async Task<Delivery> TestAsync(Webhook webhook, string by, CancellationToken cancellation)
    {
        var view = new EventView(0, _clock.GetUtcNow(), "test", null, $"a test of webhook {webhook.Id} by {by}", ImmutableSortedDictionary<string, string>.Empty.Add("webhook", webhook.Id));
        var message = new WebhookMessage(NewId(), view.Sequence, view.Kind, JsonSerializer.SerializeToUtf8Bytes(view, RestJson.Default.EventView));
        var delivery = WebhookQueue.DeliveryOf(message, await _sender.SendAsync(webhook, message, cancellation), 1, again: false);
        QueueOf(webhook.Id)?.Log.Write(delivery);
        return delivery;
    }

    /// <summary>The last deliveries of a target since the start, newest first.</summary>
    public ImmutableArray<Delivery> DeliveriesOf(string id)
    {
        lock (_access)
        {
            return _queues.GetValueOrDefault(id)?.Log.Read() ?? [];
        }
    }

    /// <summary>How many events wait for a target, and how many its full queue has dropped since the start.</summary>
    public (int Waiting, long Dropped) CountsOf(string id)
    {
        lock (_access)
        {
            return _queues.GetValueOrDefault(id) is { } queue ? (queue.Waiting, queue.Dropped) : (0, 0);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var following = _following!;
        try
        {
            Resume();
            while (await _next!)
            {
                if (following.Current.Sequence > _joined)
                {
                    Offer(following.Current);
                }
                _next = following.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // We stop.
        }
    }

    private static bool Fits(Route route, ApplianceEvent happened, Machine? machine) =>
        (route.Kinds.IsEmpty || route.Kinds.Contains(happened.Kind))
        && (route.Selector.IsEverything || (machine is not null && route.Selector.Selects(machine.Labels)));

    private bool Fits(Route route, ApplianceEvent happened) =>
        Fits(route, happened, route.Selector.IsEverything || happened.Machine is null ? null : _machines.Find(happened.Machine));

    private void OfferTo(string id, ApplianceEvent happened, ReadOnlyMemory<byte> body) =>
        QueueOf(id)?.Offer(new WebhookMessage(IdOf(id, happened), happened.Sequence, EventFilter.NameOf(happened.Kind), body));

    private static byte[] BodyOf(ApplianceEvent happened) => JsonSerializer.SerializeToUtf8Bytes(EventView.Of(happened), RestJson.Default.EventView);

    private WebhookQueue? QueueOf(string id)
    {
        lock (_access)
        {
            // Removed meanwhile, or we stop.
            if (_stopping.IsCancellationRequested || _book.Find(id) is null)
            {
                return null;
            }
            if (!_queues.TryGetValue(id, out var queue))
            {
                queue = new WebhookQueue(id, _book, _sender, _policy, _clock, TellOverflow, _logger, _stopping.Token);
                _queues.Add(id, queue);
            }
            return queue;
        }
    }

    private void OnChanged(string id)
    {
        WebhookQueue? queue;
        var isGone = false;
        lock (_access)
        {
            _routes = RoutesOf(_book);
            isGone = _book.Find(id) is null;
            _queues.TryGetValue(id, out queue);
            if (isGone && queue is not null)
            {
                _queues.Remove(id);
                _ended.RemoveAll(task => task.IsCompleted);
                _ended.Add(queue.Ended);
            }
        }
        if (isGone)
        {
            queue?.End();
            queue?.Ended.ContinueWith(_ => queue.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        else
        {
            queue?.OnChanged();
        }
    }

    private void TellOverflow(string id) => _events.Publish(new ApplianceEvent
    {
        At = _clock.GetUtcNow(),
        Kind = EventKind.WebhookOverflowed,
        Known = true,
        Text = $"webhook {id} does not keep up: {WebhookQueue.Capacity} events wait for it, the oldest are dropped",
        Data = ImmutableSortedDictionary<string, string>.Empty.Add("webhook", id),
    });

    // The same after a restart, so that a receiver knows again what it may have had.
    private static string IdOf(string webhook, ApplianceEvent happened) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{webhook}\n{happened.Sequence}\n{happened.At.UtcTicks}"))).AsSpan(0, 16));

    private string NewId() => Guid.CreateVersion7(_clock.GetUtcNow()).ToString("N");

    private static ImmutableArray<Route> RoutesOf(WebhookBook book) =>
    [
        .. book.All.Where(webhook => webhook.IsActive).Select(webhook => new Route(
            webhook.Id, [.. webhook.Kinds], LabelSelector.TryParse(webhook.Selector, out var selector) ? selector : LabelSelector.Everything)),
    ];

    /// <summary>What a target wants, read once.</summary>
    private sealed record Route(string Id, ImmutableHashSet<EventKind> Kinds, LabelSelector Selector);
}
