using LiteDB;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Storage.LiteDb;

/// <summary>The networks that were opened, in LiteDB, one document each. Thread-safe.</summary>
public sealed class LiteDbSubnetVerdicts(ApplianceDatabase database) : ISubnetVerdicts
{
    private const string Collection = "opened_subnets";

    public bool WasOpened(IPv4Network network, string interfaceName) =>
        database.Read(reads => reads.GetCollection(Collection).FindById(KeyOf(network, interfaceName)) is not null);

    public void Opened(IPv4Network network, string interfaceName, DateTimeOffset at) => database.Write(writes =>
        writes.GetCollection(Collection).Upsert(new BsonDocument { ["_id"] = KeyOf(network, interfaceName), ["at"] = at.UtcDateTime }));

    private static string KeyOf(IPv4Network network, string interfaceName) => $"{network} {interfaceName}";
}
