using Matchbox.Core;
using Matchbox.Core.Access;
using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Access.Endpoints;

/// <summary>API tokens: made, listed without their secret, revoked. For admins.</summary>
internal sealed class TokenEndpoints(AccessBook book)
{
    private const string Path = "/api/v1/tokens";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ListAsync).RequireAuthorization(AccessPolicies.Admin);
        routes.MapPost(Path, CreateAsync).RequireAuthorization(AccessPolicies.Admin);
        routes.MapDelete($"{Path}/{{id}}", RevokeAsync).RequireAuthorization(AccessPolicies.Admin);
    }

    private Task ListAsync(HttpContext context) => context.AnswerAsync(new TokenList([.. book.Tokens.Select(ViewOf)]), AccessJson.Default.TokenList);

    private Task CreateAsync(HttpContext context) => context.StoringAsync(async () =>
    {
        if (await context.ReadAsync(AccessJson.Default.NewToken) is not { } asked || await context.RightsAsync(asked.Rights) is not { } rights)
        {
            return;
        }
        TimeSpan? lifetime = null;
        if (asked.Lifetime is { } text)
        {
            if (!Durations.TryParse(text, out var parsed) || parsed <= TimeSpan.Zero)
            {
                await context.RefuseAsync(StatusCodes.Status422UnprocessableEntity, $"'{ClientText.Escape(text)}' is not a time, such as 90d or 12h");
                return;
            }
            lifetime = parsed;
        }
        var (outcome, token, secret) = book.CreateToken(asked.Name ?? "", rights, lifetime, context.Caller().Who);
        if (token is null)
        {
            await context.AnswerAsync(outcome, "");
            return;
        }
        context.Audit(null, Describe(token));
        await context.AnswerAsync(new TokenMade(secret!, ViewOf(token)), AccessJson.Default.TokenMade, StatusCodes.Status201Created);
    });

    private Task RevokeAsync(HttpContext context) => context.StoringAsync(() =>
    {
        var id = (string)context.Request.RouteValues["id"]!;
        context.Audit(book.Tokens.FirstOrDefault(token => token.Id == id) is { } token ? Describe(token) : null, null);
        return context.AnswerAsync(book.RevokeToken(id), $"{id} holds no longer");
    });

    private static string Describe(ApiToken token) => $"{token.Id} ({token.Name}): {string.Join(", ", token.Rights)}{(token.ExpiresAt is { } end ? $", until {end:O}" : "")}";

    private static TokenView ViewOf(ApiToken token) => new(token.Id, token.Name, token.Rights, token.CreatedBy, token.CreatedAt, token.ExpiresAt, token.LastUsedAt);
}
