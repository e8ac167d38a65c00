using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Matchbox.Core.Secrets;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest;

/// <summary>Secrets: set, look, remove. A value goes in and never comes out.</summary>
internal sealed class SecretEndpoints(SecretVault vault)
{
    private const string Tag = "Secrets";
    // A value whose every character is escaped, and what stands around it.
    private const int LargestBody = (Secret.MaxValue * 6) + 4096;
    private const string Shown = """{ "name": "join-token", "profiles": ["worker"], "groups": [], "changedAt": "2026-03-01T12:00:00Z", "by": "root" }""";

    public void Map(RestRoutes rest)
    {
        rest.OperatorOfAll.MapGet("/secrets", List)
            .Describe("listSecrets", Tag, "List secrets, without their values")
            .Shows($$"""{ "secrets": [ {{Shown}} ] }""");
        rest.OperatorOfAll.MapGet("/secrets/{name}", Show)
            .Describe("getSecret", Tag, "Show who may use a secret", "The value is never shown. The `ETag` names its revision.")
            .Shows(Shown)
            .Fails(ProblemKind.NotFound);
        rest.OperatorOfAll.MapPut("/secrets/{name}", SetAsync).RequireAuthorization(AccessPolicies.Admin).WithMetadata(new RequiredRole("admin"))
            .Describe("setSecret", Tag, "Keep a value for protected configs", "In place of an older one. `{{ secret \"name\" }}` gives it to machines of the profiles and groups that are named here, at least one.")
            .Takes<NewSecret>("""{ "value": "…", "profiles": ["worker"] }""")
            .Shows(Shown)
            .Fails(ProblemKind.InvalidRequest, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.OperatorOfAll.MapDelete("/secrets/{name}", Remove).RequireAuthorization(AccessPolicies.Admin).WithMetadata(new RequiredRole("admin"))
            .Describe("removeSecret", Tag, "Forget a secret", "Configs that use it are not served any more.")
            .Fails(ProblemKind.NotFound, ProblemKind.Stale, ProblemKind.StoreFailed);
    }

    private Ok<SecretList> List() => TypedResults.Ok(new SecretList([.. vault.All.Select(SecretView.Of)]));

    private IResult Show(HttpContext context, string name) =>
        vault.Find(name) is not { } secret ? NotThere()
        : Conditions.IsKnownToCaller(context, secret.Revision) ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
        : TypedResults.Ok(SecretView.Of(secret));

    private async Task<IResult> SetAsync(HttpContext context, string name)
    {
        var asked = await RestBody.ReadAsync(context, RestJson.Default.NewSecret, most: LargestBody);
        var secret = new Secret { Name = name, Profiles = Clean(asked.Profiles), Groups = Clean(asked.Groups) };
        if (WhyNot(secret, asked.Value) is { } why)
        {
            return ProblemKind.InvalidRequest.Tell(why);
        }
        var required = Conditions.RequiredRevision(context.Request, vault.Find(name)?.Revision);
        var value = Encoding.UTF8.GetBytes(asked.Value!);
        try
        {
            return vault.Set(secret, value, context.By(), required) is { } kept ? Answer(context, kept) : throw Conditions.Stale(vault.Find(name)?.Revision);
        }
        catch (IOException failure)
        {
            return ProblemKind.StoreFailed.Tell($"nothing was changed: {failure.Message}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    private IResult Remove(HttpContext context, string name)
    {
        try
        {
            var required = Conditions.RequiredRevision(context.Request, vault.Find(name)?.Revision);
            return vault.Remove(name, context.By(), required) ? TypedResults.NoContent()
                : required is not null && vault.Find(name) is { } other ? throw Conditions.Stale(other.Revision)
                : NotThere();
        }
        catch (IOException failure)
        {
            return ProblemKind.StoreFailed.Tell($"nothing was changed: {failure.Message}");
        }
    }

    private static string? WhyNot(Secret secret, string? value) =>
        !Secret.IsName(secret.Name) ? $"a secret's name has up to {Secret.MaxName} letters, digits, hyphens, underscores and dots, and does not begin with a dot"
        : string.IsNullOrEmpty(value) ? "\"value\" is missing or empty"
        : Encoding.UTF8.GetByteCount(value) > Secret.MaxValue ? $"a value has at most {Secret.MaxValue} octets"
        : secret.Profiles.IsEmpty && secret.Groups.IsEmpty ? "name at least one profile or group whose machines may get it: \"profiles\": [\"...\"] or \"groups\": [\"...\"]"
        : null;

    private static ImmutableArray<string> Clean(IReadOnlyList<string>? ids) =>
        [.. (ids ?? []).Where(id => !string.IsNullOrEmpty(id)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static Ok<SecretView> Answer(HttpContext context, Secret secret)
    {
        context.Response.Headers.ETag = Conditions.TagOf(secret.Revision);
        return TypedResults.Ok(SecretView.Of(secret));
    }

    private static ProblemResult NotThere() => ProblemKind.NotFound.Tell("there is no secret of that name: `matchbox secrets list` lists them");
}

/// <summary>A secret to keep.</summary>
public sealed record NewSecret
{
    /// <summary>The value; UTF-8, and a line break at its end is part of it.</summary>
    public string? Value { get; init; }

    /// <summary>Ids of profiles whose machines may get it.</summary>
    public IReadOnlyList<string>? Profiles { get; init; }

    /// <summary>Ids of groups whose machines may get it.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>Everything but the value.</summary>
    public override string ToString() => $"secret for profiles [{string.Join(", ", Profiles ?? [])}], groups [{string.Join(", ", Groups ?? [])}]";
}

/// <summary>A secret as the API shows it: without its value.</summary>
public sealed record SecretView(string Name, ImmutableArray<string> Profiles, ImmutableArray<string> Groups, DateTimeOffset ChangedAt, string By)
{
    public static SecretView Of(Secret secret) => new(secret.Name, secret.Profiles, secret.Groups, secret.ChangedAt, secret.By);
}

public sealed record SecretList(ImmutableArray<SecretView> Secrets);
