using System.Text.Json;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace Matchbox.Http.Rest;

/// <summary>The timeline: the last events, or a stream of one JSON object a line (<c>follow=1</c>).</summary>
internal sealed class EventEndpoints(EventStream events, MachineRegistry machines, IHostApplicationLifetime lifetime)
{
    private const int MaxEvents = 1_000;
    private const int MaxSeen = 20_000;
    private static readonly byte[] NewLine = [(byte)'\n'];

    public void Map(RestRoutes rest) => rest.Viewer.MapGet("/events", ReadAsync)
        .Describe("listEvents", "Events", "Read the timeline",
            "Oldest first: the last `limit` (100, at most 1000) before sequence number `before`, of one `machine` or of all. `kind` (several times: any of them) and `text` "
            + "(words that all stand in the event) leave out the others; one call looks at 20,000 events at most. `next` is the `before` of older ones, absent at the end. "
            + "With `follow`, one JSON object a line goes on for ever; `/events/stream` is the same as server-sent events.")
        .Produces<EventList>()
        .Fails(ProblemKind.InvalidRequest);

    private async Task<IResult> ReadAsync(HttpContext context, string? machine, string[]? kind, string? text, string? before, string? limit, string? follow)
    {
        _ = (before, limit, follow);
        // Also a machine that was removed has a past; its id is what the events carry.
        var filter = EventFilter.Of(string.IsNullOrEmpty(machine) ? null : machines.Resolve(machine)?.Id ?? machine, kind ?? [], text);
        var most = (int)Math.Min(context.NumberOf("limit", 0, long.MaxValue) ?? 100, MaxEvents);
        bool Wants(ApplianceEvent happened) => filter.Wants(happened) && context.User.MaySee(machines, happened);
        if (context.Request.Query["follow"].ToString() is "1" or "true")
        {
            await FollowAsync(context, filter.Machine, Wants, most);
            return TypedResults.Empty;
        }
        var (found, next) = Past(filter.Machine, Wants, context.NumberOf("before", 0, long.MaxValue) ?? long.MaxValue, most);
        found.Reverse();
        return TypedResults.Ok(new EventList([.. found.Select(EventView.Of)], next));
    }

    /// <summary>What is wanted, newest first, and where older ones begin; null: there are none.</summary>
    private (List<ApplianceEvent> Found, long? Next) Past(string? machine, Func<ApplianceEvent, bool> wants, long before, int most)
    {
        var found = new List<ApplianceEvent>();
        for (var seen = 0; found.Count < most && seen < MaxSeen;)
        {
            var asked = seen == 0 ? most : MaxEvents;
            var page = events.Read(machine, before, asked);
            foreach (var happened in page)
            {
                if (found.Count == most)
                {
                    return (found, before);
                }
                before = happened.Sequence;
                if (wants(happened))
                {
                    found.Add(happened);
                }
            }
            if (page.Count < asked)
            {
                return (found, null);
            }
            seen += page.Count;
        }
        return (found, before);
    }

    private async Task FollowAsync(HttpContext context, string? machine, Func<ApplianceEvent, bool> wants, int limit)
    {
        // Who watches would watch for ever: a stop must not wait for that.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.ContentType = "application/x-ndjson";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // The stream is joined before the past is read: nothing falls between the two, and what is in both is written once.
        await using var following = new EventReader(events, ending.Token);
        long last = 0;
        foreach (var happened in Past(machine, wants, long.MaxValue, limit).Found.AsEnumerable().Reverse())
        {
            await WriteAsync(context, happened);
            last = happened.Sequence;
        }
        await context.Response.Body.FlushAsync(context.RequestAborted);
        try
        {
            while (await following.Next)
            {
                var happened = following.Current;
                if (happened.Sequence > last && wants(happened))
                {
                    await WriteAsync(context, happened);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }
                following.Advance();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The other side has seen enough, or we stop.
        }
    }

    private static async Task WriteAsync(HttpContext context, ApplianceEvent happened)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, EventView.Of(happened), RestJson.Default.EventView, context.RequestAborted);
        await context.Response.Body.WriteAsync(NewLine, context.RequestAborted);
    }
}
