using LiteDB;
using Matchbox.Core.Machines;

namespace Matchbox.Storage.LiteDb;

/// <summary>Machines in LiteDB, one document each.</summary>
public sealed class LiteDbMachineStore(ApplianceDatabase database) : IMachineStore
{
    private const string Collection = "machines";

    public IReadOnlyCollection<Machine> Load() =>
        database.Read(reads => reads.GetCollection(Collection).FindAll().Select(document => Documents.Read<Machine>(document["body"].AsString)).ToArray());

    public void Save(IReadOnlyCollection<Machine> changed, IReadOnlyCollection<string> removed) => database.Write(writes =>
    {
        var machines = writes.GetCollection(Collection);
        foreach (var machine in changed)
        {
            machines.Upsert(new BsonDocument { ["_id"] = machine.Id, ["body"] = Documents.Write(machine) });
        }
        foreach (var id in removed)
        {
            machines.Delete(id);
        }
    });
}
