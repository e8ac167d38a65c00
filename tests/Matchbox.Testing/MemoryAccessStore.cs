using Matchbox.Core.Access;

namespace Matchbox.Testing;

/// <summary>Who may sign in, in memory. What was saved survives a new book over the same store, as on a disk.</summary>
public sealed class MemoryAccessStore : IAccessStore
{
    private readonly Dictionary<string, User> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ApiToken> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly Lock _access = new();
    private SetupCode? _setup;

    /// <summary>Thrown by the next saves; null: they succeed.</summary>
    public IOException? Failure { get; set; }

    public AccessRecords Load()
    {
        lock (_access)
        {
            return new AccessRecords([.. _users.Values], [.. _tokens.Values], [.. _sessions.Values], _setup);
        }
    }

    public void Save(AccessChange change)
    {
        lock (_access)
        {
            if (Failure is { } failure)
            {
                throw failure;
            }
            Put(_users, change.Users, user => user.Name, change.RemovedUsers);
            Put(_tokens, change.Tokens, token => token.Id, change.RemovedTokens);
            Put(_sessions, change.Sessions, session => session.IdHash, change.RemovedSessions);
            _setup = change.Setup ?? (change.RemovesSetup ? null : _setup);
        }
    }

    private static void Put<T>(Dictionary<string, T> into, IEnumerable<T> values, Func<T, string> key, IEnumerable<string> removed)
    {
        foreach (var id in removed)
        {
            into.Remove(id);
        }
        foreach (var value in values)
        {
            into[key(value)] = value;
        }
    }
}
