using System.Text;
using LiteDB;
using Matchbox.Core.Access;

namespace Matchbox.Storage.LiteDb;

/// <summary>Whose documents are that no group uses, in LiteDB.</summary>
public sealed class LiteDbDocumentOwnerStore(ApplianceDatabase database) : IDocumentOwnerStore
{
    private const string Collection = "document_owners";

    public IReadOnlyList<DocumentOwner> Load() => database.Read(reads => reads.GetCollection(Collection).FindAll()
        .Select(owner => new DocumentOwner(owner["path"].AsString, owner["revision"].AsString, [.. owner["parts"].AsArray.Select(part => part.AsString)])).ToArray());

    public void Save(IReadOnlyList<DocumentOwner> written, IReadOnlyList<string> removed) => database.Write(writes =>
    {
        var owners = writes.GetCollection(Collection);
        foreach (var path in removed)
        {
            owners.Delete(KeyOf(path));
        }
        foreach (var owner in written)
        {
            owners.Upsert(new BsonDocument
            {
                ["_id"] = KeyOf(owner.Path),
                ["path"] = owner.Path,
                ["revision"] = owner.Revision,
                ["parts"] = new BsonArray(owner.Parts.Select(part => new BsonValue(part))),
            });
        }
    });

    // As octets: texts that differ only by case are one key to LiteDB.
    private static BsonValue KeyOf(string path) => new(Encoding.UTF8.GetBytes(path));
}
