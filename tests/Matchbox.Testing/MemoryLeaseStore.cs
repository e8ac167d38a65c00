using Matchbox.Core.Leases;
using Matchbox.Protocols;

namespace Matchbox.Testing;

/// <summary>Leases in memory. What was appended survives a new table over the same store, as on a disk.</summary>
public sealed class MemoryLeaseStore : ILeaseStore
{
    private readonly Dictionary<IPv4Address, Lease> _leases = [];
    private readonly Lock _access = new();

    /// <summary>Thrown by the next appends; null: they succeed.</summary>
    public IOException? Failure { get; set; }

    /// <summary>Batches appended so far.</summary>
    public int Batches { get; private set; }

    public IReadOnlyCollection<Lease> Load()
    {
        lock (_access)
        {
            return [.. _leases.Values];
        }
    }

    public void Append(ReadOnlySpan<Lease> batch)
    {
        lock (_access)
        {
            if (Failure is { } failure)
            {
                throw failure;
            }
            Batches++;
            foreach (var lease in batch)
            {
                if (!_leases.TryGetValue(lease.Address, out var before) || before.Revision <= lease.Revision)
                {
                    _leases[lease.Address] = lease;
                }
            }
        }
    }

    public bool Knows(IPv4Address address)
    {
        lock (_access)
        {
            return _leases.ContainsKey(address);
        }
    }
}
