using Matchbox.Butane.Advice;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Catalogs.Reading;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// A folder in poseidon/matchbox's layout: <c>groups/*.json</c>, <c>profiles/*.json</c>, <c>ignition/*</c>, <c>generic/*</c>,
/// <c>cloud/*</c>. Nothing outside the folder is read, whatever names or links say.
/// </summary>
public static class CatalogFolder
{
    /// <summary>The sub-folders that a catalog is made of.</summary>
    public static IReadOnlyList<string> Parts => DocumentPath.Parts;

    /// <summary>Names of the rules whose hints can be switched off.</summary>
    public static readonly IReadOnlyList<string> HintRules = [.. AdviceRules.All, .. KernelArgumentAdvice.Rules];

    /// <summary>Reads all of it once. Never throws for what is in the folder: every fault is in the answer.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="hintsOff">Rules of <see cref="HintRules"/> that are not told.</param>
    /// <param name="strict">Select as poseidon/matchbox does.</param>
    public static CatalogReading Read(string path, IEnumerable<string>? hintsOff = null, bool strict = false)
    {
        var root = Path.GetFullPath(path);
        var folder = new DeclaredFolder(root, TimeProvider.System);
        var reader = new CatalogReader((hintsOff ?? []).ToHashSet(StringComparer.Ordinal), strict);
        var documents = new DocumentSet(folder.Look(FolderContent.Empty, FolderContent.Empty.Elsewhere), PathMap<CatalogDocument>.Empty);
        var reading = reader.Read(documents, null, root);
        return reading.Parts.Elsewhere.Count == 0
            ? reading
            : reader.Read(documents with { Folder = folder.Look(documents.Folder, reading.Parts.Elsewhere) }, null, root);
    }

    /// <summary>The folder's documents without reading what they say, and what of it cannot be read.</summary>
    public static (IReadOnlyList<CatalogDocument> Documents, IReadOnlyList<CatalogFault> Faults) Documents(string path)
    {
        var content = new DeclaredFolder(Path.GetFullPath(path), TimeProvider.System).Look(FolderContent.Empty, FolderContent.Empty.Elsewhere);
        return (
            [.. content.Entries.Values.Select(entry => entry.Document).OfType<CatalogDocument>()],
            [.. content.Faults, .. content.Entries.Where(entry => entry.Value.Document is null).Select(entry => new CatalogFault(entry.Key, 1, 1, entry.Value.Why, ""))]);
    }
}
