namespace Matchbox.Core.Catalogs.Documents;

/// <summary>The catalog's documents, to be read and changed by calls. Thread-safe.</summary>
public interface ICatalogDocuments
{
    /// <summary>What the newest documents come to. Another object as soon as one of them is another.</summary>
    CatalogReading Reading { get; }

    /// <summary>The document of that path; null when there is none.</summary>
    CatalogDocument? Find(string path);

    /// <summary>What the store keeps at that path, also where a file of the declared folder stands before it; null: nothing.</summary>
    CatalogDocument? FindStored(string path);

    /// <summary>The documents below a part of the layout, such as <c>groups</c>, in the order of their paths (by octet).</summary>
    IReadOnlyList<CatalogDocument> In(string part);

    /// <summary>Makes all the changes or none.</summary>
    /// <param name="changes">At most one for each path.</param>
    /// <param name="check">What is asked of them.</param>
    /// <param name="dryRun">Answer alike, and change nothing.</param>
    /// <param name="cancellation">Ends the waiting, not a change that is already being written.</param>
    ValueTask<ChangeOutcome> ChangeAsync(IReadOnlyList<DocumentChange> changes, DocumentCheck check, bool dryRun, CancellationToken cancellation) =>
        ChangeAsync(changes, check, dryRun, null, cancellation);

    /// <summary>The same for somebody who may not change everything: what <paramref name="guard"/> refuses is not made, and nothing else is told of it.</summary>
    ValueTask<ChangeOutcome> ChangeAsync(IReadOnlyList<DocumentChange> changes, DocumentCheck check, bool dryRun, CatalogGuard? guard, CancellationToken cancellation);
}

/// <summary>Keeps documents that calls made. A small interface with one contract suite that every implementation passes.</summary>
public interface IDocumentStore
{
    /// <summary>Everything that is kept.</summary>
    IReadOnlyList<CatalogDocument> Load();

    /// <summary>Writes all the changes or none; durable when it returns. Preconditions have been looked at.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    void Apply(IReadOnlyList<DocumentChange> changes);
}
