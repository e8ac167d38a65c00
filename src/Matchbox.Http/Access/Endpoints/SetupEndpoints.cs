using Matchbox.Core.Access;
using Matchbox.Core.Events;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Idempotency;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Access.Endpoints;

/// <summary>The set-up link: makes the first admin, or another when all are locked out.</summary>
internal sealed class SetupEndpoints(AccessBook book, SetupLink link, IEventSink events, TimeProvider clock)
{
    public const string Path = "/api/v1/setup";

    private const string Tag = "Set-up";

    /// <summary>Using a link, by whoever has it.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, (Delegate)SetUpAsync).AllowAnonymous().WithMetadata(new HoldsSecret())
            .Describe("setUp", Tag, "Make the first admin, by the code of a set-up link", "The code is what stands after the `#` of the link. It works once, and for an hour.")
            .Takes<SetUp>("""{ "code": "0HzvUF4T...", "name": "alice", "password": "at least twelve characters" }""")
            .Produces<AccessDone>(StatusCodes.Status201Created)
            .Fails(ProblemKind.MalformedJson, ProblemKind.Forbidden, ProblemKind.Conflict, ProblemKind.UnsupportedMediaType, ProblemKind.Unsound, ProblemKind.Busy, ProblemKind.StoreFailed);
        routes.MapGet(SetupPage.PagePath, context => SetupPage.WriteAsync(context, SetupPage.Html, "text/html; charset=utf-8")).AllowAnonymous();
        routes.MapGet(SetupPage.ScriptPath, context => SetupPage.WriteAsync(context, SetupPage.Script, "text/javascript; charset=utf-8")).AllowAnonymous();
        routes.MapGet(SetupPage.StylePath, context => SetupPage.WriteAsync(context, SetupPage.Style, "text/css; charset=utf-8")).AllowAnonymous();
    }

    /// <summary>Making a link: only by the control socket.</summary>
    public void MapMaking(IEndpointRouteBuilder routes) => RestRoutes.On(routes).Admin.MapPost("/setup-link", (Delegate)MakeAsync).WithMetadata(new HoldsSecret())
        .Describe("createSetupLink", Tag, "Make a set-up link", "Only by the control socket: the admin listener has no such call. The link before ends.")
        .Produces<SetupLinkView>(StatusCodes.Status201Created)
        .Fails(ProblemKind.StoreFailed);

    private Task MakeAsync(HttpContext context) => context.StoringAsync(() =>
    {
        var made = link.Create();
        Tell($"a set-up link was made by {context.Caller().Who}");
        return context.AnswerAsync(new SetupLinkView(made, clock.GetUtcNow() + AccessBook.SetupTime), AccessJson.Default.SetupLinkView, StatusCodes.Status201Created);
    });

    private Task SetUpAsync(HttpContext context) => context.StoringAsync(async () =>
    {
        if (!context.Request.HasJsonContentType())
        {
            await context.RefuseAsync(StatusCodes.Status415UnsupportedMediaType, "send application/json");
            return;
        }
        if (await context.ReadAsync(AccessJson.Default.SetUp) is not { } asked)
        {
            return;
        }
        var name = asked.Name ?? "";
        var outcome = await book.SetUpAsync(asked.Code ?? "", name, asked.Password ?? "", context.RequestAborted);
        if (outcome is AccessOutcome.Done)
        {
            context.Audit(null, $"{name}: admin");
            Tell($"{name} became admin by a set-up link, from {context.Connection.RemoteIpAddress}");
        }
        await context.AnswerAsync(outcome, $"{name} is admin, and can sign in", StatusCodes.Status201Created);
    });

    private void Tell(string text) => events.Publish(new ApplianceEvent { At = clock.GetUtcNow(), Kind = EventKind.SetupLink, Text = text });
}

/// <summary>Makes set-up links.</summary>
public sealed class SetupLink(AccessBook book)
{
    /// <summary>Where browsers reach the admin listener, such as <c>https://host:9443</c>; told once it listens.</summary>
    public string Root { get; set; } = "https://localhost";

    /// <summary>The code stands in the fragment, which no browser sends and no server logs.</summary>
    public string Create() => $"{Root}{SetupPage.PagePath}#{book.CreateSetupCode()}";
}
