using LiteDB;
using Matchbox.Core.Webhooks;

namespace Matchbox.Storage.LiteDb;

/// <summary>Webhooks' targets in LiteDB, one document each; of a signing secret only what the sealer made of it.</summary>
public sealed class LiteDbWebhookStore(ApplianceDatabase database) : IWebhookStore
{
    private const string Collection = "webhooks";

    public IReadOnlyList<SealedWebhook> Load() => database.Read(reads => reads.GetCollection(Collection).FindAll()
        .Select(document => new SealedWebhook(Documents.Read<Webhook>(document["body"].AsString), document["sealed"].AsBinary)).ToArray());

    public void Save(SealedWebhook webhook) => database.Write(writes => writes.GetCollection(Collection).Upsert(new BsonDocument
    {
        ["_id"] = IdOf(webhook.Webhook.Id),
        ["body"] = Documents.Write(webhook.Webhook),
        ["sealed"] = webhook.Secret.ToArray(),
    }));

    public void Remove(string id) => database.Write(writes => writes.GetCollection(Collection).Delete(IdOf(id)));

    // The engine compares texts without regard to case; ids differ by it.
    private static BsonValue IdOf(string id) => System.Text.Encoding.UTF8.GetBytes(id);
}
