namespace Matchbox.Core.Leases.Import;

/// <summary>Takes over leases of another server while we serve.</summary>
public interface ILeaseAdopter
{
    /// <summary>
    /// Takes what has no lease and no offer here, and returns it when all of it would survive the loss of power.
    /// </summary>
    /// <exception cref="IOException">Not all could be stored.</exception>
    Task<IReadOnlyList<Lease>> AdoptAsync(IReadOnlyCollection<Lease> leases, CancellationToken cancellation);
}
