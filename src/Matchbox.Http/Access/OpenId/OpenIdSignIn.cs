using System.Security.Claims;
using Matchbox.Core;
using Matchbox.Core.Access;
using Matchbox.Core.Access.Audit;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Access.OpenId;

/// <summary>
/// From what the provider says of somebody to a session of ours. Nothing of its tokens is kept, and none of its words reach the
/// browser: they go to the log.
/// </summary>
internal sealed partial class OpenIdSignIn(OpenIdSettings settings, AccessBook book, IAuditLog audit, TimeProvider clock, ILogger<OpenIdSignIn> logger)
{
    public const string Path = "/signin/oidc";
    public const string CallbackPath = "/signin/oidc/callback";

    // OpenID Connect Core 1.0 §2: a subject has at most 255 characters.
    private const int LongestSubject = 255;
    private const int LongestName = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, BeginAsync).AllowAnonymous();
        // The handler answers before an endpoint is asked; the route gives the audit log its name.
        routes.MapGet(CallbackPath, context => RefuseAsync(context, StatusCodes.Status401Unauthorized, "the sign-in failed")).AllowAnonymous();
    }

    /// <summary>Everything that the protocol demands has been checked: who is it, and what may he do.</summary>
    public async Task FinishAsync(TicketReceivedContext ticket)
    {
        ticket.HandleResponse();
        var context = ticket.HttpContext;
        var person = ticket.Principal!;
        var subject = person.FindFirstValue("sub") ?? "";
        if (subject.Length is 0 or > LongestSubject)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "the sign-in failed");
            return;
        }
        var name = AccessBook.OpenIdPrefix + ClientText.Escape(subject);
        var values = person.FindAll(settings.RolesClaim).Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal);
        var rights = settings.Roles.Where(role => values.Contains(role.Value)).Select(role => role.Right).Distinct().ToArray();
        if (rights.Length == 0)
        {
            context.Audit(null, $"{name} has no role here");
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "you are known to the provider, but none of your roles gives a right here: ask an admin of this appliance");
            return;
        }
        var shown = person.FindFirstValue("name") ?? person.FindFirstValue("preferred_username") ?? "";
        var display = ClientText.Escape(shown.Length > LongestName ? shown[..LongestName] : shown);
        string secret;
        try
        {
            secret = book.OpenSession(name, display, [.. rights], context.Connection.RemoteIpAddress);
        }
        catch (IOException failure)
        {
            LogFailure(logger, failure, name);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "the session could not be stored: try again later");
            return;
        }
        SessionCookie.Give(context, secret);
        await audit.RecordAsync(EntryOf(context, AuditKind.SignIn, name, "signed in") with { After = $"{display}: {string.Join(", ", rights.Select(right => right.ToString()))}" });
        // No redirect: a browser counts what follows one from another site as that site's, and keeps the strict cookie back.
        await AnswerAsync(context, StatusCodes.Status200OK, $"signed in as {(display.Length > 0 ? display : name)}");
    }

    /// <summary>State, nonce, issuer, audience, time or signature does not fit, or the provider refused or is away.</summary>
    public async Task FailAsync(RemoteFailureContext failed)
    {
        failed.HandleResponse();
        LogFailure(logger, failed.Failure, CallbackPath);
        await RefuseAsync(failed.HttpContext, StatusCodes.Status401Unauthorized, $"the sign-in failed: begin anew at {Path}");
    }

    private async Task BeginAsync(HttpContext context)
    {
        try
        {
            await context.ChallengeAsync(OpenIdHandler.SchemeName);
        }
        catch (Exception away) when (away is InvalidOperationException or HttpRequestException or IOException or OperationCanceledException && !context.Response.HasStarted)
        {
            LogFailure(logger, away, Path);
            audit.RecordRefusal(EntryOf(context, AuditKind.Refusal, "", "503"));
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "the OpenID provider cannot be asked now: try again later, or sign in with a password");
        }
    }

    // The audit log has every 401 and 403 without being told.
    private static Task RefuseAsync(HttpContext context, int status, string text) => AnswerAsync(context, status, text);

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    private AuditEntry EntryOf(HttpContext context, AuditKind kind, string who, string outcome) => new()
    {
        At = clock.GetUtcNow(),
        Kind = kind,
        Who = who,
        From = context.Caller().From,
        Via = "console",
        Action = $"GET {context.Request.Path.Value}",
        Object = context.Request.Path.Value ?? "",
        Outcome = outcome,
    };

    [LoggerMessage(7047, LogLevel.Warning, "Sign-in by OpenID Connect failed ({What})")]
    private static partial void LogFailure(ILogger logger, Exception? failure, string what);
}
