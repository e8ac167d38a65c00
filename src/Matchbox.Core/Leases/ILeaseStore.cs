using Matchbox.Protocols;

namespace Matchbox.Core.Leases;

/// <summary>
/// Where leases survive. All calls are made by one thread. <see cref="Append"/> returns only when all of the batch would
/// survive the loss of power; when it throws, nothing of the batch may be acknowledged.
/// </summary>
public interface ILeaseStore
{
    /// <summary>
    /// The record of each address with the highest <see cref="Lease.Revision"/> (of equals the last one appended).
    /// Called once, before the first <see cref="Append"/>.
    /// </summary>
    IReadOnlyCollection<Lease> Load();

    /// <summary>Writes the records in order and flushes once.</summary>
    /// <exception cref="LeaseStoreFullException">
    /// No space for new leases, and nothing of the batch was written; a batch of records whose addresses the store
    /// <see cref="Knows"/> may still succeed.
    /// </exception>
    /// <exception cref="IOException">The disk failed; the store takes no more records until it was opened again.</exception>
    void Append(ReadOnlySpan<Lease> batch);

    /// <summary>Has this address a record, so that the next one needs no more space in the end?</summary>
    bool Knows(IPv4Address address);
}

/// <summary>There is no space left for a new lease.</summary>
public sealed class LeaseStoreFullException(string message, Exception? inner = null) : IOException(message, inner);
