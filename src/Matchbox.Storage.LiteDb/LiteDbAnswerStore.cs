using LiteDB;
using Matchbox.Core.Repeats;

namespace Matchbox.Storage.LiteDb;

/// <summary>Answers to requests that may be repeated, in LiteDB, one document each.</summary>
public sealed class LiteDbAnswerStore(ApplianceDatabase database) : IAnswerStore
{
    private const string Collection = "idempotent_answers";

    public IReadOnlyList<StoredAnswer> Load() => database.Read(reads => reads.GetCollection(Collection).FindAll()
        .Select(kept => new StoredAnswer(
            kept["_id"].AsString, new DateTimeOffset(kept["at"].AsInt64, TimeSpan.Zero), kept["fingerprint"].AsString, kept["status"].AsInt32, kept["type"].AsString, kept["etag"].AsString, kept["body"].AsBinary))
        .OrderBy(kept => kept.At).ToArray());

    public void Save(StoredAnswer answer, IReadOnlyCollection<string> forgotten) => database.Write(writes =>
    {
        var answers = writes.GetCollection(Collection);
        foreach (var key in forgotten)
        {
            answers.Delete(key);
        }
        answers.Upsert(new BsonDocument
        {
            ["_id"] = answer.Key,
            ["at"] = answer.At.UtcTicks,
            ["fingerprint"] = answer.Fingerprint,
            ["status"] = answer.Status,
            ["type"] = answer.ContentType,
            ["etag"] = answer.ETag,
            ["body"] = answer.Body,
        });
    });
}
