using Matchbox.Core.Machines;

namespace Matchbox.Storage.LiteDb;

/// <summary>Machines in LiteDB, one document each.</summary>
public sealed class LiteDbMachineStore(ApplianceDatabase database) : IMachineStore
{
    private readonly KeyedDocuments _machines = new("machines");

    public IReadOnlyCollection<Machine> Load() => database.Read(reads => _machines.Bodies(reads).Select(Documents.Read<Machine>).ToArray());

    public void Save(IReadOnlyCollection<Machine> changed, IReadOnlyCollection<string> removed) => database.Write(writes =>
    {
        foreach (var machine in changed)
        {
            _machines.Put(writes, machine.Id, Documents.Write(machine));
        }
        foreach (var id in removed)
        {
            _machines.Delete(writes, id);
        }
    });
}
