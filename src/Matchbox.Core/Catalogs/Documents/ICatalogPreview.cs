namespace Matchbox.Core.Catalogs.Documents;

/// <summary>Reads the catalog as it would be with changes made, and makes none. Thread-safe.</summary>
public interface ICatalogPreview
{
    /// <summary>The catalog with the changes in it, their preconditions left aside.</summary>
    ValueTask<CatalogReading> WithAsync(IReadOnlyList<DocumentChange> changes, CancellationToken cancellation);
}
