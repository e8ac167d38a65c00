using LiteDB;
using Matchbox.Core.Secrets;

namespace Matchbox.Storage.LiteDb;

/// <summary>Secrets in LiteDB, one document each; of a value only what the sealer made of it.</summary>
public sealed class LiteDbSecretStore(ApplianceDatabase database) : ISecretStore
{
    private const string Collection = "secrets";

    public IReadOnlyList<SealedSecret> Load() => database.Read(reads => reads.GetCollection(Collection).FindAll()
        .Select(document => new SealedSecret(Documents.Read<Secret>(document["body"].AsString), document["sealed"].AsBinary)).ToArray());

    public void Save(SealedSecret secret) => database.Write(writes => writes.GetCollection(Collection).Upsert(new BsonDocument
    {
        ["_id"] = IdOf(secret.Secret.Name),
        ["body"] = Documents.Write(secret.Secret),
        ["sealed"] = secret.Value.ToArray(),
    }));

    public void Remove(string name) => database.Write(writes => writes.GetCollection(Collection).Delete(IdOf(name)));

    // The engine compares texts without regard to case; names differ by it.
    private static BsonValue IdOf(string name) => System.Text.Encoding.UTF8.GetBytes(name);
}
