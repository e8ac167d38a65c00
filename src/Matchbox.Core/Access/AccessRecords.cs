using System.Collections.Immutable;

namespace Matchbox.Core.Access;

/// <summary>A person who signs in with a password, or a client certificate that carries the name.</summary>
public sealed record User
{
    /// <summary>Lower-case letters, digits, hyphen, dot and underscore; never changes.</summary>
    public required string Name { get; init; }

    /// <summary>Argon2id in PHC string form; null: no password, only certificates.</summary>
    public string? PasswordHash { get; init; }

    public required ImmutableArray<string> Rights { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastSignInAt { get; init; }

    public override string ToString() => $"user {Name}";
}

/// <summary>A key for programs: <c>mbx_ID_SECRET</c>, of which only the hash of the secret is kept.</summary>
public sealed record ApiToken
{
    public required string Id { get; init; }

    public required string SecretHash { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    public required ImmutableArray<string> Rights { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To within a few minutes.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public override string ToString() => $"token {Id}";
}

/// <summary>A signed-in browser. Named by the hash of what its cookie holds.</summary>
public sealed record Session
{
    public required string IdHash { get; init; }

    public required string User { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>To within a few minutes.</summary>
    public required DateTimeOffset LastUsedAt { get; init; }

    public required string From { get; init; }

    /// <summary>Whom an OpenID provider vouched for; null: a user of ours.</summary>
    public OpenIdPerson? Person { get; init; }

    public override string ToString() => $"session of {User}";
}

/// <summary>Somebody without a record of his own: what the provider said when he signed in holds until the session ends.</summary>
public sealed record OpenIdPerson(string DisplayName, ImmutableArray<string> Rights);

/// <summary>A permission to make the first user, or another admin, once.</summary>
public sealed record SetupCode
{
    public required string Hash { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public override string ToString() => "set-up code";
}

/// <summary>Everything that is kept about who may sign in.</summary>
public sealed record AccessRecords(
    ImmutableArray<User> Users, ImmutableArray<ApiToken> Tokens, ImmutableArray<Session> Sessions, SetupCode? Setup)
{
    public static readonly AccessRecords None = new([], [], [], null);
}

/// <summary>Records to write and to remove, together.</summary>
public sealed record AccessChange
{
    public ImmutableArray<User> Users { get; init; } = [];

    public ImmutableArray<ApiToken> Tokens { get; init; } = [];

    public ImmutableArray<Session> Sessions { get; init; } = [];

    public ImmutableArray<string> RemovedUsers { get; init; } = [];

    public ImmutableArray<string> RemovedTokens { get; init; } = [];

    public ImmutableArray<string> RemovedSessions { get; init; } = [];

    /// <summary>Takes the place of the code that is there.</summary>
    public SetupCode? Setup { get; init; }

    public bool RemovesSetup { get; init; }
}

/// <summary>Where these records survive. Called by one thread at a time.</summary>
public interface IAccessStore
{
    AccessRecords Load();

    /// <summary>Writes all or, when it throws, none; durable when it returns.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    void Save(AccessChange change);
}

/// <summary>Turns passwords into what may be kept of them. Slow on purpose, and bounded: few at once.</summary>
public interface IPasswordHasher
{
    /// <summary>The hash as text, with its parameters; null: too many wait.</summary>
    ValueTask<string?> HashAsync(string password, CancellationToken cancellation);

    /// <summary>Does the password fit. A hash of null takes as long and never fits. Null: too many wait.</summary>
    ValueTask<bool?> VerifyAsync(string password, string? hash, CancellationToken cancellation);
}
