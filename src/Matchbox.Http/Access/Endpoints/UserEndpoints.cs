using System.Globalization;
using Matchbox.Core.Access;
using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Access.Endpoints;

/// <summary>Users: who they are and what they may do. For admins.</summary>
internal sealed class UserEndpoints(AccessBook book)
{
    private const string Path = "/api/v1/users";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ListAsync).RequireAuthorization(AccessPolicies.Admin);
        routes.MapPost(Path, AddAsync).RequireAuthorization(AccessPolicies.Admin);
        routes.MapDelete($"{Path}/{{name}}", RemoveAsync).RequireAuthorization(AccessPolicies.Admin);
        routes.MapPut($"{Path}/{{name}}/rights", SetRightsAsync).RequireAuthorization(AccessPolicies.Admin);
        routes.MapPut($"{Path}/{{name}}/password", SetPasswordAsync).RequireAuthorization(AccessPolicies.Admin);
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

    private Task RemoveAsync(HttpContext context) => context.StoringAsync(() =>
    {
        var name = NameOf(context);
        context.Audit(Describe(name), null);
        var tokens = string.Join(", ", book.Tokens.Where(token => token.CreatedBy == name).Select(token => token.Id));
        return context.AnswerAsync(book.RemoveUser(name),
            tokens.Length == 0 ? $"{name} was removed" : string.Create(CultureInfo.InvariantCulture, $"{name} was removed; tokens made by {name} go on to hold: {tokens}"));
    });

    private Task SetRightsAsync(HttpContext context) => context.StoringAsync(async () =>
    {
        var name = NameOf(context);
        if (await context.ReadAsync(AccessJson.Default.NewRights) is not { } asked || await context.RightsAsync(asked.Rights) is not { } rights)
        {
            return;
        }
        var before = Describe(name);
        var outcome = book.SetRights(name, rights);
        context.Audit(before, Describe(name));
        await context.AnswerAsync(outcome, $"{name} is {string.Join(", ", rights)} now");
    });

    private Task SetPasswordAsync(HttpContext context) => context.StoringAsync(async () =>
    {
        var name = NameOf(context);
        if (await context.ReadAsync(AccessJson.Default.NewPassword) is not { } asked)
        {
            return;
        }
        await context.AnswerAsync(await book.SetPasswordAsync(name, asked.Password ?? "", null, context.RequestAborted),
            $"{name} has a new password and is signed out everywhere");
    });

    private string? Describe(string name) => book.FindUser(name) is { } user ? $"{user.Name}: {string.Join(", ", user.Rights)}" : null;

    private static UserView ViewOf(User user) => new(user.Name, user.Rights, user.PasswordHash is not null, user.CreatedAt, user.LastSignInAt);

    private static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;
}
