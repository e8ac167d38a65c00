using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Testing;

/// <summary>Documents in memory. What was written survives a new catalog over the same store, as on a disk.</summary>
public sealed class MemoryDocumentStore : IDocumentStore
{
    private readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);
    private readonly Lock _access = new();

    /// <summary>Thrown by the next writes; null: they succeed.</summary>
    public IOException? Failure { get; set; }

    public IReadOnlyList<CatalogDocument> Load()
    {
        lock (_access)
        {
            return [.. _documents.Select(pair => new CatalogDocument(pair.Key, pair.Value, DocumentOrigin.Store))];
        }
    }

    public void Apply(IReadOnlyList<DocumentChange> changes)
    {
        lock (_access)
        {
            if (Failure is { } failure)
            {
                throw failure;
            }
            foreach (var change in changes)
            {
                if (change.Content is { } content)
                {
                    _documents[change.Path] = content.ToArray();
                }
                else
                {
                    _documents.Remove(change.Path);
                }
            }
        }
    }
}
