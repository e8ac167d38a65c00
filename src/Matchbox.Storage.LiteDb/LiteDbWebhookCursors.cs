using LiteDB;
using Matchbox.Core.Webhooks;

namespace Matchbox.Storage.LiteDb;

/// <summary>How far each webhook has come, in one document of LiteDB.</summary>
public sealed class LiteDbWebhookCursors(ApplianceDatabase database) : IWebhookCursors
{
    private const string Collection = "webhook_cursors";
    private const int TheOne = 1;

    public IReadOnlyDictionary<string, long> Load() => database.Read(reads =>
        (reads.GetCollection(Collection).FindById(TheOne)?["cursors"].AsArray ?? []).ToDictionary(cursor => cursor["webhook"].AsString, cursor => cursor["event"].AsInt64, StringComparer.Ordinal));

    // A list, since the names of a document's fields do not differ by case.
    public void Save(IReadOnlyDictionary<string, long> cursors) => database.Write(writes => writes.GetCollection(Collection).Upsert(new BsonDocument
    {
        ["_id"] = TheOne,
        ["cursors"] = new BsonArray(cursors.Select(cursor => new BsonDocument { ["webhook"] = cursor.Key, ["event"] = cursor.Value })),
    }));
}
