using Matchbox.Core.Files;

namespace Matchbox.Core.Catalogs.Documents;

/// <summary>
/// Writes documents as files of the declared folder: each whole or not at all, and durable when a call returns. Of several, those
/// come first that others name, and what was done is undone when one fails. Nothing outside of the folder is written, whatever links say.
/// </summary>
internal sealed class FolderWriter(string root)
{
    /// <summary>Makes all the changes or none.</summary>
    /// <param name="changes">With clean paths.</param>
    /// <param name="before">What the folder holds.</param>
    /// <returns>Undoes them.</returns>
    /// <exception cref="IOException">The disk refused; nothing was changed.</exception>
    public Action Apply(IReadOnlyList<DocumentChange> changes, FolderContent before)
    {
        var beside = new Dictionary<string, string>(StringComparer.Ordinal);
        var done = new List<string>();
        try
        {
            DurableFile.MakeFolder(root);
            // First all that may fail for want of space.
            foreach (var change in changes.Where(change => change.Content is not null))
            {
                var path = PlaceOf(change.Path);
                beside[change.Path] = DurableFile.WriteBeside(path, DocumentPath.TemporaryPrefix, change.Content!.Value.Span);
            }
            foreach (var change in InOrder(changes))
            {
                if (beside.TryGetValue(change.Path, out var written))
                {
                    DurableFile.Replace(written, PlaceOf(change.Path));
                    beside.Remove(change.Path);
                }
                else if (Directory.Exists(Path.GetDirectoryName(Path.Combine(root, change.Path))))
                {
                    File.Delete(PlaceOf(change.Path));
                }
                done.Add(change.Path);
            }
            Flush(done);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            foreach (var left in beside.Values)
            {
                File.Delete(left);
            }
            Undo(done, before);
            throw failure as IOException ?? new IOException(failure.Message, failure);
        }
        return () => Undo(done, before);
    }

    // Whoever reads meanwhile never sees a name of what is not there yet, or not any more.
    private static IEnumerable<DocumentChange> InOrder(IReadOnlyList<DocumentChange> changes)
    {
        var rank = DocumentPath.Parts.Select((part, i) => (part, i)).ToDictionary(pair => pair.part, pair => pair.i, StringComparer.Ordinal);
        return changes.OrderBy(change => change.Content is null ? rank.Count - rank[DocumentPath.PartOf(change.Path)] + rank.Count : rank[DocumentPath.PartOf(change.Path)]);
    }

    private void Undo(List<string> done, FolderContent before)
    {
        for (var i = done.Count - 1; i >= 0; i--)
        {
            var path = Path.Combine(root, done[i]);
            if (before.Entries.GetValueOrDefault(done[i])?.Document is { } old)
            {
                DurableFile.Replace(DurableFile.WriteBeside(path, DocumentPath.TemporaryPrefix, old.Content.Span), path);
            }
            else
            {
                File.Delete(path);
            }
        }
        Flush(done);
    }

    private void Flush(List<string> paths)
    {
        foreach (var folder in paths.Select(path => Path.GetDirectoryName(Path.Combine(root, path))!).Distinct(StringComparer.Ordinal).Where(Directory.Exists))
        {
            DurableFile.FlushFolder(folder);
        }
    }

    // A link in place of a folder may lead out. One in place of the file is replaced itself.
    private string PlaceOf(string path)
    {
        var full = Path.Combine(root, path);
        var folder = Path.GetDirectoryName(full)!;
        var inside = RealPath.OfFolder(root);
        for (var above = folder; above.Length >= root.Length; above = Path.GetDirectoryName(above)!)
        {
            if (!RealPath.OfFolder(above).StartsWith(inside, StringComparison.Ordinal))
            {
                throw new IOException($"{path} would lead out of {root} by a link");
            }
        }
        DurableFile.MakeFolder(folder);
        return full;
    }
}
