using Matchbox.Core;
using Matchbox.Core.Access;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Idempotency;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Access.Endpoints;

/// <summary>API tokens: made, listed without their secret, revoked. For admins.</summary>
internal sealed class TokenEndpoints(AccessBook book)
{
    private const string Tag = "Tokens";
    private const string Path = "/tokens";
    private const string Shown = """{ "id": "888751175b", "name": "ci", "rights": ["viewer"], "createdBy": "alice", "createdAt": "2026-03-01T12:00:00Z", "expiresAt": "2026-05-30T12:00:00Z" }""";

    public void Map(IEndpointRouteBuilder routes)
    {
        var admin = RestRoutes.On(routes).Admin;
        admin.MapGet(Path, (Delegate)ListAsync)
            .Describe("listTokens", Tag, "List API tokens, without their secrets")
            .Produces<TokenList>().Shows($$"""{ "tokens": [ {{Shown}} ] }""");
        admin.MapPost(Path, (Delegate)CreateAsync).WithMetadata(new HoldsSecret())
            .Describe("createToken", Tag, "Make an API token", "The answer holds the token, this once. Without a lifetime it holds until it is revoked.")
            .Takes<NewToken>("""{ "name": "ci", "rights": ["viewer", "operator:rack=b7"], "lifetime": "90d" }""")
            .Produces<TokenMade>(StatusCodes.Status201Created)
            .Fails(ProblemKind.MalformedJson, ProblemKind.Conflict, ProblemKind.Unsound, ProblemKind.StoreFailed);
        admin.MapDelete($"{Path}/{{id}}", RevokeAsync)
            .Describe("revokeToken", Tag, "End an API token")
            .Produces<AccessDone>().Fails(ProblemKind.NotFound, ProblemKind.StoreFailed);
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

    private Task RevokeAsync(HttpContext context, string id) => context.StoringAsync(() =>
    {
        context.Audit(book.Tokens.FirstOrDefault(token => token.Id == id) is { } token ? Describe(token) : null, null);
        return context.AnswerAsync(book.RevokeToken(id), $"{id} holds no longer");
    });

    private static string Describe(ApiToken token) => $"{token.Id} ({token.Name}): {string.Join(", ", token.Rights)}{(token.ExpiresAt is { } end ? $", until {end:O}" : "")}";

    private static TokenView ViewOf(ApiToken token) => new(token.Id, token.Name, token.Rights, token.CreatedBy, token.CreatedAt, token.ExpiresAt, token.LastUsedAt);
}
