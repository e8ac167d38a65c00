using System.Collections.Immutable;

namespace Matchbox.Core.Access;

/// <summary>
/// Who may sign in, and by what: users, tokens, sessions and the set-up code. In memory, every change stored before it counts.
/// Reading takes no lock. Thread-safe.
/// </summary>
public sealed partial class AccessBook
{
    public const int MostUsers = 1_000;
    public const int MostTokens = 10_000;

    /// <summary>Fewest characters of a password.</summary>
    public const int ShortestPassword = 12;

    /// <summary>Most characters of a password: hashing takes all of it.</summary>
    public const int LongestPassword = 256;

    /// <summary>How long a set-up code holds.</summary>
    public static readonly TimeSpan SetupTime = TimeSpan.FromHours(1);

    private readonly IAccessStore _store;
    private readonly IPasswordHasher _hasher;
    private readonly SignInGate _gate;
    private readonly TimeProvider _clock;
    private readonly Lock _writing = new();
    private ImmutableSortedDictionary<string, User> _users;
    private ImmutableDictionary<string, ApiToken> _tokens;
    private ImmutableDictionary<string, Session> _sessions;
    private SetupCode? _setup;

    public AccessBook(IAccessStore store, IPasswordHasher hasher, SignInGate gate, TimeProvider clock)
    {
        (_store, _hasher, _gate, _clock) = (store, hasher, gate, clock);
        var records = store.Load();
        _users = records.Users.ToImmutableSortedDictionary(user => user.Name, user => user, StringComparer.Ordinal);
        _tokens = records.Tokens.ToImmutableDictionary(token => token.Id, StringComparer.Ordinal);
        _sessions = records.Sessions.ToImmutableDictionary(session => session.IdHash, StringComparer.Ordinal);
        _setup = records.Setup;
    }

    public IEnumerable<User> Users => _users.Values;

    public bool HasUsers => !_users.IsEmpty;

    public IEnumerable<ApiToken> Tokens => _tokens.Values.OrderBy(token => token.CreatedAt).ThenBy(token => token.Id, StringComparer.Ordinal);

    public User? FindUser(string name) => _users.GetValueOrDefault(name);

    public async ValueTask<AccessOutcome> AddUserAsync(string name, ImmutableArray<Right> rights, string? password, CancellationToken cancellation)
    {
        if (WhyNoName(name) is { } reason || (password is not null && (reason = WhyNoPassword(name, password)) is not null))
        {
            return new AccessOutcome.Refused(reason);
        }
        if (rights.IsEmpty)
        {
            return new AccessOutcome.Refused("a user needs at least one right: viewer, operator or admin");
        }
        string? hash = null;
        if (password is not null && (hash = await _hasher.HashAsync(password, cancellation)) is null)
        {
            return new AccessOutcome.Busy();
        }
        lock (_writing)
        {
            if (_users.ContainsKey(name))
            {
                return new AccessOutcome.Conflict($"there is a user {name} already");
            }
            if (_users.Count >= MostUsers)
            {
                return new AccessOutcome.Conflict($"there are {MostUsers} users, and no more can be");
            }
            var user = new User { Name = name, PasswordHash = hash, Rights = TextsOf(rights), CreatedAt = _clock.GetUtcNow() };
            _store.Save(new AccessChange { Users = [user] });
            _users = _users.SetItem(name, user);
        }
        return AccessOutcome.Done.Instance;
    }

    /// <summary>Gives a new password and ends the user's sessions, but for the one named.</summary>
    public async ValueTask<AccessOutcome> SetPasswordAsync(string name, string password, string? keep, CancellationToken cancellation)
    {
        if (WhyNoPassword(name, password) is { } reason)
        {
            return new AccessOutcome.Refused(reason);
        }
        if (await _hasher.HashAsync(password, cancellation) is not { } hash)
        {
            return new AccessOutcome.Busy();
        }
        lock (_writing)
        {
            if (FindUser(name) is not { } user)
            {
                return NoUser(name);
            }
            var changed = user with { PasswordHash = hash };
            var ended = SessionsOf(name).Where(id => id != keep).ToImmutableArray();
            _store.Save(new AccessChange { Users = [changed], RemovedSessions = ended });
            _users = _users.SetItem(name, changed);
            _sessions = _sessions.RemoveRange(ended);
        }
        return AccessOutcome.Done.Instance;
    }

    /// <summary>Is it the password of the user who is signed in; counted as a try to sign in.</summary>
    public async ValueTask<SignInOutcome?> WhyNotAsync(string name, string password, System.Net.IPAddress? from, CancellationToken cancellation) =>
        await TryPasswordAsync(name, password, from, cancellation) is (null, { } failure) ? failure : null;

    public AccessOutcome SetRights(string name, ImmutableArray<Right> rights)
    {
        lock (_writing)
        {
            if (FindUser(name) is not { } user)
            {
                return NoUser(name);
            }
            if (rights.IsEmpty)
            {
                return new AccessOutcome.Refused("a user needs at least one right: viewer, operator or admin");
            }
            if (!AccessRules.HoldsEverywhere(rights, Role.Admin) && IsLastAdmin(name))
            {
                return LastAdmin(name);
            }
            var changed = user with { Rights = TextsOf(rights) };
            _store.Save(new AccessChange { Users = [changed] });
            _users = _users.SetItem(name, changed);
        }
        return AccessOutcome.Done.Instance;
    }

