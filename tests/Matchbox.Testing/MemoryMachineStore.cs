using Matchbox.Core.Machines;

namespace Matchbox.Testing;

/// <summary>Machines in memory. What was saved survives a new registry over the same store, as on a disk.</summary>
public sealed class MemoryMachineStore : IMachineStore
{
    private readonly Dictionary<string, Machine> _machines = new(StringComparer.Ordinal);
    private readonly Lock _access = new();

    /// <summary>Thrown by the next saves; null: they succeed.</summary>
    public IOException? Failure { get; set; }

    public IReadOnlyCollection<Machine> Load()
    {
        lock (_access)
        {
            return [.. _machines.Values];
        }
    }

    public void Save(IReadOnlyCollection<Machine> changed, IReadOnlyCollection<string> removed)
    {
        lock (_access)
        {
            if (Failure is { } failure)
            {
                throw failure;
            }
            foreach (var machine in changed)
            {
                _machines[machine.Id] = machine;
            }
            foreach (var id in removed)
            {
                _machines.Remove(id);
            }
        }
    }
}
