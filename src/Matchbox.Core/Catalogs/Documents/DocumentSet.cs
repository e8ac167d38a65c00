namespace Matchbox.Core.Catalogs.Documents;

/// <summary>All documents of both sources at one moment: a file of the folder stands before a stored document of the same path. Immutable.</summary>
internal sealed record DocumentSet(FolderContent Folder, PathMap<CatalogDocument> Stored)
{
    /// <summary>The document that counts; null: there is none, or its file cannot be read.</summary>
    public CatalogDocument? Find(string path) => EntryOf(path)?.Document;

    /// <summary>Whether the path is one of the declared folder, readable or not.</summary>
    public bool IsDeclared(string path) => Folder.Entries.ContainsKey(path);

    /// <summary>The document of that path, or why it cannot be read; null: there is none.</summary>
    public DocumentEntry? EntryOf(string path) =>
        Folder.Entries.GetValueOrDefault(path) is { } declared ? new DocumentEntry(path, declared.Document, declared.Why)
        : Stored.GetValueOrDefault(path) is { } stored ? new DocumentEntry(path, stored, "")
        : null;

    /// <summary>Stored documents that a file of the folder stands before.</summary>
    public IEnumerable<string> Shadowed => Stored.Paths.Where(IsShadowed);

    /// <summary>Whether there is a stored document of that path that a file of the folder stands before.</summary>
    public bool IsShadowed(string path) => IsDeclared(path) && Stored.ContainsKey(path);

    /// <summary>The paths at which one of the sources held something else; times of files do not matter.</summary>
    public IEnumerable<string> ChangedSince(DocumentSet before) =>
        Folder.Entries.Differing(before.Folder.Entries, DeclaredEntry.SaysTheSame)
            .Union(Stored.Differing(before.Stored, static (_, _) => false), StringComparer.Ordinal);

    /// <summary>All below a part of the layout, in the order of their paths.</summary>
    public IEnumerable<DocumentEntry> In(string part)
    {
        using var declared = Folder.Entries.Below(part).GetEnumerator();
        using var stored = Stored.Below(part).GetEnumerator();
        var (hasDeclared, hasStored) = (declared.MoveNext(), stored.MoveNext());
        while (hasDeclared || hasStored)
        {
            var order = !hasDeclared ? 1 : !hasStored ? -1 : DocumentPath.Order.Compare(declared.Current.Key, stored.Current.Key);
            yield return order <= 0
                ? new DocumentEntry(declared.Current.Key, declared.Current.Value.Document, declared.Current.Value.Why)
                : new DocumentEntry(stored.Current.Key, stored.Current.Value, "");
            hasDeclared = order <= 0 ? declared.MoveNext() : hasDeclared;
            hasStored = order >= 0 ? stored.MoveNext() : hasStored;
        }
    }
}

/// <summary>A document that counts.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Document">Its octets; null when they cannot be read.</param>
/// <param name="Why">Why they cannot be read.</param>
internal readonly record struct DocumentEntry(string Path, CatalogDocument? Document, string Why);