    public AccessOutcome RemoveUser(string name)
    {
        lock (_writing)
        {
            if (FindUser(name) is null)
            {
                // Who came by an OpenID provider has no record, but sessions that can be ended.
                if (!name.StartsWith(OpenIdPrefix, StringComparison.Ordinal) || SessionsOf(name) is not { IsEmpty: false } open)
                {
                    return NoUser(name);
                }
                _store.Save(new AccessChange { RemovedSessions = open });
                _sessions = _sessions.RemoveRange(open);
                return AccessOutcome.Done.Instance;
            }
            if (IsLastAdmin(name))
            {
                return LastAdmin(name);
            }
            var ended = SessionsOf(name);
            _store.Save(new AccessChange { RemovedUsers = [name], RemovedSessions = ended });
            _users = _users.Remove(name);
            _sessions = _sessions.RemoveRange(ended);
        }
        return AccessOutcome.Done.Instance;
    }

    /// <summary>A code that makes one admin, for an hour; the one before it ends.</summary>
    public string CreateSetupCode()
    {
        var code = AccessSecret.Create();
        var setup = new SetupCode { Hash = AccessSecret.HashOf(code), ExpiresAt = _clock.GetUtcNow() + SetupTime };
        lock (_writing)
        {
            _store.Save(new AccessChange { Setup = setup });
            _setup = setup;
        }
        return code;
    }

    /// <summary>Uses the code up for an admin: a new one, or one who is there and gets this password and all rights.</summary>
    public async ValueTask<AccessOutcome> SetUpAsync(string code, string name, string password, CancellationToken cancellation)
    {
        if (!IsSetupCode(code))
        {
            return NoCode();
        }
        if ((WhyNoName(name) ?? WhyNoPassword(name, password)) is { } reason)
        {
            return new AccessOutcome.Refused(reason);
        }
        if (await _hasher.HashAsync(password, cancellation) is not { } hash)
        {
            return new AccessOutcome.Busy();
        }
        lock (_writing)
        {
            // Two may have come with it at once: one of them is first.
            if (!IsSetupCode(code))
            {
                return NoCode();
            }
            if (_users.Count >= MostUsers && !_users.ContainsKey(name))
            {
                return new AccessOutcome.Conflict($"there are {MostUsers} users, and no more can be");
            }
            var ended = SessionsOf(name);
            var user = (FindUser(name) ?? new User { Name = name, Rights = [], CreatedAt = _clock.GetUtcNow() })
                with { PasswordHash = hash, Rights = [Right.Admin.ToString()] };
            _store.Save(new AccessChange { Users = [user], RemovesSetup = true, RemovedSessions = ended });
            _users = _users.SetItem(name, user);
            _sessions = _sessions.RemoveRange(ended);
            _setup = null;
        }
        return AccessOutcome.Done.Instance;
    }

    private bool IsSetupCode(string code) => _setup is { } setup && setup.ExpiresAt > _clock.GetUtcNow() && AccessSecret.Fits(code, setup.Hash);

    private bool IsLastAdmin(string name) =>
        IsAdmin(_users[name]) && !_users.Values.Any(user => user.Name != name && IsAdmin(user));

    private static bool IsAdmin(User user) => AccessRules.HoldsEverywhere(RightsOf(user.Rights), Role.Admin);

    /// <summary>Stored texts as rights; one that an older or newer version wrote and we do not know gives nothing.</summary>
    public static ImmutableArray<Right> RightsOf(ImmutableArray<string> texts) =>
        [.. texts.Select(text => Right.TryParse(text, out var right) ? right : null).OfType<Right>()];

    private static ImmutableArray<string> TextsOf(ImmutableArray<Right> rights) => [.. rights.Select(right => right.ToString()).Distinct(StringComparer.Ordinal)];

    private static AccessOutcome.Absent NoUser(string name) => new($"there is no user {ClientText.Escape(name)}");

    private static AccessOutcome.Conflict LastAdmin(string name) => new AccessOutcome.Conflict($"{name} is the only admin: make another one first");

    private static AccessOutcome.Refused NoCode() =>
        new AccessOutcome.Refused("this set-up link was used, has expired or never was: `matchbox setup-link` on the appliance makes a new one");

    private static string? WhyNoName(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '_') && char.IsAsciiLetterOrDigit(name[0])
            ? null
            : "a user's name is lower-case letters, digits, hyphens, dots and underscores, 64 at most, and begins with a letter or digit";

    private static string? WhyNoPassword(string name, string password) =>
        password.Length < ShortestPassword ? $"a password has at least {ShortestPassword} characters"
        : password.Length > LongestPassword ? $"a password has at most {LongestPassword} characters"
        : password.Contains(name, StringComparison.OrdinalIgnoreCase) ? "a password does not contain the user's name"
        : password.Distinct().Count() < 5 ? "a password has at least 5 different characters"
        : null;
}
