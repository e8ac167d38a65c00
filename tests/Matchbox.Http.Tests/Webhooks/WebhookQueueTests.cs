using System.Collections.Immutable;
using System.Net;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Webhooks;
using Matchbox.Http.Outbound;
using Matchbox.Http.Webhooks;
using Matchbox.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Matchbox.Http.Tests.Webhooks;

/// <summary>Targets that fail, hang and lie. The waits are on a clock of the test's, the calls on the true one.</summary>
public sealed class WebhookQueueTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RecordedEvents _told = new();
    private readonly MemoryEventStore _kept = new();
    private readonly MemoryWebhookCursors _cursors = new();
    private readonly OutboundClient _client = new(_ => null, new OutboundSettings { Time = TimeSpan.FromMinutes(2) }, TimeProvider.System);
    private Receiver _receiver = null!;
    private EventStream _events = null!;
    private WebhookBook _book = null!;
    private WebhookDispatcher _dispatcher = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _book = new WebhookBook(new MemoryWebhookStore(), new NamedSealer(), _told, _clock);
        await StartAsync();
    }

    private async Task StartAsync()
    {
        _events = new EventStream(_kept, TimeProvider.System);
        var machines = new MachineRegistry(new MemoryMachineStore(), _clock);
        _dispatcher = new WebhookDispatcher(_events, _book, machines, new WebhookSender(_book, _client, _clock), _cursors, new RetryPolicy(), _clock, NullLogger<WebhookDispatcher>.Instance);
        await _events.StartAsync(CancellationToken.None);
        await _dispatcher.StartAsync(CancellationToken.None);
    }

    private async Task StopAsync()
    {
        await _dispatcher.StopAsync(CancellationToken.None);
        await _events.StopAsync(CancellationToken.None);
        _dispatcher.Dispose();
        _events.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_broken_receiver_is_tried_again_with_growing_waits_under_the_same_id()
    {
        var at = new List<DateTimeOffset>();
        _receiver.Answer = context =>
        {
            at.Add(_clock.GetUtcNow());
            context.Response.StatusCode = at.Count < 4 ? 503 : 200;
            return Task.CompletedTask;
        };
        Set("a");
        _dispatcher.Offer(Event(1));

        var calls = await _receiver.WaitForAsync(4, () => _clock.Advance(TimeSpan.FromSeconds(0.5)));

        Assert.Single(calls.Select(call => call.Delivery).Distinct());
        // Each half of 5, 10 and 20 seconds at least.
        Assert.True(at[1] - at[0] >= TimeSpan.FromSeconds(2.5));
        Assert.True(at[2] - at[1] >= TimeSpan.FromSeconds(5));
        Assert.True(at[3] - at[2] >= TimeSpan.FromSeconds(10));
        Assert.Equal(4, calls.Select(call => call.Signature).Distinct().Count());
        var delivery = Assert.Single(await LogAsync("a", log => log is [{ Outcome: DeliveryOutcome.Delivered }]));
        Assert.Equal((4, 200, 1L), (delivery.Tries, delivery.Status, delivery.Event));
    }

    [Fact]
    public async Task What_the_receiver_asks_for_is_waited()
    {
        var at = new List<DateTimeOffset>();
        _receiver.Answer = context =>
        {
            at.Add(_clock.GetUtcNow());
            context.Response.StatusCode = at.Count < 2 ? 429 : 200;
            context.Response.Headers.RetryAfter = "120";
            return Task.CompletedTask;
        };
        Set("a");
        _dispatcher.Offer(Event(1));

        await _receiver.WaitForAsync(2, () => _clock.Advance(TimeSpan.FromSeconds(2)));

        Assert.True(at[1] - at[0] >= TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task A_receiver_that_does_not_want_an_event_gets_the_next_and_is_paused_after_ten()
    {
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = 400;
            return Task.CompletedTask;
        };
        Set("a");
        for (var i = 1; i <= 20; i++)
        {
            _dispatcher.Offer(Event(i));
        }
        await UntilAsync(() => _book.Find("a")!.Paused is not null && _dispatcher.CountsOf("a").Waiting == 0);

        Assert.Equal(10, _receiver.Calls.Count);
        Assert.Single(_told.All, happened => happened.Kind == EventKind.WebhookPaused);
        _dispatcher.Offer(Event(21));
        Assert.Equal(0, _dispatcher.CountsOf("a").Waiting);

        // An admin sets it again, and it goes on.
        _receiver.Answer = _ => Task.CompletedTask;
        Set("a");
        _dispatcher.Offer(Event(22));
        Assert.Contains("22", (await _receiver.WaitForAsync(11))[10].Text, StringComparison.Ordinal);
        Assert.Null(_book.Find("a")!.Paused);
    }

    [Fact]
    public async Task A_full_queue_drops_the_oldest_says_so_once_and_keeps_nobody_else_waiting()
    {
        var free = new TaskCompletionSource();
        _receiver.Answer = context => context.Request.Path == "/slow" ? free.Task : Task.CompletedTask;
        Set("slow");
        Set("quick");
        _dispatcher.Offer(Event(0));
        await _receiver.WaitForAsync(2);
        for (var i = 1; i <= 1_100; i++)
        {
            _dispatcher.Offer(Event(i));
            if (i % 500 == 0)
            {
                // The quick one keeps up while the other hangs.
                await UntilAsync(() => _dispatcher.CountsOf("quick").Waiting == 0);
            }
        }
        await UntilAsync(() => _receiver.Calls.Count(call => call.Path == "/quick") == 1_101);

        Assert.Equal((1_000, 100L), _dispatcher.CountsOf("slow"));
        Assert.Equal((0, 0L), _dispatcher.CountsOf("quick"));
        free.SetResult();
        await UntilAsync(() => _receiver.Calls.Count(call => call.Path == "/slow") == 1_001);
        var second = _receiver.Calls.Where(call => call.Path == "/slow").ElementAt(1);
        Assert.Contains("\"sequence\":101,", second.Text, StringComparison.Ordinal);
        Assert.Equal(100, _dispatcher.DeliveriesOf("slow").Length);
        await UntilAsync(() => _kept.Read(null, long.MaxValue, 10).Count > 0);
        Assert.Equal(EventKind.WebhookOverflowed, Assert.Single(_kept.Read(null, long.MaxValue, 10)).Kind);
    }

    [Fact]
    public async Task A_removed_target_and_a_stop_end_what_hangs()
    {
        using var aborted = new SemaphoreSlim(0);
        _receiver.Answer = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            aborted.Release();
        };
        Set("a");
        Set("b");
        _dispatcher.Offer(Event(1));
        await _receiver.WaitForAsync(2);

        Assert.True(_book.Remove("a", "a test", null));
        Assert.True(await aborted.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        await _dispatcher.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(await aborted.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_target_that_is_set_anew_is_tried_at_once()
    {
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Path == "/a" ? 500 : 200;
            return Task.CompletedTask;
        };
        Set("a");
        _dispatcher.Offer(Event(1));
        await LogAsync("a", log => log is [{ Outcome: DeliveryOutcome.Retrying }]);

        Set("a", "/mended");

        Assert.Equal("/mended", (await _receiver.WaitForAsync(2))[1].Path);
    }

    [Fact]
    public async Task What_a_stop_leaves_over_is_sent_after_the_next_start_under_the_same_ids()
    {
        var mayPass = false;
        _receiver.Answer = async context =>
        {
            if (!mayPass && context.Request.Path != "/quick")
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        };
        Set("slow");
        Set("quick");
        Set("off");
        _book.Pause(_book.Find("off")!, "a test");
        for (var i = 1; i <= 3; i++)
        {
            _events.Publish(Event(0));
        }
        await UntilAsync(() => _receiver.Calls.Count(call => call.Path == "/quick") == 3 && _receiver.Calls.Any(call => call.Path == "/slow"));
        var begun = _receiver.Calls.Single(call => call.Path == "/slow");
        await StopAsync();
        // What is stored before the dispatcher follows: by a service that stops later, or starts earlier.
        _kept.Append([Event((int)_kept.LastSequence + 1)]);
        mayPass = true;

        await StartAsync();

        await UntilAsync(() => _receiver.Calls.Count(call => call.Path == "/slow") == 5 && _receiver.Calls.Count(call => call.Path == "/quick") == 4);
        var sent = _receiver.Calls.Where(call => call.Path == "/slow").Skip(1).ToArray();
        Assert.Equal(begun.Delivery, sent[0].Delivery);
        Assert.Equal([1, 2, 3, 4], sent.Select(call => call.Text).Select(text => int.Parse(text.Split("\"sequence\":")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture)));
        _events.Publish(Event(0));
        await UntilAsync(() => _receiver.Calls.Count(call => call.Path == "/slow") == 6);
        await StopAsync();
        await StartAsync();
        _events.Publish(Event(0));
        await UntilAsync(() => _receiver.Calls.Count(call => call.Path == "/quick") == 6);
        Assert.DoesNotContain(_receiver.Calls, call => call.Path == "/off");
        Assert.Equal(6, _receiver.Calls.Where(call => call.Path == "/quick").Select(call => call.Delivery).Distinct().Count());
    }

    [Fact]
    public async Task More_than_a_queue_holds_is_counted_as_missed_and_told()
    {
        Set("a");
        await StopAsync();
        _cursors.Save(new Dictionary<string, long> { ["a"] = _kept.LastSequence });
        _kept.Append([.. Enumerable.Range(1, 1_300).Select(number => Event((int)_kept.LastSequence + number))]);

        await StartAsync();

        await UntilAsync(() => _receiver.Calls.Count == 1_000);
        Assert.Contains("\"sequence\":301,", _receiver.Calls.First().Text, StringComparison.Ordinal);
        Assert.Equal(300, _dispatcher.CountsOf("a").Dropped);
        await UntilAsync(() => _kept.Read(null, long.MaxValue, 1)[0].Kind == EventKind.WebhookOverflowed);
        Assert.Contains("missed 300 events", _kept.Read(null, long.MaxValue, 1)[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_settled_is_known_without_a_stop_too()
    {
        Set("a");
        _events.Publish(Event(0));
        await _receiver.WaitForAsync(1);
        await UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return _cursors.Load().GetValueOrDefault("a") == 1;
        });
    }

    private void Set(string id, string? path = null) =>
        Assert.IsType<WebhookChange.Kept>(_book.Set(new Webhook { Id = id, Url = _receiver.Url + (path ?? $"/{id}"), Kinds = [EventKind.Booted] }, newSecret: false, "a test", null));

    private async Task<ImmutableArray<Delivery>> LogAsync(string id, Func<ImmutableArray<Delivery>, bool> isThere)
    {
        await UntilAsync(() => isThere(_dispatcher.DeliveriesOf(id)));
        return _dispatcher.DeliveriesOf(id);
    }

    private static async Task UntilAsync(Func<bool> isThere)
    {
        for (var left = 3_000; !isThere(); left--)
        {
            Assert.True(left > 0, "it did not come");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static ApplianceEvent Event(int sequence) =>
        new() { Sequence = sequence, At = DateTimeOffset.UnixEpoch, Kind = EventKind.Booted, Known = true, Text = $"event {sequence}" };
}
