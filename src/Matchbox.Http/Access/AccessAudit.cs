using Matchbox.Core;
using Matchbox.Core.Access.Audit;
using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Access;

/// <summary>An endpoint whose POST changes nothing: it is not audited.</summary>
internal sealed record ChangesNothing;

/// <summary>Of a request: it only asked what a change would do, and its endpoint keeps to that.</summary>
internal sealed record DryRun
{
    private static readonly DryRun Asked = new();

    /// <summary>Says so to the audit log, if it is one.</summary>
    public static bool Note(HttpContext context, bool? isDryRun)
    {
        if (isDryRun == true)
        {
            context.Features.Set(Asked);
        }
        return isDryRun == true;
    }
}

/// <summary>Writes every change, whoever made it by whichever call, and every refusal into the audit log and the log.</summary>
public sealed partial class AccessAudit(RequestDelegate next, IAuditLog audit, TimeProvider clock, ILogger<AccessAudit> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (Changes(context))
        {
            // What it had done by then is done.
            await RecordAsync(context, StatusCodes.Status500InternalServerError);
            throw;
        }
        await RecordAsync(context, context.Response.StatusCode);
    }

    private static bool Changes(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && context.Features.Get<DryRun>() is null
        && context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<ChangesNothing>() is null;

    private async Task RecordAsync(HttpContext context, int status)
    {
        var refused = status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests
            or StatusCodes.Status421MisdirectedRequest;
        if (!refused && !Changes(context))
        {
            return;
        }
        var caller = context.Caller();
        // Whoever is nobody and got nothing is a stranger, whose tries are bounded.
        refused |= caller.Who.Length == 0 && status >= StatusCodes.Status400BadRequest;
        var path = ClientText.Escape(context.Request.Path.Value ?? "");
        var detail = context.Features.Get<AuditDetail>();
        var entry = new AuditEntry
        {
            At = clock.GetUtcNow(),
            Kind = refused ? AuditKind.Refusal : AuditKind.Change,
            Who = caller.Who,
            From = caller.From,
            Via = caller.Via,
            Action = $"{ClientText.Escape(context.Request.Method)} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "*"}",
            Object = path,
            Outcome = status.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Before = detail?.Before,
            After = detail?.After,
            Reason = context.Reason(),
        };
        if (refused)
        {
            audit.RecordRefusal(entry);
            LogRefusal(logger, entry.Action, path, caller.Who, caller.From, status);
        }
        else
        {
            await audit.RecordAsync(entry);
            LogChange(logger, context.Request.Method, path, caller.Who, caller.From, status);
        }
    }

    [LoggerMessage(7030, LogLevel.Information, "{Method} {Path} by {By} ({From}): {Status}")]
    private static partial void LogChange(ILogger logger, string method, string path, string by, string from, int status);

    [LoggerMessage(7031, LogLevel.Debug, "Refused {Action} {Path} to '{By}' ({From}): {Status}")]
    private static partial void LogRefusal(ILogger logger, string action, string path, string by, string from, int status);
}
