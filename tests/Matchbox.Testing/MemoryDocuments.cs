using System.Collections.Concurrent;
using System.Text;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Testing;

/// <summary>Documents in memory. What <see cref="Declare"/> put there cannot be written by calls.</summary>
public sealed class MemoryDocuments : ICatalogDocuments
{
    private readonly ConcurrentDictionary<string, CatalogDocument> _documents = new(StringComparer.Ordinal);

    /// <summary>What the next changes come to instead; null: they are made.</summary>
    public ChangeOutcome? Instead { get; set; }

    /// <summary>Nothing: whom documents in memory reach is not known.</summary>
    public CatalogReading Reading { get; } = new(Catalog.Empty, [], []);

    public IReadOnlyDictionary<string, CatalogDocument> All => _documents;

    public void Declare(string path, string text) => _documents[path] = new CatalogDocument(path, Encoding.UTF8.GetBytes(text), DocumentOrigin.Folder);

    public CatalogDocument? Find(string path) => _documents.GetValueOrDefault(path);

    public CatalogDocument? FindStored(string path) => Find(path) is { Origin: DocumentOrigin.Store } stored ? stored : null;

    public IReadOnlyList<CatalogDocument> In(string part) =>
        [.. _documents.Values.Where(document => document.Path.StartsWith($"{part}/", StringComparison.Ordinal)).OrderBy(document => document.Path, StringComparer.Ordinal)];

    public ValueTask<ChangeOutcome> ChangeAsync(IReadOnlyList<DocumentChange> changes, DocumentCheck check, bool dryRun, CatalogGuard? guard, CancellationToken cancellation)
    {
        if (guard is not null)
        {
            return ValueTask.FromResult<ChangeOutcome>(new ChangeOutcome.Forbidden("whom documents in memory reach is not known"));
        }
        if (Instead is not null)
        {
            return ValueTask.FromResult(Instead);
        }
        if (changes.FirstOrDefault(change => Find(change.Path) is { Origin: DocumentOrigin.Folder }) is { } declared)
        {
            return ValueTask.FromResult<ChangeOutcome>(new ChangeOutcome.Declared(declared.Path));
        }
        foreach (var change in dryRun ? [] : changes)
        {
            if (change.Content is { } content)
            {
                _documents[change.Path] = new CatalogDocument(change.Path, content.ToArray(), DocumentOrigin.Store);
            }
            else
            {
                _documents.TryRemove(change.Path, out _);
            }
        }
        return ValueTask.FromResult<ChangeOutcome>(new ChangeOutcome.Done([]));
    }
}
