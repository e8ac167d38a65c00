using System.Collections.Immutable;
using Matchbox.Core.Events;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Webhooks;

// What a stop leaves over, and what happens while nobody follows.
public sealed partial class WebhookDispatcher
{
    private const int PageLength = 1_000;

    // A crash repeats what was settled since; a receiver knows it again by the delivery's id.
    private static readonly TimeSpan SaveAfter = TimeSpan.FromSeconds(2);

    // The last event when we joined the timeline, and the last one that was handed to the queues.
    private long _joined;
    private long _seen;
    private int _saveIsDue;
    private volatile bool _isResumed;
    private readonly Lock _saving = new();
    private Dictionary<string, long> _saved = [];

    /// <summary>Queues what each target has not had of the timeline; the newest, where that is more than a queue holds.</summary>
    private void Resume()
    {
        try
        {
            if (_routes.IsEmpty)
            {
                return;
            }
            var cursors = _cursors.Load();
            // One that was never saved begins now.
            var left = _routes.Where(route => cursors.GetValueOrDefault(route.Id, long.MaxValue) < _joined)
                .Select(route => new Remainder(route, cursors[route.Id])).ToArray();
            if (left.Length == 0)
            {
                return;
            }
            var oldest = left.Min(one => one.Cursor);
            for (var before = _joined + 1; before > oldest + 1;)
            {
                var page = _events.Read(null, before, PageLength);
                if (page.Count == 0)
                {
                    break;
                }
                foreach (var happened in page)
                {
                    foreach (var one in left.Where(one => happened.Sequence > one.Cursor && Fits(one.Route, happened)))
                    {
                        one.Add(happened);
                    }
                }
                before = page[^1].Sequence;
            }
            foreach (var one in left)
            {
                Take(one);
            }
        }
        catch (IOException failure)
        {
            LogNotResumed(_logger, failure);
        }
        finally
        {
            _isResumed = true;
        }
    }

    private void Take(Remainder one)
    {
        foreach (var happened in Enumerable.Reverse(one.Events))
        {
            OfferTo(one.Route.Id, happened, BodyOf(happened));
        }
        if (one.Missed > 0)
        {
            QueueOf(one.Route.Id)?.Miss(one.Missed);
            _events.Publish(new ApplianceEvent
            {
                At = _clock.GetUtcNow(),
                Kind = EventKind.WebhookOverflowed,
                Known = true,
                Text = $"webhook {one.Route.Id} missed {one.Missed} events from before the last start: more than {WebhookQueue.Capacity} waited",
                Data = ImmutableSortedDictionary<string, string>.Empty.Add("webhook", one.Route.Id),
            });
        }
    }

    private void SaveSoon()
    {
        if (_routes.IsEmpty || Interlocked.Exchange(ref _saveIsDue, 1) == 1)
        {
            return;
        }
        _ = SaveLaterAsync();
    }

    private async Task SaveLaterAsync()
    {
        try
        {
            do
            {
                await Task.Delay(SaveAfter, _clock, _stopping.Token);
                Interlocked.Exchange(ref _saveIsDue, 0);
                SaveCursors();
            }
            while (HasPending() && Interlocked.Exchange(ref _saveIsDue, 1) == 0);
        }
        catch (OperationCanceledException)
        {
            // A stop saves.
        }
    }

    private bool HasPending()
    {
        lock (_access)
        {
            return _queues.Values.Any(queue => queue.Oldest is not null);
        }
    }

    private void SaveCursors()
    {
        if (!_isResumed)
        {
            // What is kept still stands.
            return;
        }
        lock (_saving)
        {
            // In this order: what was seen by now is in a queue, or needs no more.
            var seen = Interlocked.Read(ref _seen);
            var cursors = new Dictionary<string, long>(StringComparer.Ordinal);
            lock (_access)
            {
                foreach (var webhook in _book.All)
                {
                    cursors[webhook.Id] = _queues.GetValueOrDefault(webhook.Id)?.Oldest is { } oldest ? Math.Min(seen, oldest - 1) : seen;
                }
            }
            if (cursors.Count == _saved.Count && cursors.All(cursor => _saved.TryGetValue(cursor.Key, out var saved) && saved == cursor.Value))
            {
                return;
            }
            try
            {
                _cursors.Save(cursors);
                _saved = cursors;
            }
            catch (IOException)
            {
                // A full disk: the next save may go better, and a restart before it repeats some deliveries.
            }
        }
    }

    [LoggerMessage(6202, LogLevel.Error, "Webhooks are not sent what they had not had before the start")]
    private static partial void LogNotResumed(ILogger logger, Exception failure);

    /// <summary>What a target has not had, the newest first.</summary>
    private sealed class Remainder(Route route, long cursor)
    {
        public Route Route => route;

        public long Cursor => cursor;

        public List<ApplianceEvent> Events { get; } = [];

        public int Missed { get; private set; }

        public void Add(ApplianceEvent happened)
        {
            if (Events.Count < WebhookQueue.Capacity)
            {
                Events.Add(happened);
            }
            else
            {
                Missed++;
            }
        }
    }
}
