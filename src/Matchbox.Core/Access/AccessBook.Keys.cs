using System.Collections.Immutable;
using System.Net;

namespace Matchbox.Core.Access;

/// <summary>What people and programs show: passwords, cookies and tokens.</summary>
public sealed partial class AccessBook
{
    /// <summary>A session unused for so long has ended.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromHours(12);

    /// <summary>A session this old has ended, used or not.</summary>
    public static readonly TimeSpan LongestSession = TimeSpan.FromDays(7);

    /// <summary>Begins the text of every token, so that scanners of leaked secrets know it.</summary>
    public const string TokenPrefix = "mbx_";

    /// <summary>Begins the name of whoever an OpenID provider vouched for; no user's name can have the colon.</summary>
    public const string OpenIdPrefix = "oidc:";

    /// <summary>A session by an OpenID provider this old has ended: roles taken away there hold no longer than this.</summary>
    public static readonly TimeSpan LongestOpenIdSession = TimeSpan.FromHours(12);

    private const int SessionsOfOne = 20;

    // "Last used" is for people; a write for each request would be a disk's whole day.
    private static readonly TimeSpan UseIsNews = TimeSpan.FromMinutes(5);

    public async ValueTask<SignInOutcome> SignInAsync(string name, string password, IPAddress? from, CancellationToken cancellation)
    {
        var (user, failure) = await TryPasswordAsync(name, password, from, cancellation);
        if (user is null)
        {
            return failure!;
        }
        var secret = AccessSecret.Create();
        var now = _clock.GetUtcNow();
        var session = new Session
        {
            IdHash = AccessSecret.HashOf(secret),
            User = name,
            CreatedAt = now,
            LastUsedAt = now,
            From = from?.ToString() ?? "",
        };
        lock (_writing)
        {
            // Between the look at the password and now it may have been changed, or the user removed.
            if (FindUser(name) is not { } present || present.PasswordHash != user.PasswordHash)
            {
                return new SignInOutcome.Wrong();
            }
            var signedIn = present with { LastSignInAt = now };
            var ended = EndedBefore(name, now);
            _store.Save(new AccessChange { Users = [signedIn], Sessions = [session], RemovedSessions = ended });
            _users = _users.SetItem(name, signedIn);
            _sessions = _sessions.RemoveRange(ended).SetItem(session.IdHash, session);
            return new SignInOutcome.SignedIn(secret, signedIn);
        }
    }

    /// <summary>Opens a session for somebody whom an OpenID provider vouched for, and gives its secret. No user is made.</summary>
    /// <exception cref="IOException">The medium refused; there is no session.</exception>
    public string OpenSession(string name, string displayName, ImmutableArray<Right> rights, IPAddress? from)
    {
        var secret = AccessSecret.Create();
        var now = _clock.GetUtcNow();
        var session = new Session
        {
            IdHash = AccessSecret.HashOf(secret),
            User = name,
            CreatedAt = now,
            LastUsedAt = now,
            From = from?.ToString() ?? "",
            Person = new OpenIdPerson(displayName, TextsOf(rights)),
        };
        lock (_writing)
        {
            var ended = EndedBefore(name, now);
            _store.Save(new AccessChange { Sessions = [session], RemovedSessions = ended });
            _sessions = _sessions.RemoveRange(ended).SetItem(session.IdHash, session);
        }
        return secret;
    }

    /// <summary>The user whose session the cookie names, and the session; null: it has ended or never was.</summary>
    public (User User, Session Session)? FindSession(string secret) =>
        secret.Length == AccessSecret.Length ? FindSessionByHash(AccessSecret.HashOf(secret)) : null;

    /// <summary>The same for a page that is open already, which knows the session but not its secret.</summary>
    public (User User, Session Session)? FindSessionByHash(string idHash)
    {
        if (_sessions.GetValueOrDefault(idHash) is not { } session)
        {
            return null;
        }
        var now = _clock.GetUtcNow();
        var user = session.Person is { } person
            ? new User { Name = session.User, Rights = person.Rights, CreatedAt = session.CreatedAt }
            : FindUser(session.User);
        if (!IsAlive(session, now) || user is null)
        {
            return null;
        }
        if (now - session.LastUsedAt >= UseIsNews)
        {
            Used(session, now);
        }
        return (user, session);
    }

    public void EndSession(string idHash)
    {
        lock (_writing)
        {
            if (_sessions.ContainsKey(idHash))
            {
                _store.Save(new AccessChange { RemovedSessions = [idHash] });
                _sessions = _sessions.Remove(idHash);
            }
        }
    }

