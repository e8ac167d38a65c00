using System.Text;
using LiteDB;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Storage.LiteDb;

/// <summary>
/// The catalog's documents in LiteDB, octet for octet. A document of theirs ends at 16 MiB with all that is around it, so the octets
/// lie in pieces beside it. Thread-safe.
/// </summary>
public sealed class LiteDbDocumentStore(ApplianceDatabase database) : IDocumentStore
{
    private const string Documents = "documents";
    private const string Pieces = "document_pieces";
    private const int PieceLength = 1 << 20;

    public IReadOnlyList<CatalogDocument> Load() => database.Read(reads =>
    {
        var pieces = reads.GetCollection(Pieces);
        return reads.GetCollection(Documents).FindAll()
            .Select(document => new CatalogDocument(document["path"].AsString, ContentOf(document, pieces), DocumentOrigin.Store))
            .ToArray();
    });

    public void Apply(IReadOnlyList<DocumentChange> changes) => database.Write(writes =>
    {
        var documents = writes.GetCollection(Documents);
        var pieces = writes.GetCollection(Pieces);
        foreach (var change in changes)
        {
            var key = KeyOf(change.Path);
            if (documents.FindById(key) is { } present)
            {
                foreach (var piece in present["pieces"].AsArray)
                {
                    pieces.Delete(piece);
                }
                documents.Delete(key);
            }
            if (change.Content is { } content)
            {
                documents.Insert(DocumentOf(change.Path, content, pieces));
            }
        }
    });

    // As octets: texts that differ only by case are one key to LiteDB.
    private static BsonValue KeyOf(string path) => new(Encoding.UTF8.GetBytes(path));

    // What fits into one piece stands in the document itself.
    private static BsonDocument DocumentOf(string path, ReadOnlyMemory<byte> content, ILiteCollection<BsonDocument> pieces)
    {
        var ids = new BsonArray();
        for (var start = PieceLength; start < content.Length; start += PieceLength)
        {
            var piece = new BsonDocument { ["octets"] = content.Slice(start, Math.Min(PieceLength, content.Length - start)).ToArray() };
            ids.Add(pieces.Insert(piece));
        }
        return new BsonDocument { ["_id"] = KeyOf(path), ["path"] = path, ["octets"] = content[..Math.Min(PieceLength, content.Length)].ToArray(), ["pieces"] = ids };
    }

    private static byte[] ContentOf(BsonDocument document, ILiteCollection<BsonDocument> pieces)
    {
        var ids = document["pieces"].AsArray;
        var first = document["octets"].AsBinary;
        return ids.Count == 0 ? first : [.. first, .. ids.SelectMany(id => pieces.FindById(id)["octets"].AsBinary)];
    }
}
