using System.Collections.Immutable;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Access;

/// <summary>
/// Which of the catalog's documents somebody may see and change, by the machines of the inventory as they are when that is asked. To
/// who may not see a document it is not there; that its name is taken shows to who would take it, and nothing else.
/// </summary>
public sealed class CatalogRights(MachineRegistry machines, ICatalogDocuments documents, DocumentOwners owners)
{
    /// <summary>The document of that path; null when there is none for them.</summary>
    public CatalogDocument? Find(ImmutableArray<Right> rights, string path) => Seen(rights, () => documents.Find(path) is { } document ? [document] : []) is [var found, ..] ? found : null;

    /// <summary>Those of the documents below a part of the layout that they see, in the order of their paths (by octet).</summary>
    public IReadOnlyList<CatalogDocument> In(ImmutableArray<Right> rights, string part) => Seen(rights, () => documents.In(part));

    /// <summary>
    /// Makes all the changes, or none, as far as they may. A change that is to be made from a document that they do not see is stale, as
    /// if there were none.
    /// </summary>
    public async ValueTask<ChangeOutcome> ChangeAsync(
        ImmutableArray<Right> rights, IReadOnlyList<DocumentChange> changes, DocumentCheck check, bool dryRun, CancellationToken cancellation)
    {
        if (AccessRules.HoldsEverywhere(rights, Role.Operator))
        {
            var all = await documents.ChangeAsync(changes, check, dryRun, null, cancellation);
            if (all is ChangeOutcome.Done && !dryRun)
            {
                Forget(changes);
            }
            return all;
        }
        if (changes.FirstOrDefault(change => change.IfRevision is { Length: > 0 } && Find(rights, change.Path) is null) is { } unseen)
        {
            return new ChangeOutcome.Stale(unseen.Path, null);
        }
        CatalogReading? made = null;
        var outcome = await documents.ChangeAsync(changes, check, dryRun, (before, after, paths) => WhyNot(rights, before, made = after, paths), cancellation);
        if (outcome is not ChangeOutcome.Done done)
        {
            return outcome;
        }
        if (!dryRun)
        {
            Record(rights, changes);
        }
        return done.Notes.IsEmpty ? done : new ChangeOutcome.Done([.. done.Notes.Except(OthersTies(rights, made!))]);
    }

    // What ties with a group of somebody else's would name it.
    private IEnumerable<string> OthersTies(ImmutableArray<Right> rights, CatalogReading reading)
    {
        var sight = new DocumentSight(rights, reading, machines.All, owners);
        return reading.Catalog.Ties.Where(tie => !tie.All(sight.Sees)).Select(TieText.Of);
    }

    private string? WhyNot(ImmutableArray<Right> rights, CatalogReading before, CatalogReading after, IReadOnlyCollection<string> paths)
    {
        var touch = TouchedMachines.Of(before, after, paths, machines.All);
        touch = touch with { UnusedPaths = touch.UnusedPaths.RemoveAll(path => IsTheirs(rights, path)) };
        return (AccessRules.ForCatalog(rights, Role.Operator, touch) as AccessDecision.Refused)?.Reason;
    }

    // New, or last written by somebody of their part. What stands among the groups and is none is never.
    private bool IsTheirs(ImmutableArray<Right> rights, string path) => !DocumentPath.IsIn(DocumentPath.Groups, path)
        && (documents.Find(path) is not { } present || owners.Holds(rights, Role.Operator, present));

    private void Record(ImmutableArray<Right> rights, IReadOnlyList<DocumentChange> changes)
    {
        try
        {
            owners.Record(
                rights,
                from change in changes
                let content = change.Content
                where content is not null && DocumentPath.TryClean(change.Path, out var path, out _) && !DocumentPath.IsIn(DocumentPath.Groups, path)
                let document = documents.Find(change.Path)
                // Somebody may have been quicker to replace it.
                where document is not null && document.Content.Span.SequenceEqual(content.Value.Span)
                select document,
                documents.Find);
        }
        catch (IOException)
        {
            // The change is made. Without a record a document that no group uses is nobody's part: that keeps others out too.
        }
    }

    // Whoever may everything takes over what he writes.
    private void Forget(IReadOnlyList<DocumentChange> changes)
    {
        try
        {
            owners.Forget(changes.Select(change => DocumentPath.TryClean(change.Path, out var path, out _) ? path : change.Path));
        }
        catch (IOException)
        {
            // The change is made, and a record holds for one content alone.
        }
    }

    private IReadOnlyList<CatalogDocument> Seen(ImmutableArray<Right> rights, Func<IReadOnlyList<CatalogDocument>> look)
    {
        if (AccessRules.HoldsEverywhere(rights, Role.Viewer))
        {
            return look();
        }
        while (true)
        {
            var reading = documents.Reading;
            var present = look();
            if (!ReferenceEquals(reading, documents.Reading))
            {
                // Another content by now: what it was is not judged by what it becomes.
                continue;
            }
            if (present.Count == 0)
            {
                return present;
            }
            var sight = new DocumentSight(rights, reading, machines.All, owners);
            return [.. present.Where(sight.Sees)];
        }
    }
}
