using LiteDB;
using Matchbox.Core.Access;

namespace Matchbox.Storage.LiteDb;

/// <summary>Users, tokens, sessions and the set-up code in LiteDB, one document each.</summary>
public sealed class LiteDbAccessStore(ApplianceDatabase database) : IAccessStore
{
    private const string Users = "users";
    private const string Tokens = "tokens";
    private const string Sessions = "sessions";
    private const string Setup = "setup";
    private const string TheCode = "code";

    public AccessRecords Load() => database.Read(reads => new AccessRecords(
        [.. All<User>(reads, Users)],
        [.. All<ApiToken>(reads, Tokens)],
        [.. All<Session>(reads, Sessions)],
        reads.GetCollection(Setup).FindById(TheCode) is { } code ? Documents.Read<SetupCode>(code["body"].AsString) : null));

    public void Save(AccessChange change) => database.Write(writes =>
    {
        Put(writes, Users, change.Users, user => user.Name, change.RemovedUsers);
        Put(writes, Tokens, change.Tokens, token => token.Id, change.RemovedTokens);
        Put(writes, Sessions, change.Sessions, session => session.IdHash, change.RemovedSessions);
        Put(writes, Setup, Some(change.Setup), _ => TheCode, change.RemovesSetup ? [TheCode] : []);
    });

    private static SetupCode[] Some(SetupCode? code) => code is null ? [] : [code];

    private static IEnumerable<T> All<T>(LiteDatabase reads, string collection) =>
        reads.GetCollection(collection).FindAll().Select(document => Documents.Read<T>(document["body"].AsString));

    private static void Put<T>(LiteDatabase writes, string collection, IReadOnlyCollection<T> values, Func<T, string> key, IReadOnlyCollection<string> removed)
    {
        if (values.Count + removed.Count == 0)
        {
            return;
        }
        var documents = writes.GetCollection(collection);
        foreach (var id in removed)
        {
            documents.Delete(id);
        }
        foreach (var value in values)
        {
            documents.Upsert(new BsonDocument { ["_id"] = key(value), ["body"] = Documents.Write(value) });
        }
    }
}
