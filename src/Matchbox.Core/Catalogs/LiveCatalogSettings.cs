using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Core.Catalogs;

/// <summary>Where the catalog's documents are, and what is told of them.</summary>
public sealed record LiveCatalogSettings
{
    /// <summary>The declared folder; need not be there yet.</summary>
    public required string Folder { get; init; }

    /// <summary>Where calls write documents.</summary>
    public DocumentOrigin WriteTo { get; init; } = DocumentOrigin.Store;

    /// <summary>Rules of <see cref="CatalogFolder.HintRules"/> that are not told.</summary>
    public IReadOnlyCollection<string> HintsOff { get; init; } = [];

    /// <summary>Select as poseidon/matchbox does: a UUID equals only its own text.</summary>
    public bool Strict { get; init; }
}
