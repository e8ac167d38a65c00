using System.Collections.Immutable;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Core.Catalogs;

// What calls do.
public sealed partial class LiveCatalog
{
    public ValueTask<ChangeOutcome> ChangeAsync(IReadOnlyList<DocumentChange> changes, DocumentCheck check, bool dryRun, CancellationToken cancellation) =>
        ChangeAsync(changes, check, dryRun, null, cancellation);

    public async ValueTask<ChangeOutcome> ChangeAsync(
        IReadOnlyList<DocumentChange> changes, DocumentCheck check, bool dryRun, CatalogGuard? guard, CancellationToken cancellation)
    {
        if (Clean(changes, out var clean) is { IsEmpty: false } faults)
        {
            return new ChangeOutcome.Refused(faults);
        }
        await _turn.WaitAsync(cancellation);
        try
        {
            return Change(clean, check, dryRun, guard);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask<CatalogReading> WithAsync(IReadOnlyList<DocumentChange> changes, CancellationToken cancellation)
    {
        _ = Clean(changes, out var clean);
        await _turn.WaitAsync(cancellation);
        try
        {
            return Read(With(_now.Documents, clean), _now).Reading;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static ImmutableArray<CatalogFault> Clean(IReadOnlyList<DocumentChange> changes, out List<DocumentChange> clean)
    {
        clean = new List<DocumentChange>(changes.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var faults = ImmutableArray.CreateBuilder<CatalogFault>();
        foreach (var change in changes)
        {
            if (!DocumentPath.TryClean(change.Path, out var path, out var why))
            {
                faults.Add(new CatalogFault(change.Path.Replace('\0', '?'), 1, 1, why.Replace('\0', '?'), ""));
            }
            else if (!seen.Add(path))
            {
                faults.Add(new CatalogFault(path, 1, 1, "is changed twice by one call", "send one change for each path"));
            }
            else if (change is { OfStore: true, Content: not null })
            {
                faults.Add(new CatalogFault(path, 1, 1, "cannot be written behind a file of the declared folder", "change that file"));
            }
            else if (change.Content is { Length: > DeclaredBytes.MaxConfig and var length })
            {
                faults.Add(new CatalogFault(path, 1, 1, $"has {length} octets, more than {DeclaredBytes.MaxConfig}", "let the machine fetch such contents by a URL"));
            }
            else
            {
                clean.Add(change with { Path = path });
            }
        }
        return faults.ToImmutable();
    }

    private ChangeOutcome Change(List<DocumentChange> changes, DocumentCheck check, bool dryRun, CatalogGuard? guard)
    {
        // The folder may know more than we have seen of it.
        var folder = _now.Documents.Folder;
        if ((folder.IsThere ? _folder.LookAt(folder, changes.Select(change => change.Path)) : _folder.Look(folder, _now.Reading.Parts.Elsewhere)) is { } seen)
        {
            Take(seen);
        }
        var before = _now;
        var next = Read(With(before.Documents, changes), before);
        // First of all: whoever may not is not told what is there.
        if (guard?.Invoke(before.Reading, next.Reading, [.. changes.Select(change => change.Path)]) is { } why)
        {
            return new ChangeOutcome.Forbidden(why);
        }
        foreach (var change in changes)
        {
            if (change.OfStore)
            {
                var stored = before.Documents.Stored.GetValueOrDefault(change.Path);
                if (change.IfRevision is { } ofStore && ofStore != (stored?.Revision ?? ""))
                {
                    return new ChangeOutcome.Stale(change.Path, stored);
                }
                continue;
            }
            if (_settings.WriteTo == DocumentOrigin.Store && before.Documents.IsDeclared(change.Path) && !IsTakenOver(change, before.Documents))
            {
                return new ChangeOutcome.Declared(change.Path);
            }
            var present = before.Documents.Find(change.Path);
            var isThere = present is not null || before.Documents.IsDeclared(change.Path);
            if (change.IfRevision is { } expected && (expected.Length == 0 ? isThere : expected != present?.Revision))
            {
                return new ChangeOutcome.Stale(change.Path, present);
            }
        }
        if (check == DocumentCheck.Sound && Brought(changes, before.Reading, next.Reading) is { IsEmpty: false } faults)
        {
            return new ChangeOutcome.Refused(faults);
        }
        if (!dryRun)
        {
            try
            {
                Write(changes, before.Documents);
            }
            catch (IOException failure)
            {
                return new ChangeOutcome.Failed(failure.Message);
            }
            Use(next);
        }
        return new ChangeOutcome.Done(Told(changes, before.Reading, next.Reading));
    }

    // A note on a document that is changed is told again, also when it was there before: as its faults are.
    private static ImmutableArray<string> Told(List<DocumentChange> changes, CatalogReading before, CatalogReading after)
    {
        var known = before.Notes.ToHashSet(StringComparer.Ordinal);
        var changed = changes.Select(change => change.Path).ToHashSet(StringComparer.Ordinal);
        return [.. after.Notes.Where(note => !known.Contains(note) || changed.Contains(note[..Math.Max(0, note.IndexOf(':', StringComparison.Ordinal))]))];
    }

    private static bool IsTakenOver(DocumentChange change, DocumentSet documents) =>
        change is { TakesOver: true, Content: { } content } && Same(documents.Find(change.Path), content) is not null;

    private DocumentSet With(DocumentSet documents, List<DocumentChange> changes)
    {
        if (_settings.WriteTo == DocumentOrigin.Store)
        {
            return documents with
            {
                Stored = documents.Stored.With(changes.Select(change => KeyValuePair.Create(change.Path, change.Content is { } content
                    ? Same(documents.Stored.GetValueOrDefault(change.Path), content) ?? new CatalogDocument(change.Path, content, DocumentOrigin.Store)
                    : null))),
            };
        }
        var entries = documents.Folder.Entries;
        return new DocumentSet(
            documents.Folder with
            {
                IsThere = true,
                Entries = entries.With(changes.Where(change => !change.OfStore).Select(change => KeyValuePair.Create(change.Path, change.Content is { } content
                    ? new DeclaredEntry(Same(entries.GetValueOrDefault(change.Path)?.Document, content) ?? new CatalogDocument(change.Path, content, DocumentOrigin.Folder), "", default)
                    : null))),
            },
            // What a call made before calls wrote into the folder goes there now.
            documents.Stored.With(changes.Select(change => KeyValuePair.Create<string, CatalogDocument?>(change.Path, null))));
    }

    private static CatalogDocument? Same(CatalogDocument? present, ReadOnlyMemory<byte> content) =>
        present is not null && present.Content.Span.SequenceEqual(content.Span) ? present : null;

    private void Write(List<DocumentChange> changes, DocumentSet before)
    {
        if (_settings.WriteTo == DocumentOrigin.Store)
        {
            _store.Apply(changes);
            return;
        }
        var undo = _files.Apply([.. changes.Where(change => !change.OfStore)], before.Folder);
        var moved = changes.Where(change => before.Stored.ContainsKey(change.Path)).Select(change => change with { Content = null }).ToArray();
        if (moved.Length > 0)
        {
            try
            {
                _store.Apply(moved);
            }
            catch (IOException)
            {
                undo();
                throw;
            }
        }
    }

    // A fault of a document that is changed counts, also when it was there before.
    private static ImmutableArray<CatalogFault> Brought(List<DocumentChange> changes, CatalogReading before, CatalogReading after)
    {
        var changed = changes.Select(change => change.Path).ToHashSet(StringComparer.Ordinal);
        if (!after.Single.Any(fault => changed.Contains(fault.File) || !before.Single.Contains(fault)))
        {
            return [];
        }
        return [.. after.Faults.Where(fault => changed.Contains(fault.File) || !before.Faults.Contains(fault))];
    }
}
