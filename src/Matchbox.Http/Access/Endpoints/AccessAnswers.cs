using System.Collections.Immutable;
using Matchbox.Core.Access;
using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Access.Endpoints;

/// <summary>How the calls about users and tokens answer.</summary>
internal static class AccessAnswers
{
    /// <summary>The outcome as a status; what was done as a text.</summary>
    public static Task AnswerAsync(this HttpContext context, AccessOutcome outcome, string done, int status = StatusCodes.Status200OK) => outcome switch
    {
        AccessOutcome.Done => context.AnswerAsync(new AccessDone(done), AccessJson.Default.AccessDone, status),
        AccessOutcome.Absent absent => context.RefuseAsync(StatusCodes.Status404NotFound, absent.Reason),
        AccessOutcome.Refused refused => context.RefuseAsync(StatusCodes.Status422UnprocessableEntity, refused.Reason),
        AccessOutcome.Conflict conflict => context.RefuseAsync(StatusCodes.Status409Conflict, conflict.Reason),
        _ => context.BusyAsync(),
    };

    public static Task BusyAsync(this HttpContext context)
    {
        context.Response.Headers.RetryAfter = "2";
        return context.RefuseAsync(StatusCodes.Status503ServiceUnavailable, "too many passwords are being looked at, try again in a moment");
    }

    /// <summary>Runs what writes to the store; a disk that refuses is an answer, not a fault of ours.</summary>
    public static async Task StoringAsync(this HttpContext context, Func<Task> change)
    {
        try
        {
            await change();
        }
        catch (IOException failure) when (failure is not BadHttpRequestException && !context.Response.HasStarted)
        {
            await context.RefuseAsync(StatusCodes.Status507InsufficientStorage, $"nothing was changed, the store failed: {failure.Message}");
        }
    }

    /// <summary>Rights of a body; refuses the request when one is none.</summary>
    public static async Task<ImmutableArray<Right>?> RightsAsync(this HttpContext context, IReadOnlyList<string>? texts)
    {
        if (Right.TryParseAll(texts ?? [], out var rights, out var fault))
        {
            return rights;
        }
        await context.RefuseAsync(StatusCodes.Status422UnprocessableEntity,
            $"'{Core.ClientText.Escape(fault ?? "")}' is no right: viewer, operator or admin, each also for a part of the machines, such as operator:rack=b7");
        return null;
    }
}
