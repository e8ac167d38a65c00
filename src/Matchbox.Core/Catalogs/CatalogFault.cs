using System.Collections.Immutable;
using Matchbox.Core.Catalogs.Reading;

namespace Matchbox.Core.Catalogs;

/// <summary>Something wrong in a document: where (lines and columns count from 1), what, and how to mend it.</summary>
public sealed record CatalogFault(string File, int Line, int Column, string What, string Mend)
{
    public override string ToString() => $"{File}:{Line}:{Column}: {What}{(Mend.Length == 0 ? "" : $" ({Mend})")}";
}

/// <summary>What the documents hold: all that can be used of them, every fault at once, and what is worth knowing but no fault.</summary>
public sealed record CatalogReading(Catalog Catalog, ImmutableArray<CatalogFault> Faults, ImmutableArray<string> Notes)
{
    /// <summary>For the next reading, which does only what has to be done anew.</summary>
    internal ReadingParts Parts { get; init; } = ReadingParts.Nothing;

    /// <summary>The faults, one for each group that they meet.</summary>
    internal ImmutableHashSet<CatalogFault> Single { get; init; } = [];

    /// <summary>The group that the document of this path is; null: it is none, or broken.</summary>
    public Group? GroupAt(string path) => Parts.Groups.GetValueOrDefault(path)?.Read.Value;
}
