using Matchbox.Core.Access;

namespace Matchbox.Storage.LiteDb;

/// <summary>Users, tokens, sessions and the set-up code in LiteDB, one document each.</summary>
public sealed class LiteDbAccessStore(ApplianceDatabase database) : IAccessStore
{
    private const string TheCode = "code";

    private readonly KeyedDocuments _users = new("users");
    private readonly KeyedDocuments _tokens = new("tokens");
    private readonly KeyedDocuments _sessions = new("sessions");
    private readonly KeyedDocuments _setup = new("setup");

    public AccessRecords Load() => database.Read(reads => new AccessRecords(
        [.. _users.Bodies(reads).Select(Documents.Read<User>)],
        [.. _tokens.Bodies(reads).Select(Documents.Read<ApiToken>)],
        [.. _sessions.Bodies(reads).Select(Documents.Read<Session>)],
        _setup.Bodies(reads).Select(Documents.Read<SetupCode>).FirstOrDefault()));

    public void Save(AccessChange change) => database.Write(writes =>
    {
        Put(_users, change.Users, user => user.Name, change.RemovedUsers);
        Put(_tokens, change.Tokens, token => token.Id, change.RemovedTokens);
        Put(_sessions, change.Sessions, session => session.IdHash, change.RemovedSessions);
        Put(_setup, Some(change.Setup), _ => TheCode, change.RemovesSetup ? [TheCode] : []);

        void Put<T>(KeyedDocuments documents, IReadOnlyCollection<T> values, Func<T, string> key, IReadOnlyCollection<string> removed)
        {
            foreach (var id in removed)
            {
                documents.Delete(writes, id);
            }
            foreach (var value in values)
            {
                documents.Put(writes, key(value), Documents.Write(value));
            }
        }
    });

    private static SetupCode[] Some(SetupCode? code) => code is null ? [] : [code];
}
