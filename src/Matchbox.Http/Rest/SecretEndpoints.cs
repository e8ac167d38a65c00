using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Matchbox.Core.Secrets;
using Matchbox.Http.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Rest;

/// <summary>Secrets: set, look, remove. A value goes in and never comes out.</summary>
internal sealed class SecretEndpoints(SecretVault vault)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/secrets", ListAsync).RequireAuthorization(AccessPolicies.OperatorOfAll);
        routes.MapGet("/api/v1/secrets/{name}", ShowAsync).RequireAuthorization(AccessPolicies.OperatorOfAll);
        routes.MapPut("/api/v1/secrets/{name}", SetAsync).RequireAuthorization(AccessPolicies.Admin);
        routes.MapDelete("/api/v1/secrets/{name}", RemoveAsync).RequireAuthorization(AccessPolicies.Admin);
    }

    private Task ListAsync(HttpContext context) =>
        context.AnswerAsync(new SecretList([.. vault.All.Select(SecretView.Of)]), RestJson.Default.SecretList);

    private Task ShowAsync(HttpContext context) => vault.Find(NameOf(context)) is { } secret
        ? context.AnswerAsync(SecretView.Of(secret), RestJson.Default.SecretView)
        : NotThereAsync(context);

    private async Task SetAsync(HttpContext context)
    {
        if (await context.ReadAsync(RestJson.Default.NewSecret) is not { } asked)
        {
            return;
        }
        var name = NameOf(context);
        var secret = new Secret { Name = name, Profiles = Clean(asked.Profiles), Groups = Clean(asked.Groups) };
        if (WhyNot(secret, asked.Value) is { } why)
        {
            await context.RefuseAsync(StatusCodes.Status400BadRequest, why);
            return;
        }
        var value = Encoding.UTF8.GetBytes(asked.Value!);
        try
        {
            await context.AnswerAsync(SecretView.Of(vault.Set(secret, value, context.By())), RestJson.Default.SecretView);
        }
        catch (IOException failure)
        {
            await FailedAsync(context, failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    private async Task RemoveAsync(HttpContext context)
    {
        try
        {
            if (!vault.Remove(NameOf(context), context.By()))
            {
                await NotThereAsync(context);
                return;
            }
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (IOException failure)
        {
            await FailedAsync(context, failure);
        }
    }

    private static string? WhyNot(Secret secret, string? value) =>
        !Secret.IsName(secret.Name) ? $"a secret's name has up to {Secret.MaxName} letters, digits, hyphens, underscores and dots, and does not begin with a dot"
        : string.IsNullOrEmpty(value) ? "\"value\" is missing or empty"
        : Encoding.UTF8.GetByteCount(value) > Secret.MaxValue ? $"a value has at most {Secret.MaxValue} octets"
        : secret.Profiles.IsEmpty && secret.Groups.IsEmpty ? "name at least one profile or group whose machines may get it: \"profiles\": [\"...\"] or \"groups\": [\"...\"]"
        : null;

    private static ImmutableArray<string> Clean(ImmutableArray<string> ids) =>
        ids.IsDefault ? [] : [.. ids.Where(id => !string.IsNullOrEmpty(id)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    private static Task NotThereAsync(HttpContext context) =>
        context.RefuseAsync(StatusCodes.Status404NotFound, "there is no secret of that name: `matchbox secrets list` lists them");

    private static Task FailedAsync(HttpContext context, IOException failure) =>
        context.RefuseAsync(StatusCodes.Status507InsufficientStorage, $"nothing was changed, the store failed: {failure.Message}");
}

/// <summary>A secret to keep.</summary>
public sealed record NewSecret
{
    /// <summary>The value; UTF-8, and a line break at its end is part of it.</summary>
    public string? Value { get; init; }

    /// <summary>Ids of profiles whose machines may get it.</summary>
    public ImmutableArray<string> Profiles { get; init; } = [];

    /// <summary>Ids of groups whose machines may get it.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Everything but the value.</summary>
    public override string ToString() => $"secret for profiles [{string.Join(", ", Profiles)}], groups [{string.Join(", ", Groups)}]";
}

/// <summary>A secret as the API shows it: without its value.</summary>
public sealed record SecretView(string Name, ImmutableArray<string> Profiles, ImmutableArray<string> Groups, DateTimeOffset ChangedAt, string By)
{
    public static SecretView Of(Secret secret) => new(secret.Name, secret.Profiles, secret.Groups, secret.ChangedAt, secret.By);
}

public sealed record SecretList(ImmutableArray<SecretView> Secrets);
