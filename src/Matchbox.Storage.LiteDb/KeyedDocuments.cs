using System.Text;
using LiteDB;

namespace Matchbox.Storage.LiteDb;

/// <summary>
/// Documents by a text that is their name, each case for itself. Texts that differ only by case are one key to the engine, so that the
/// key is the text's octets; a text key, as earlier versions wrote it, gives way at the next write. Called in the database's turn.
/// </summary>
internal sealed class KeyedDocuments(string collection)
{
    private bool? _hasTextKeys;

    /// <summary>The body of each.</summary>
    public IEnumerable<string> Bodies(LiteDatabase reads)
    {
        _hasTextKeys ??= false;
        foreach (var document in reads.GetCollection(collection).FindAll())
        {
            _hasTextKeys |= document["_id"].IsString;
            yield return document["body"].AsString;
        }
    }

    public void Put(LiteDatabase writes, string key, string body)
    {
        var documents = writes.GetCollection(collection);
        DeleteText(documents, key);
        documents.Upsert(new BsonDocument { ["_id"] = KeyOf(key), ["body"] = body });
    }

    public void Delete(LiteDatabase writes, string key)
    {
        var documents = writes.GetCollection(collection);
        DeleteText(documents, key);
        documents.Delete(KeyOf(key));
    }

    private void DeleteText(ILiteCollection<BsonDocument> documents, string key)
    {
        // Whoever has not read does not know.
        if (_hasTextKeys != false && documents.FindById(key) is { } found && found["_id"].IsString && found["_id"].AsString == key)
        {
            documents.Delete(key);
        }
    }

    private static BsonValue KeyOf(string key) => new(Encoding.UTF8.GetBytes(key));
}
