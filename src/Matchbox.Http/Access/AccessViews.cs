using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Matchbox.Http.Access;

/// <summary>Somebody who may sign in.</summary>
public sealed record UserView(string Name, ImmutableArray<string> Rights, bool HasPassword, DateTimeOffset CreatedAt, DateTimeOffset? LastSignInAt);

public sealed record UserList(ImmutableArray<UserView> Users);

/// <summary>A user to make. Without a password only a client certificate of that name signs in.</summary>
public sealed record NewUser(string? Name, IReadOnlyList<string>? Rights, string? Password);

/// <summary>Rights that take the place of those before.</summary>
public sealed record NewRights(IReadOnlyList<string>? Rights);

public sealed record NewPassword(string? Password);

/// <summary>One's own password, changed by showing the old one.</summary>
public sealed record OwnPassword(string? Present, string? Password);

/// <summary>An API token without its secret.</summary>
public sealed record TokenView(
    string Id, string Name, ImmutableArray<string> Rights, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

public sealed record TokenList(ImmutableArray<TokenView> Tokens);

/// <summary>A token to make; lifetime such as <c>90d</c>, absent: until it is revoked.</summary>
public sealed record NewToken(string? Name, IReadOnlyList<string>? Rights, string? Lifetime);

/// <summary>The one time that a token is told.</summary>
public sealed record TokenMade(string Token, TokenView View);

public sealed record SignIn(string? Name, string? Password);

/// <summary>Who asks, as far as we know.</summary>
public sealed record Whoami(string Name, string Way, ImmutableArray<string> Rights);

/// <summary>The first admin, by a set-up link's code.</summary>
public sealed record SetUp(string? Code, string? Name, string? Password);

/// <summary>Where the first admin is made; holds for an hour, once.</summary>
public sealed record SetupLinkView(string Link, DateTimeOffset ExpiresAt);

/// <summary>What was done, in words.</summary>
public sealed record AccessDone(string Text);

/// <summary>One entry of the audit log.</summary>
public sealed record AuditView(
    long Sequence, DateTimeOffset At, string Kind, string Who, string From, string Via, string Action, string Object, string Outcome,
    string? Before, string? After, string? Reason, int Unwritten);

/// <summary>Newest first; next: <c>before</c> of the next page, absent at the end.</summary>
public sealed record AuditPage(ImmutableArray<AuditView> Entries, long? Next);

/// <summary>All shapes of these calls, for readers and writers without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(NewUser))]
[JsonSerializable(typeof(NewRights))]
[JsonSerializable(typeof(NewPassword))]
[JsonSerializable(typeof(OwnPassword))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(TokenMade))]
[JsonSerializable(typeof(SignIn))]
[JsonSerializable(typeof(Whoami))]
[JsonSerializable(typeof(SetUp))]
[JsonSerializable(typeof(SetupLinkView))]
[JsonSerializable(typeof(AccessDone))]
[JsonSerializable(typeof(AuditPage))]
public sealed partial class AccessJson : JsonSerializerContext;