    /// <summary>Makes a token. Its text is told once and is not kept.</summary>
    public (AccessOutcome Outcome, ApiToken? Token, string? Text) CreateToken(string name, ImmutableArray<Right> rights, TimeSpan? lifetime, string by)
    {
        if (name.Length is 0 or > 100 || name.Any(char.IsControl))
        {
            return (new AccessOutcome.Refused("a token needs a name that says what it is for, 100 characters at most"), null, null);
        }
        if (rights.IsEmpty)
        {
            return (new AccessOutcome.Refused("a token needs at least one right: viewer, operator or admin"), null, null);
        }
        if (lifetime is { } time && (time <= TimeSpan.Zero || time > TimeSpan.FromDays(3_650)))
        {
            return (new AccessOutcome.Refused("a token lasts between a second and ten years"), null, null);
        }
        var secret = AccessSecret.Create();
        var now = _clock.GetUtcNow();
        lock (_writing)
        {
            if (_tokens.Count >= MostTokens)
            {
                return (new AccessOutcome.Conflict($"there are {MostTokens} tokens, and no more can be: revoke some"), null, null);
            }
            string id;
            do
            {
                id = AccessSecret.CreateId();
            }
            while (_tokens.ContainsKey(id));
            var token = new ApiToken
            {
                Id = id,
                SecretHash = AccessSecret.HashOf(secret),
                Name = name,
                Rights = TextsOf(rights),
                CreatedBy = by,
                CreatedAt = now,
                ExpiresAt = now + lifetime,
            };
            _store.Save(new AccessChange { Tokens = [token] });
            _tokens = _tokens.SetItem(id, token);
            return (AccessOutcome.Done.Instance, token, $"{TokenPrefix}{id}_{secret}");
        }
    }

    public AccessOutcome RevokeToken(string id)
    {
        lock (_writing)
        {
            if (!_tokens.ContainsKey(id))
            {
                return new AccessOutcome.Absent($"there is no token {ClientText.Escape(id)}");
            }
            _store.Save(new AccessChange { RemovedTokens = [id] });
            _tokens = _tokens.Remove(id);
        }
        return AccessOutcome.Done.Instance;
    }

    /// <summary>The token of this text; null: revoked, expired or never made.</summary>
    public ApiToken? FindToken(string text)
    {
        // mbx_0123456789_ and the secret, whose own alphabet has the underscore too.
        const int IdLength = 10;
        if (text.Length != TokenPrefix.Length + IdLength + 1 + AccessSecret.Length || !text.StartsWith(TokenPrefix, StringComparison.Ordinal)
            || text[TokenPrefix.Length + IdLength] != '_'
            || _tokens.GetValueOrDefault(text.Substring(TokenPrefix.Length, IdLength)) is not { } token
            || !AccessSecret.Fits(text[(TokenPrefix.Length + IdLength + 1)..], token.SecretHash))
        {
            return null;
        }
        var now = _clock.GetUtcNow();
        if (token.ExpiresAt <= now)
        {
            return null;
        }
        if (token.LastUsedAt is not { } last || now - last >= UseIsNews)
        {
            Used(token, now);
        }
        return token;
    }

    /// <summary>The user with that password, or why not. Unknown users take as long as known ones.</summary>
    private async ValueTask<(User? User, SignInOutcome? Failure)> TryPasswordAsync(string name, string password, IPAddress? from, CancellationToken cancellation)
    {
        if (name.Length is 0 or > 64 || password.Length is 0 or > LongestPassword)
        {
            return (null, new SignInOutcome.Wrong());
        }
        if (!_gate.TryBegin(name, from, out var wait))
        {
            return (null, new SignInOutcome.Wait(wait));
        }
        var user = FindUser(name);
        switch (await _hasher.VerifyAsync(password, user?.PasswordHash, cancellation))
        {
            case true when user is not null:
                _gate.TakeBack(name, from, succeeded: true);
                return (user, null);
            case null:
                _gate.TakeBack(name, from, succeeded: false);
                return (null, new SignInOutcome.Busy());
            default:
                return (null, new SignInOutcome.Wrong());
        }
    }

    private void Used(Session session, DateTimeOffset now)
    {
        lock (_writing)
        {
            if (_sessions.GetValueOrDefault(session.IdHash) is { } present && now - present.LastUsedAt >= UseIsNews)
            {
                var used = present with { LastUsedAt = now };
                _sessions = _sessions.SetItem(session.IdHash, used);
                Keep(new AccessChange { Sessions = [used] });
            }
        }
    }

    private void Used(ApiToken token, DateTimeOffset now)
    {
        lock (_writing)
        {
            if (_tokens.GetValueOrDefault(token.Id) is { } present && (present.LastUsedAt is not { } last || now - last >= UseIsNews))
            {
                var used = present with { LastUsedAt = now };
                _tokens = _tokens.SetItem(token.Id, used);
                Keep(new AccessChange { Tokens = [used] });
            }
        }
    }

    // A full disk must not keep anybody out for the sake of a date.
    private void Keep(AccessChange change)
    {
        try
        {
            _store.Save(change);
        }
        catch (IOException)
        {
            // It is written with the next use, minutes later.
        }
    }

    private ImmutableArray<string> SessionsOf(string user) => [.. _sessions.Values.Where(session => session.User == user).Select(session => session.IdHash)];

    private static bool IsAlive(Session session, DateTimeOffset now) =>
        now - session.LastUsedAt < IdleTime && now - session.CreatedAt < (session.Person is null ? LongestSession : LongestOpenIdSession);

    /// <summary>Sessions that a new one of this name ends: dead ones, and the longest unused where one has too many.</summary>
    private ImmutableArray<string> EndedBefore(string name, DateTimeOffset now) =>
    [
        .. _sessions.Values.Where(other => !IsAlive(other, now)).Select(other => other.IdHash),
        .. _sessions.Values.Where(other => other.User == name && IsAlive(other, now)).OrderByDescending(other => other.LastUsedAt).Skip(SessionsOfOne - 1).Select(other => other.IdHash),
    ];
}
