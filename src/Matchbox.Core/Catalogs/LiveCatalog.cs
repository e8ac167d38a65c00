using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Catalogs.Reading;
using Matchbox.Core.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// The catalog in use, of a folder that people and git change while we run, and of documents that calls made. Every change is taken
/// as soon as it is there; a document that breaks stays as it last was good, takes no other away, and is reported. Readers never
/// wait: they see one snapshot or the next.
/// </summary>
public sealed partial class LiveCatalog : BackgroundService, ICatalogSource, ICatalogDocuments, ICatalogPreview
{
    private readonly LiveCatalogSettings _settings;
    private readonly DeclaredFolder _folder;
    private readonly FolderWriter _files;
    private readonly IDocumentStore _store;
    private readonly CatalogReader _reader;
    private readonly IEventSink _events;
    private readonly TimeProvider _clock;
    private readonly ILogger<LiveCatalog> _logger;

    // Held by who writes or looks, one at a time; readers take the snapshot.
    private readonly SemaphoreSlim _turn = new(1, 1);

    private volatile Snapshot _now;

    public LiveCatalog(LiveCatalogSettings settings, IDocumentStore store, IEventSink events, TimeProvider clock, ILogger<LiveCatalog> logger)
    {
        _settings = settings with { Folder = Path.GetFullPath(settings.Folder) };
        _store = store;
        _events = events;
        _clock = clock;
        _logger = logger;
        _folder = new DeclaredFolder(_settings.Folder, clock);
        _files = new FolderWriter(_settings.Folder);
        _reader = new CatalogReader(settings.HintsOff.ToHashSet(StringComparer.Ordinal), settings.Strict);
        var stored = PathMap<CatalogDocument>.Of(store.Load().Select(document => KeyValuePair.Create(document.Path, document)));
        _now = Read(new DocumentSet(_folder.Look(FolderContent.Empty, FolderContent.Empty.Elsewhere), stored), null);
        Announce(null, _now);
    }

    public Catalog Current => _now.Reading.Catalog;

    /// <summary>What the newest documents come to: the catalog in use, and every fault of theirs.</summary>
    public CatalogReading Latest => _now.Reading;

    CatalogReading ICatalogDocuments.Reading => _now.Reading;

    public CatalogDocument? Find(string path) => DocumentPath.TryClean(path, out var clean, out _) ? _now.Documents.Find(clean) : null;

    public CatalogDocument? FindStored(string path) => DocumentPath.TryClean(path, out var clean, out _) ? _now.Documents.Stored.GetValueOrDefault(clean) : null;

    public IReadOnlyList<CatalogDocument> In(string part) => [.. _now.Documents.In(part).Select(entry => entry.Document).OfType<CatalogDocument>()];

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
    }

    private Snapshot Read(DocumentSet documents, Snapshot? before)
    {
        (DocumentSet, CatalogReading)? last = before is null ? null : (before.Documents, before.Reading);
        var reading = _reader.Read(documents, last, _settings.Folder);
        if (reading.Parts.Elsewhere.Except(documents.Folder.Elsewhere).Any())
        {
            // Files that only a name leads to, which was not known when the folder was looked at.
            documents = documents with { Folder = _folder.Look(documents.Folder, reading.Parts.Elsewhere) };
            reading = _reader.Read(documents, last, _settings.Folder);
        }
        return new Snapshot(documents, reading);
    }

    private void Use(Snapshot next)
    {
        var before = _now;
        _now = next;
        Announce(before, next);
    }

    private sealed record Snapshot(DocumentSet Documents, CatalogReading Reading);
}
