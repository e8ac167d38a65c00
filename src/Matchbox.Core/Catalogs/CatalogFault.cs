using System.Collections.Immutable;

namespace Matchbox.Core.Catalogs;

/// <summary>Something wrong in the declared folder: where (lines and columns count from 1), what, and how to mend it.</summary>
public sealed record CatalogFault(string File, int Line, int Column, string What, string Mend)
{
    public override string ToString() => $"{File}:{Line}:{Column}: {What}{(Mend.Length == 0 ? "" : $" ({Mend})")}";
}

/// <summary>What a folder holds: all that can be used of it, every fault at once, and what is worth knowing but no fault.</summary>
public sealed record CatalogReading(Catalog Catalog, ImmutableArray<CatalogFault> Faults, ImmutableArray<string> Notes);
