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
    private static readonly byte[] NewLine = [(byte)'\n'];

    public void Map(RestRoutes rest) => rest.Viewer.MapGet("/events", ReadAsync)
        .Describe("listEvents", "Events", "Read the timeline",
            "Oldest first: the last `limit` (100, at most 1000) before sequence number `before`, of one `machine` or of all. "
            + "With `follow`, one JSON object a line goes on for ever; `/events/stream` is the same as server-sent events.")
        .Produces<EventList>()
        .Fails(ProblemKind.InvalidRequest);

    private async Task<IResult> ReadAsync(HttpContext context, string? machine, string? before, string? limit, string? follow)
    {
        _ = (before, limit, follow);
        // Also a machine that was removed has a past; its id is what the events carry.
        var id = string.IsNullOrEmpty(machine) ? null : machines.Resolve(machine)?.Id ?? machine;
        var most = (int)Math.Min(context.NumberOf("limit", 0, long.MaxValue) ?? 100, MaxEvents);
        if (context.Request.Query["follow"].ToString() is "1" or "true")
        {
            await FollowAsync(context, id, most);
            return TypedResults.Empty;
        }
        var read = events.Read(id, context.NumberOf("before", 0, long.MaxValue) ?? long.MaxValue, most);
        return TypedResults.Ok(new EventList([.. read.Reverse().Where(happened => context.MaySee(machines, happened)).Select(EventView.Of)]));
    }

    private async Task FollowAsync(HttpContext context, string? machine, int limit)
    {
        // Who watches would watch for ever: a stop must not wait for that.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.ContentType = "application/x-ndjson";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // The stream is joined before the past is read: nothing falls between the two, and what is in both is written once.
        await using var following = new EventReader(events, ending.Token);
        long last = 0;
        foreach (var happened in limit == 0 ? [] : events.Read(machine, long.MaxValue, limit).Reverse().Where(happened => context.MaySee(machines, happened)))
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
                if (happened.Sequence > last && (machine is null || happened.Machine == machine) && context.MaySee(machines, happened))
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
