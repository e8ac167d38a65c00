using System.Collections.Immutable;

namespace Matchbox.Core.Catalogs.Documents;

/// <summary>A document to write, or to remove when <paramref name="Content"/> is null.</summary>
public sealed record DocumentChange(string Path, ReadOnlyMemory<byte>? Content)
{
    /// <summary>
    /// The <see cref="CatalogDocument.Revision"/> that must be there for the change to be made; empty: nothing may be there; null: whatever is.
    /// </summary>
    public string? IfRevision { get; init; }

    /// <summary>Removes what the store keeps there, also where a file of the declared folder stands before it; that file stays.</summary>
    public bool OfStore { get; init; }

    /// <summary>
    /// Keep a copy of a file of the declared folder in the store, for when the file is gone; its content must be the file's. Until then the
    /// file stands before it, and nothing changes.
    /// </summary>
    public bool TakesOver { get; init; }
}

/// <summary>How much is asked of a change before it is made.</summary>
public enum DocumentCheck
{
    /// <summary>The whole catalog is read with the change in it, and a fault that the change brings refuses it.</summary>
    Sound,

    /// <summary>Only that it can be kept. What it breaks is reported as of a file that somebody wrote; upstream's gRPC promises no more.</summary>
    None,
}

/// <summary>What became of a set of changes: all of them were made, or none.</summary>
public abstract record ChangeOutcome
{
    private ChangeOutcome()
    {
    }

    /// <summary>Durable, and in use by every request from now on.</summary>
    /// <param name="Notes">What the documents' author may want to know.</param>
    public sealed record Done(ImmutableArray<string> Notes) : ChangeOutcome;

    /// <summary>Another content is there than the change was made from.</summary>
    public sealed record Stale(string Path, CatalogDocument? Present) : ChangeOutcome;

    /// <summary>The document is a file of the declared folder, which calls do not write.</summary>
    public sealed record Declared(string Path) : ChangeOutcome;

    /// <summary>The <see cref="CatalogGuard"/> said no.</summary>
    public sealed record Forbidden(string Reason) : ChangeOutcome;

    /// <summary>The documents are not sound: every fault with its place.</summary>
    public sealed record Refused(ImmutableArray<CatalogFault> Faults) : ChangeOutcome;

    /// <summary>They could not be kept; nothing changed.</summary>
    public sealed record Failed(string Reason) : ChangeOutcome;
}

/// <summary>
/// Asked before a change is made, while no other can be: may the catalog become this? Answers why not; null: it may.
/// </summary>
/// <param name="before">What is there.</param>
/// <param name="after">What would be there.</param>
/// <param name="paths">Clean paths of the documents that would be written or removed.</param>
public delegate string? CatalogGuard(CatalogReading before, CatalogReading after, IReadOnlyCollection<string> paths);
