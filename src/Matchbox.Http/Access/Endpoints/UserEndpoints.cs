using System.Globalization;
using Matchbox.Core.Access;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Idempotency;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Access.Endpoints;

/// <summary>Users: who they are and what they may do. For admins.</summary>
internal sealed class UserEndpoints(AccessBook book)
{
    private const string Tag = "Users";
    private const string Path = "/users";
    private const string Shown = """{ "name": "bob", "rights": ["viewer", "operator:rack=b7"], "hasPassword": true, "createdAt": "2026-03-01T12:00:00Z" }""";
    private const string Rights = "A right is `viewer`, `operator` or `admin`, or one of them for the machines of some labels: `operator:rack=b7`.";

    public void Map(IEndpointRouteBuilder routes)
    {
        var admin = RestRoutes.On(routes).Admin;
        admin.MapGet(Path, (Delegate)ListAsync)
            .Describe("listUsers", Tag, "List who may sign in")
            .Produces<UserList>().Shows($$"""{ "users": [ {{Shown}} ] }""");
        admin.MapPost(Path, (Delegate)AddAsync).WithMetadata(new HoldsSecret())
            .Describe("addUser", Tag, "Add a user", $"{Rights} Without a password only a client certificate of that name signs in.")
            .Takes<NewUser>("""{ "name": "bob", "rights": ["viewer", "operator:rack=b7"], "password": "at least twelve characters" }""")
            .Produces<AccessDone>(StatusCodes.Status201Created)
            .Fails(ProblemKind.MalformedJson, ProblemKind.Conflict, ProblemKind.Unsound, ProblemKind.Busy, ProblemKind.StoreFailed);
        admin.MapDelete($"{Path}/{{name}}", RemoveAsync)
            .Describe("removeUser", Tag, "Remove a user", "Ends the user's sessions. Tokens that the user made go on to hold: the answer names them.")
            .Produces<AccessDone>().Fails(ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.StoreFailed);
        admin.MapPut($"{Path}/{{name}}/rights", SetRightsAsync)
            .Describe("setUserRights", Tag, "Say what a user may do", $"The rights take the place of those before. {Rights}")
            .Takes<NewRights>("""{ "rights": ["viewer"] }""")
            .Produces<AccessDone>().Fails(ProblemKind.MalformedJson, ProblemKind.NotFound, ProblemKind.Conflict, ProblemKind.Unsound, ProblemKind.StoreFailed);
        admin.MapPut($"{Path}/{{name}}/password", SetPasswordAsync)
            .Describe("setUserPassword", Tag, "Give a user another password", "Ends the user's sessions.")
            .Takes<NewPassword>("""{ "password": "at least twelve characters" }""")
            .Produces<AccessDone>().Fails(ProblemKind.MalformedJson, ProblemKind.NotFound, ProblemKind.Unsound, ProblemKind.Busy, ProblemKind.StoreFailed);
    }

    private Task ListAsync(HttpContext context) => context.AnswerAsync(new UserList([.. book.Users.Select(ViewOf)]), AccessJson.Default.UserList);

    private Task AddAsync(HttpContext context) => context.StoringAsync(async () =>
    {
        if (await context.ReadAsync(AccessJson.Default.NewUser) is not { } asked || await context.RightsAsync(asked.Rights) is not { } rights)
        {
            return;
        }
        var name = asked.Name ?? "";
        var outcome = await book.AddUserAsync(name, rights, asked.Password, context.RequestAborted);
        context.Audit(null, Describe(name));
        await context.AnswerAsync(outcome, $"{name} was added", StatusCodes.Status201Created);
    });

    private Task RemoveAsync(HttpContext context, string name) => context.StoringAsync(() =>
    {
        context.Audit(Describe(name), null);
        var tokens = string.Join(", ", book.Tokens.Where(token => token.CreatedBy == name).Select(token => token.Id));
        return context.AnswerAsync(book.RemoveUser(name),
            tokens.Length == 0 ? $"{name} was removed" : string.Create(CultureInfo.InvariantCulture, $"{name} was removed; tokens made by {name} go on to hold: {tokens}"));
    });

    private Task SetRightsAsync(HttpContext context, string name) => context.StoringAsync(async () =>
    {
        if (await context.ReadAsync(AccessJson.Default.NewRights) is not { } asked || await context.RightsAsync(asked.Rights) is not { } rights)
        {
            return;
        }
        var before = Describe(name);
        var outcome = book.SetRights(name, rights);
        context.Audit(before, Describe(name));
        await context.AnswerAsync(outcome, $"{name} is {string.Join(", ", rights)} now");
    });

    private Task SetPasswordAsync(HttpContext context, string name) => context.StoringAsync(async () =>
    {
        if (await context.ReadAsync(AccessJson.Default.NewPassword) is not { } asked)
        {
            return;
        }
        await context.AnswerAsync(await book.SetPasswordAsync(name, asked.Password ?? "", null, context.RequestAborted),
            $"{name} has a new password and is signed out everywhere");
    });

    private string? Describe(string name) => book.FindUser(name) is { } user ? $"{user.Name}: {string.Join(", ", user.Rights)}" : null;

    private static UserView ViewOf(User user) => new(user.Name, user.Rights, user.PasswordHash is not null, user.CreatedAt, user.LastSignInAt);
}
