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
    private readonly OutboundClient _client = new(_ => null, new OutboundSettings { Time = TimeSpan.FromMinutes(2) }, TimeProvider.System);
    private Receiver _receiver = null!;
    private EventStream _events = null!;
    private WebhookBook _book = null!;
    private WebhookDispatcher _dispatcher = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.StartAsync();
        _events = new EventStream(_kept, TimeProvider.System);
        _book = new WebhookBook(new MemoryWebhookStore(), new NamedSealer(), _told, _clock);
        var machines = new MachineRegistry(new MemoryMachineStore(), _clock);
        _dispatcher = new WebhookDispatcher(_events, _book, machines, new WebhookSender(_book, _client, _clock), new RetryPolicy(), _clock, NullLogger<WebhookDispatcher>.Instance);
        await _events.StartAsync(CancellationToken.None);
        await _dispatcher.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _dispatcher.StopAsync(CancellationToken.None);
        await _events.StopAsync(CancellationToken.None);
        _dispatcher.Dispose();
        _events.Dispose();
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
