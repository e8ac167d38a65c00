using System.Xml.Linq;
using LiteDB;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Matchbox.Storage.LiteDb.Sealing;

/// <summary>The key ring of ASP.NET Core Data Protection in LiteDB. Its keys are wrapped before they come here.</summary>
internal sealed class LiteDbKeyRing(ApplianceDatabase database) : IXmlRepository
{
    private const string Collection = "sealing_keys";

    public IReadOnlyCollection<XElement> GetAllElements() =>
        database.Read(reads => reads.GetCollection(Collection).FindAll().Select(document => XElement.Parse(document["body"].AsString)).ToArray());

    public void StoreElement(XElement element, string friendlyName) => database.Write(writes =>
        writes.GetCollection(Collection).Insert(new BsonDocument { ["_id"] = ObjectId.NewObjectId(), ["body"] = element.ToString(SaveOptions.DisableFormatting) }));
}
