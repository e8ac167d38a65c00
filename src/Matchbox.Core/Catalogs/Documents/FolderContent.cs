using System.Collections.Immutable;

namespace Matchbox.Core.Catalogs.Documents;

/// <summary>What the declared folder holds at one moment. Immutable.</summary>
internal sealed record FolderContent
{
    public static readonly FolderContent Empty = new();

    /// <summary>Whether the folder itself was there.</summary>
    public bool IsThere { get; init; }

    /// <summary>Its files below the parts of the layout, and those elsewhere that a document names.</summary>
    public PathMap<DeclaredEntry> Entries { get; init; } = PathMap<DeclaredEntry>.Empty;

    /// <summary>The paths outside of the parts that were looked for.</summary>
    public IReadOnlySet<string> Elsewhere { get; init; } = System.Collections.Frozen.FrozenSet<string>.Empty;

    /// <summary>What could not be listed.</summary>
    public ImmutableArray<CatalogFault> Faults { get; init; } = [];

    /// <summary>Whether a reader would see the same: times of files do not matter.</summary>
    public bool SaysTheSame(FolderContent other) =>
        ReferenceEquals(this, other)
        || HasTheSamePlaces(other) && !Entries.Differing(other.Entries, DeclaredEntry.SaysTheSame).Any();

    /// <summary>Whether no file was read anew since, nor has another time.</summary>
    public bool HasTheSameTimes(FolderContent other) => !Entries.Differing(other.Entries, static (_, _) => false).Any();

    /// <summary>Whether the folder was there, and what of it could not be listed, as then: files apart.</summary>
    public bool HasTheSamePlaces(FolderContent other) => IsThere == other.IsThere && Faults.SequenceEqual(other.Faults);
}

/// <summary>One file of the declared folder.</summary>
/// <param name="Document">Its octets; null when they cannot be read.</param>
/// <param name="Why">Why they cannot be read, to be said after the file's name; empty when they can.</param>
/// <param name="Stamp">By what a change is noticed without reading.</param>
internal sealed record DeclaredEntry(CatalogDocument? Document, string Why, FileStamp Stamp)
{
    /// <summary>Whether a reader would see the same in both: the stamp does not matter.</summary>
    public static bool SaysTheSame(DeclaredEntry one, DeclaredEntry other) => ReferenceEquals(one.Document, other.Document) && one.Why == other.Why;
}

/// <summary>Length, time and link of a file.</summary>
/// <param name="Length">Octets; -1: not known.</param>
/// <param name="Modified">Ticks.</param>
/// <param name="Target">Where a link leads; null: it is none.</param>
/// <param name="IsFresh">
/// It was read so shortly after its time of change that a further change could bear the same time: it is read again at the next look.
/// </param>
internal readonly record struct FileStamp(long Length, long Modified, string? Target, bool IsFresh)
{
    public bool ShowsNoChange(FileStamp later) => !IsFresh && Length == later.Length && Modified == later.Modified && Target == later.Target;
}
