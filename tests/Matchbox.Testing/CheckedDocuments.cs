using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Testing;

/// <summary>Documents in memory, checked as the catalog's folder is. For tests of those who read and change them.</summary>
public sealed class CheckedDocuments : ICatalogDocuments, ICatalogPreview, ICatalogSource
{
    private readonly Lock _access = new();
    private SortedDictionary<string, CatalogDocument> _documents = new(StringComparer.Ordinal);
    private CatalogReading _reading = new(Catalog.Empty, [], []);

    public Catalog Current => _reading.Catalog;

    public CatalogReading Reading => _reading;

    /// <summary>Why changes cannot be kept; null: they can.</summary>
    public string? Failure { get; set; }

    /// <summary>Puts a document there, unchecked.</summary>
    public void Add(string path, string text, DocumentOrigin origin = DocumentOrigin.Store) => Add(path, System.Text.Encoding.UTF8.GetBytes(text), origin);

    /// <summary>Puts a document there, unchecked.</summary>
    public void Add(string path, ReadOnlyMemory<byte> content, DocumentOrigin origin)
    {
        lock (_access)
        {
            _documents[path] = new CatalogDocument(path, content, origin);
            _reading = Read(_documents);
        }
    }

    public CatalogDocument? Find(string path)
    {
        lock (_access)
        {
            return _documents.GetValueOrDefault(path);
        }
    }

    public CatalogDocument? FindStored(string path) => Find(path) is { Origin: DocumentOrigin.Store } stored ? stored : null;

    public IReadOnlyList<CatalogDocument> In(string part)
    {
        lock (_access)
        {
            return [.. _documents.Values.Where(document => document.Path.StartsWith($"{part}/", StringComparison.Ordinal))];
        }
    }

    public ValueTask<CatalogReading> WithAsync(IReadOnlyList<DocumentChange> changes, CancellationToken cancellation)
    {
        lock (_access)
        {
            return new(Read(Apply(changes)));
        }
    }

    public ValueTask<ChangeOutcome> ChangeAsync(IReadOnlyList<DocumentChange> changes, DocumentCheck check, bool dryRun, CatalogGuard? guard, CancellationToken cancellation)
    {
        lock (_access)
        {
            var after = Apply(changes);
            var reading = Read(after);
            if (guard?.Invoke(_reading, reading, [.. changes.Select(change => change.Path)]) is { } why)
            {
                return new(new ChangeOutcome.Forbidden(why));
            }
            foreach (var change in changes)
            {
                var present = _documents.GetValueOrDefault(change.Path);
                if (change.IfRevision is { } required && required != (present?.Revision ?? ""))
                {
                    return new(new ChangeOutcome.Stale(change.Path, present));
                }
                if (present?.Origin == DocumentOrigin.Folder)
                {
                    return new(new ChangeOutcome.Declared(change.Path));
                }
            }
            var brought = reading.Faults.Except(_reading.Faults).ToArray();
            if (check == DocumentCheck.Sound && brought.Length > 0)
            {
                return new(new ChangeOutcome.Refused([.. brought]));
            }
            if (Failure is { } failure)
            {
                return new(new ChangeOutcome.Failed(failure));
            }
            if (!dryRun)
            {
                (_documents, _reading) = (after, reading);
            }
            return new(new ChangeOutcome.Done([.. reading.Notes.Except(_reading.Notes)]));
        }
    }

    private SortedDictionary<string, CatalogDocument> Apply(IReadOnlyList<DocumentChange> changes)
    {
        var after = new SortedDictionary<string, CatalogDocument>(_documents, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.Content is { } content)
            {
                after[change.Path] = new CatalogDocument(change.Path, content, DocumentOrigin.Store);
            }
            else
            {
                after.Remove(change.Path);
            }
        }
        return after;
    }

    private static CatalogReading Read(SortedDictionary<string, CatalogDocument> documents)
    {
        var folder = Directory.CreateTempSubdirectory("matchbox-documents-");
        try
        {
            foreach (var document in documents.Values)
            {
                var file = Path.Combine(folder.FullName, document.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, document.Content.Span);
            }
            return CatalogFolder.Read(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
