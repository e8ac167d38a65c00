using System.Globalization;
using System.Text.Json;
using Matchbox.Core.Access;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Matchbox.Http.Rest;

/// <summary>The timeline: the last events, or a stream of one JSON object a line (<c>follow=1</c>).</summary>
internal sealed class EventEndpoints(EventStream events, MachineRegistry machines, IHostApplicationLifetime lifetime)
{
    private const int MaxEvents = 1_000;
    private static readonly byte[] NewLine = [(byte)'\n'];

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/events", ReadAsync).RequireAuthorization(AccessPolicies.Viewer);

    private Task ReadAsync(HttpContext context)
    {
        var query = context.Request.Query;
        string? machine = null;
        if (query["machine"].ToString() is { Length: > 0 } name)
        {
            // Also a machine that was removed has a past; its id is what the events carry.
            machine = machines.Resolve(name)?.Id ?? name;
        }
        var limit = Math.Clamp(Number(query["limit"]) ?? 100, 0, MaxEvents);
        if (query["follow"].ToString() is "1" or "true")
        {
            return FollowAsync(context, machine, (int)limit);
        }
        var read = events.Read(machine, Number(query["before"]) ?? long.MaxValue, (int)limit);
        return context.AnswerAsync(new EventList([.. read.Reverse().Where(happened => MaySee(context, happened)).Select(EventView.Of)]), RestJson.Default.EventList);
    }

    private async Task FollowAsync(HttpContext context, string? machine, int limit)
    {
        // Who watches would watch for ever: a stop must not wait for that.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.ContentType = "application/x-ndjson";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // The stream is joined before the past is read: nothing falls between the two, and what is in both is written once.
        await using var following = events.FollowAsync(ending.Token).GetAsyncEnumerator(ending.Token);
        var next = following.MoveNextAsync().AsTask();
        long last = 0;
        foreach (var happened in limit == 0 ? [] : events.Read(machine, long.MaxValue, limit).Reverse().Where(happened => MaySee(context, happened)))
        {
            await WriteAsync(context, happened);
            last = happened.Sequence;
        }
        await context.Response.Body.FlushAsync(context.RequestAborted);
        try
        {
            while (await next)
            {
                var happened = following.Current;
                if (happened.Sequence > last && (machine is null || happened.Machine == machine) && MaySee(context, happened))
                {
                    await WriteAsync(context, happened);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }
                next = following.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The other side has seen enough, or we stop.
        }
    }

    /// <summary>What concerns no machine, or one that was removed, is for those who may see all.</summary>
    private bool MaySee(HttpContext context, ApplianceEvent happened) =>
        context.User.MayEverywhere(Role.Viewer)
        || (happened.Machine is { } id && machines.Find(id) is { } machine && context.User.May(Role.Viewer, machine.Labels));

    private static async Task WriteAsync(HttpContext context, ApplianceEvent happened)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, EventView.Of(happened), RestJson.Default.EventView, context.RequestAborted);
        await context.Response.Body.WriteAsync(NewLine, context.RequestAborted);
    }

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
