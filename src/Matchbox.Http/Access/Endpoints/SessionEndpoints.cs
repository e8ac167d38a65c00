using System.Globalization;
using Matchbox.Core;
using Matchbox.Core.Access;
using Matchbox.Core.Access.Audit;
using Matchbox.Core.Events;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Idempotency;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Access.Endpoints;

/// <summary>Signing in and out, who one is, and one's own password.</summary>
internal sealed class SessionEndpoints(AccessBook book, IAuditLog audit, IEventSink events, TimeProvider clock)
{
    /// <summary>Where one signs in: anybody may try.</summary>
    public const string Path = "/api/v1/session";

    private const string Tag = "Session";
    private const string Shown = """{ "name": "bob", "way": "session", "rights": ["viewer", "operator:rack=b7"] }""";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, (Delegate)SignInAsync).AllowAnonymous().WithMetadata(new ChangesNothing(), new HoldsSecret())
            .Describe("signIn", Tag, "Sign in with name and password", "Gives the cookie `__Host-matchbox`. With it, every change needs the header `X-Matchbox: 1`. Anybody may try; failures are slowed.")
            .Takes<SignIn>("""{ "name": "bob", "password": "at least twelve characters" }""")
            .Produces<Whoami>().Shows(Shown)
            .Fails(ProblemKind.MalformedJson, ProblemKind.Unauthenticated, ProblemKind.UnsupportedMediaType, ProblemKind.TooManyRequests, ProblemKind.Busy, ProblemKind.StoreFailed);
        routes.MapGet(Path, (Delegate)WhoAsync).RequireAuthorization(AccessPolicies.Known)
            .Describe("getSession", Tag, "Say who asks, and what he may do")
            .Produces<Whoami>().Shows(Shown)
            .Fails(ProblemKind.Unauthenticated);
        routes.MapDelete(Path, (Delegate)SignOutAsync).RequireAuthorization(AccessPolicies.Known).WithMetadata(new ChangesNothing())
            .Describe("signOut", Tag, "End one's own session")
            .Produces(StatusCodes.Status204NoContent)
            .Fails(ProblemKind.Unauthenticated, ProblemKind.StoreFailed);
        routes.MapPut($"{Path}/password", (Delegate)SetPasswordAsync).RequireAuthorization(AccessPolicies.Known)
            .Describe("setOwnPassword", Tag, "Change one's own password", "By showing the present one. Ends one's other sessions.")
            .Takes<OwnPassword>("""{ "present": "the one so far", "password": "at least twelve characters" }""")
            .Produces<AccessDone>()
            .Fails(ProblemKind.MalformedJson, ProblemKind.Unauthenticated, ProblemKind.Forbidden, ProblemKind.Conflict, ProblemKind.Unsound, ProblemKind.TooManyRequests,
                ProblemKind.Busy, ProblemKind.StoreFailed);
    }

    private static Task WhoAsync(HttpContext context) => context.AnswerAsync(WhoamiOf(context), AccessJson.Default.Whoami);

    private Task SignInAsync(HttpContext context) => context.StoringAsync(async () =>
    {
        if (!context.Request.HasJsonContentType())
        {
            // A form of another site can send anything but this type without asking.
            await context.RefuseAsync(StatusCodes.Status415UnsupportedMediaType, "send application/json");
            return;
        }
        if (await context.ReadAsync(AccessJson.Default.SignIn) is not { } asked)
        {
            return;
        }
        var name = asked.Name ?? "";
        var from = context.Connection.RemoteIpAddress;
        switch (await book.SignInAsync(name, asked.Password ?? "", from, context.RequestAborted))
        {
            case SignInOutcome.SignedIn signedIn:
                SessionCookie.Give(context, signedIn.Secret);
                await audit.RecordAsync(EntryOf(context, AuditKind.SignIn, name, "signed in"));
                await context.AnswerAsync(new Whoami(name, "session", signedIn.User.Rights), AccessJson.Default.Whoami);
                break;
            case SignInOutcome.Wait wait:
                var seconds = (int)Math.Ceiling(wait.For.TotalSeconds);
                events.Publish(new ApplianceEvent
                {
                    At = clock.GetUtcNow(),
                    Kind = EventKind.SignInSlowed,
                    Text = $"too many failed sign-ins as {ClientText.Escape(name)} from {from}: the next try is looked at in {seconds} s",
                });
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                await context.RefuseAsync(StatusCodes.Status429TooManyRequests, $"too many failed tries: wait {seconds} s");
                break;
            case SignInOutcome.Busy:
                await context.BusyAsync();
                break;
            default:
                context.Audit(null, $"as {ClientText.Escape(name)}");
                await context.RefuseAsync(StatusCodes.Status401Unauthorized, "no such user, or another password");
                break;
        }
    });

    private Task SignOutAsync(HttpContext context) => context.StoringAsync(async () =>
    {
        if (IdentityOf(context) is { SessionHash: { } session, Name: { } name })
        {
            book.EndSession(session);
            SessionCookie.TakeBack(context);
            await audit.RecordAsync(EntryOf(context, AuditKind.SignIn, name, "signed out"));
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    });

    private Task SetPasswordAsync(HttpContext context) => context.StoringAsync(async () =>
    {
        if (await context.ReadAsync(AccessJson.Default.OwnPassword) is not { } asked)
        {
            return;
        }
        if (IdentityOf(context) is not { User: { } name } identity)
        {
            await context.RefuseAsync(StatusCodes.Status409Conflict, "only a user has a password");
            return;
        }
        switch (await book.WhyNotAsync(name, asked.Present ?? "", context.Connection.RemoteIpAddress, context.RequestAborted))
        {
            case null:
                await context.AnswerAsync(
                    await book.SetPasswordAsync(name, asked.Password ?? "", identity.SessionHash, context.RequestAborted),
                    "the password was changed, other sessions have ended");
                break;
            case SignInOutcome.Busy:
                await context.BusyAsync();
                break;
            case SignInOutcome.Wait:
                await context.RefuseAsync(StatusCodes.Status429TooManyRequests, "too many failed tries: wait");
                break;
            default:
                await context.RefuseAsync(StatusCodes.Status403Forbidden, "that is not the present password");
                break;
        }
    });

    private AuditEntry EntryOf(HttpContext context, AuditKind kind, string who, string outcome) => new()
    {
        At = clock.GetUtcNow(),
        Kind = kind,
        Who = who,
        From = context.Caller().From,
        Via = "console",
        Action = $"{context.Request.Method} {Path}",
        Object = Path,
        Outcome = outcome,
    };

    private static AccessIdentity? IdentityOf(HttpContext context) => context.User.Identities.OfType<AccessIdentity>().FirstOrDefault();

    private static Whoami WhoamiOf(HttpContext context)
    {
        var identity = IdentityOf(context)!;
        return new Whoami(identity.Name ?? "", System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(identity.Way.ToString()), [.. identity.Rights.Select(right => right.ToString())]);
    }
}
