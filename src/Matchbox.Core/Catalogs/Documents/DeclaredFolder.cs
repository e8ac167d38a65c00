using System.Collections.Immutable;
using Matchbox.Core.Files;

namespace Matchbox.Core.Catalogs.Documents;

/// <summary>
/// Reads the declared folder: all of it, or only the files that are said to have changed. What did not change keeps its document, so
/// that nobody parses it again. Links are followed as long as they stay inside. Keeps nothing itself.
/// </summary>
internal sealed class DeclaredFolder(string root, TimeProvider clock)
{
    private const int MaxDepth = 8;

    // Within two seconds file systems may give two changes the same time.
    private static readonly TimeSpan TimeGrain = TimeSpan.FromSeconds(2);

    public string Root => root;

    /// <summary>Looks at everything. A folder that cannot be listed keeps what was read of it before.</summary>
    /// <param name="before">What was found last time.</param>
    /// <param name="elsewhere">Clean paths outside of the layout's parts that documents name.</param>
    public FolderContent Look(FolderContent before, IReadOnlySet<string> elsewhere)
    {
        if (!Directory.Exists(root))
        {
            return before with { IsThere = false, Elsewhere = elsewhere };
        }
        var entries = new Dictionary<string, DeclaredEntry>(before.Entries.Count, StringComparer.Ordinal);
        var faults = new List<CatalogFault>();
        foreach (var part in DocumentPath.Parts)
        {
            List(part, [], before, entries, faults);
        }
        foreach (var path in elsewhere)
        {
            if (new FileInfo(Path.Combine(root, path)) is { Exists: true } file)
            {
                entries[path] = Read(path, file, before.Entries.GetValueOrDefault(path));
            }
        }
        return new FolderContent { IsThere = true, Entries = PathMap<DeclaredEntry>.Of(entries), Faults = [.. faults], Elsewhere = elsewhere };
    }

    /// <summary>Looks at these files alone, whatever their times say; null: that does not do, look at everything.</summary>
    public FolderContent? LookAt(FolderContent before, IEnumerable<string> paths)
    {
        if (!before.IsThere)
        {
            return null;
        }
        var entries = before.Entries;
        var changes = new List<KeyValuePair<string, DeclaredEntry?>>();
        foreach (var path in paths)
        {
            var full = Path.Combine(root, path);
            if (!DocumentPath.TryClean(path, out var clean, out _) || clean != path || Directory.Exists(full))
            {
                return null;
            }
            var file = new FileInfo(full);
            // A link that leads nowhere is no file for FileInfo, and one for the reader, who says so.
            if (file.Exists || file.LinkTarget is not null)
            {
                changes.Add(KeyValuePair.Create<string, DeclaredEntry?>(path, Read(path, file, entries.GetValueOrDefault(path), always: true)));
            }
            else if (entries.ContainsKey(path))
            {
                changes.Add(KeyValuePair.Create<string, DeclaredEntry?>(path, null));
            }
            else if (entries.Below(path).Any())
            {
                return null;
            }
        }
        return changes.Count == 0 ? before : before with { Entries = entries.With(changes) };
    }

    private void List(
        string folder, ImmutableArray<string> above, FolderContent before, Dictionary<string, DeclaredEntry> entries, List<CatalogFault> faults)
    {
        var full = Path.Combine(root, folder);
        try
        {
            var directory = new DirectoryInfo(full);
            if (!directory.Exists)
            {
                return;
            }
            var real = above;
            if (directory.LinkTarget is not null || above.IsEmpty)
            {
                var place = RealPath.OfFolder(full);
                if (!place.StartsWith(RealPath.OfFolder(root), StringComparison.Ordinal))
                {
                    faults.Add(new CatalogFault(folder, 1, 1, "leads out of the folder by a link", "put the files into it"));
                    return;
                }
                // A link to a folder above it would be walked for ever.
                if (above.Contains(place))
                {
                    return;
                }
                real = above.Add(place);
            }
            foreach (var found in directory.EnumerateFileSystemInfos())
            {
                var path = $"{folder}/{found.Name}";
                if (DocumentPath.IsPassing(found.Name))
                {
                    continue;
                }
                // A link to a folder counts as one.
                if (found is DirectoryInfo)
                {
                    if (path.Count(c => c == '/') < MaxDepth)
                    {
                        List(path, real, before, entries, faults);
                    }
                }
                else if (found is FileInfo file)
                {
                    var entry = Read(path, file, before.Entries.GetValueOrDefault(path));
                    // Of ten thousand paths one copy is enough.
                    entries[entry.Document?.Path ?? path] = entry;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            faults.Add(new CatalogFault(folder, 1, 1, $"cannot be listed: {failure.Message}", ""));
            foreach (var (path, kept) in before.Entries.Below(folder))
            {
                entries[path] = kept;
            }
        }
    }

    private DeclaredEntry Read(string path, FileInfo file, DeclaredEntry? before, bool always = false)
    {
        var stamp = StampOf(file);
        if (!always && before is not null && before.Stamp.ShowsNoChange(stamp))
        {
            return before;
        }
        var most = DocumentPath.IsIn(DocumentPath.Groups, path) || DocumentPath.IsIn(DocumentPath.Profiles, path) ? DeclaredBytes.MaxDocument : DeclaredBytes.MaxConfig;
        if (DeclaredBytes.TryRead(root, path, most, out var why) is not { } octets)
        {
            return before is { Document: null } same && same.Why == why ? same with { Stamp = stamp } : new DeclaredEntry(null, why, stamp);
        }
        return before?.Document is { } known && known.Content.Span.SequenceEqual(octets)
            ? before with { Stamp = stamp }
            : new DeclaredEntry(new CatalogDocument(path, octets, DocumentOrigin.Folder), "", stamp);
    }

    private FileStamp StampOf(FileInfo link)
    {
        try
        {
            var target = link.LinkTarget is null ? null : link.ResolveLinkTarget(returnFinalTarget: true);
            var file = target as FileInfo ?? link;
            return file.Exists
                ? new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks, target?.FullName, clock.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc < TimeGrain)
                : new FileStamp(-1, 0, target?.FullName, IsFresh: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Gone while we looked, or a circle of links.
            return new FileStamp(-1, 0, null, IsFresh: true);
        }
    }
}
