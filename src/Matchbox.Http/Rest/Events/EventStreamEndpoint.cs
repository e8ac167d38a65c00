using System.Globalization;
using System.Text.Json;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Hosting;

namespace Matchbox.Http.Rest;

/// <summary>
/// <c>GET /api/v1/events/stream</c>: the timeline as server-sent events, resumed by <c>Last-Event-ID</c>. A reader that does not keep up is
/// told so and cut; it resumes where it was.
/// </summary>
internal sealed class EventStreamEndpoint(EventStream events, MachineRegistry machines, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    private const int MaxStreams = 64;
    private const int PageSize = 1_000;
    private const int MaxResumed = 10_000;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private int _streams;

    public void Map(RestRoutes rest) => rest.Viewer.MapGet("/events/stream", StreamAsync)
        .Describe("streamEvents", "Events", "Follow the timeline as server-sent events",
            "`id` is the event's sequence number: after a break, `Last-Event-ID` (or `after`) goes on behind it. Filters: `machine`, `kind` (several times: any of them) and `text` (all its words). "
            + "A comment comes every 15 s. `event: lagging` says that the reader was too slow and is cut, `event: gap` that what it missed is no longer kept.")
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
        .Fails(ProblemKind.InvalidRequest, ProblemKind.Busy);

    private async Task<EmptyHttpResult> StreamAsync(HttpContext context, string? machine, string[]? kind, string? text, string? after)
    {
        _ = after;
        // Also a machine that was removed has a past; its id is what the events carry.
        var filter = EventFilter.Of(string.IsNullOrEmpty(machine) ? null : machines.Resolve(machine)?.Id ?? machine, kind ?? [], text);
        var from = ResumedFrom(context);
        if (Interlocked.Increment(ref _streams) > MaxStreams)
        {
            Interlocked.Decrement(ref _streams);
            context.Response.Headers.RetryAfter = "5";
            throw new ProblemException(ProblemKind.Busy, $"{MaxStreams} streams are open already");
        }
        // Who watches would watch for ever: a stop must not wait for that.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await FollowAsync(new EventWriter(context, clock, Patience), happened => filter.Wants(happened) && context.User.MaySee(machines, happened), filter.Machine, from, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The other side has seen enough, or we stop.
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
        return TypedResults.Empty;
    }

    private async Task FollowAsync(EventWriter writer, Func<ApplianceEvent, bool> wants, string? machine, long? from, CancellationToken cancellation)
    {
        // The stream is joined before the past is read: nothing falls between the two, and what is in both is written once.
        await using var following = new EventReader(events, cancellation);
        var written = from ?? 0;
        await writer.CommentAsync("matchbox", cancellation);
        if (from is { } seen)
        {
            written = await ResumeAsync(writer, wants, machine, seen, cancellation);
        }
        var passed = 0L;
        while (true)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (await Task.WhenAny(following.Next, Task.Delay(Heartbeat, clock, waiting.Token)) != following.Next)
            {
                cancellation.ThrowIfCancellationRequested();
                await writer.CommentAsync("", cancellation);
                continue;
            }
            await waiting.CancelAsync();
            if (!await following.Next)
            {
                return;
            }
            var happened = following.Current;
            // Numbers have no gaps, so that one tells that the oldest of a full queue made room.
            if (passed > 0 && happened.Sequence > passed + 1)
            {
                await writer.SayAsync("lagging", $"{happened.Sequence - passed - 1} events came faster than they were read: ask again with the last id", cancellation);
                return;
            }
            passed = happened.Sequence;
            if (happened.Sequence > written && wants(happened))
            {
                await writer.EventAsync(happened, cancellation);
            }
            following.Advance();
        }
    }

    private async Task<long> ResumeAsync(EventWriter writer, Func<ApplianceEvent, bool> wants, string? machine, long seen, CancellationToken cancellation)
    {
        var missed = new List<ApplianceEvent>();
        var before = long.MaxValue;
        var isWhole = false;
        while (missed.Count < MaxResumed && !isWhole)
        {
            var page = events.Read(machine, before, PageSize);
            missed.AddRange(page.TakeWhile(happened => happened.Sequence > seen));
            isWhole = page.Count < PageSize || page[^1].Sequence <= seen;
            before = page.Count > 0 ? page[^1].Sequence : 0;
        }
        // Of all machines every number is there; what is not was forgotten. 0 asks for whatever there is.
        if (!isWhole || seen > 0 && machine is null && missed.Count > 0 && missed[^1].Sequence > seen + 1)
        {
            await writer.SayAsync("gap", $"events after {seen.ToString(CultureInfo.InvariantCulture)} are no longer kept, or too many", cancellation);
        }
        for (var i = missed.Count - 1; i >= 0; i--)
        {
            if (wants(missed[i]))
            {
                await writer.EventAsync(missed[i], cancellation);
            }
        }
        return missed.Count > 0 ? missed[0].Sequence : seen;
    }

    private static long? ResumedFrom(HttpContext context)
    {
        var header = context.Request.Headers["Last-Event-ID"].ToString();
        return header.Length == 0 ? context.NumberOf("after", 0, long.MaxValue)
            : long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
            : throw new ProblemException(ProblemKind.InvalidRequest, "Last-Event-ID is the number of an event");
    }

    /// <summary>Writes server-sent events (HTML §9.2), each within the patience that a reader is given.</summary>
    private sealed class EventWriter(HttpContext context, TimeProvider clock, TimeSpan patience)
    {
        public Task CommentAsync(string text, CancellationToken cancellation) => WriteAsync($": {text}\n\n", cancellation);

        public Task SayAsync(string name, string text, CancellationToken cancellation) => WriteAsync($"event: {name}\ndata: {text}\n\n", cancellation);

        // JSON on one line: it has no line break of its own.
        public Task EventAsync(ApplianceEvent happened, CancellationToken cancellation) => WriteAsync(
            string.Create(CultureInfo.InvariantCulture, $"id: {happened.Sequence}\ndata: {JsonSerializer.Serialize(EventView.Of(happened), RestJson.Default.EventView)}\n\n"), cancellation);

        private async Task WriteAsync(string text, CancellationToken cancellation)
        {
            using var time = new CancellationTokenSource(patience, clock);
            await using var end = time.Token.Register(context.Abort);
            await context.Response.WriteAsync(text, cancellation);
            await context.Response.Body.FlushAsync(cancellation);
        }
    }
}
