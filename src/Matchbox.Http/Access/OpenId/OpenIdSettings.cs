using System.Collections.Immutable;
using Matchbox.Core.Access;

namespace Matchbox.Http.Access.OpenId;

/// <summary>The OpenID provider whose people may sign in, and what they then may do.</summary>
public sealed record OpenIdSettings
{
    /// <summary>The issuer; its discovery document is at <c>.well-known/openid-configuration</c> below it.</summary>
    public required Uri Authority { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Read at each sign-in, so that a new secret needs no restart.</summary>
    public required string ClientSecretFile { get; init; }

    /// <summary>The claim of the ID token whose values <see cref="Roles"/> name.</summary>
    public string RolesClaim { get; init; } = "groups";

    public ImmutableArray<OpenIdRole> Roles { get; init; } = [];
}

/// <summary>What a value of the roles claim gives.</summary>
public sealed record OpenIdRole(string Value, Right Right);
