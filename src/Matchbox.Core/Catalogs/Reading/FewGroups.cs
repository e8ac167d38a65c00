using System.Collections.Immutable;
using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Core.Catalogs.Reading;

/// <summary>
/// The reading when a few groups changed and nothing else, which is what changes most: no other document is looked at. It comes to
/// what a reading of all documents comes to. Pure.
/// </summary>
internal static class FewGroups
{
    // Beyond this a look at each document is no slower.
    private const int Most = 64;

    /// <param name="documents">All documents.</param>
    /// <param name="documentsBefore">Those of the reading before.</param>
    /// <param name="before">The reading before.</param>
    /// <param name="samples">Tries what groups boot.</param>
    /// <returns>Null: that does not do, something else changed or may have to be read.</returns>
    public static CatalogReading? TryRead(DocumentSet documents, DocumentSet documentsBefore, CatalogReading before, ConfigSamples samples)
    {
        if (!documents.Folder.HasTheSamePlaces(documentsBefore.Folder))
        {
            return null;
        }
        var changed = documents.ChangedSince(documentsBefore).Take(Most + 1).ToArray();
        if (changed.Length > Most || !changed.All(path => IsGroup(path) || DocumentPath.IsUnread(path)) || changed.Any(before.Parts.NamedOtherwise.Contains))
        {
            return null;
        }
        var trial = new GroupTrial(before, samples);
        var groups = new List<KeyValuePair<string, ReadGroup?>>(changed.Length);
        var removed = new List<Group>(changed.Length);
        var added = new List<CatalogGroup>(changed.Length);
        foreach (var path in changed.Where(IsGroup))
        {
            var old = before.Parts.Groups.GetValueOrDefault(path);
            var now = documents.EntryOf(path) is { } entry ? trial.Try(path, GroupTrial.Read(entry, old), old, before.Catalog.Names) : null;
            // Which profiles are read has to be a matter of their own documents.
            if (!IsSettled(documents, old?.Read.Good) || !IsSettled(documents, now?.Read.Good))
            {
                return null;
            }
            groups.Add(KeyValuePair.Create(path, now));
            if (old?.InUse is { } gone)
            {
                removed.Add(gone);
            }
            if (now?.InUse is not null)
            {
                added.Add(now.ForCatalog);
            }
        }
        var parts = before.Parts with
        {
            Groups = before.Parts.Groups.With(groups),
            Telling = before.Parts.Telling.With(groups.Select(group => KeyValuePair.Create(group.Key, group.Value is { Tells: true } ? group.Value : null))),
            Shadowed = Changed(before.Parts.Shadowed, changed, documents.IsShadowed),
            Unread = Changed(before.Parts.Unread, changed, path => IsToldUnread(path) && documents.EntryOf(path) is not null),
        };
        return parts.With(before.Catalog.With(removed, added));
    }

    /// <summary>Which groups in use went and came between two readings; null: many, or there was no reading before.</summary>
    public static (IReadOnlyCollection<Group> Removed, IReadOnlyCollection<Group> Added)? Between(PathMap<ReadGroup> before, PathMap<ReadGroup> after)
    {
        var changed = after.Differing(before, static (one, other) => ReferenceEquals(one.InUse, other.InUse)).Take(Most + 1).ToArray();
        return before.IsEmpty || changed.Length > Most ? null : (InUse(before), InUse(after));

        Group[] InUse(PathMap<ReadGroup> groups) => [.. changed.Select(path => groups.GetValueOrDefault(path)?.InUse).OfType<Group>()];
    }

    /// <summary>Whether somebody may have meant a file to be read that is not, because of its name.</summary>
    public static bool IsToldUnread(string path) =>
        DocumentPath.IsUnread(path) && DocumentPath.PartOf(path) is var part && DocumentPath.IsListed(part, path) && path[part.Length + 1] != '.';

    private static ImmutableArray<string> Changed(ImmutableArray<string> before, string[] changed, Func<string, bool> isNow) =>
        [.. before.Except(changed, StringComparer.Ordinal).Concat(changed.Where(isNow)).Order(DocumentPath.Order)];

    private static bool IsGroup(string path) =>
        DocumentPath.IsIn(DocumentPath.Groups, path) && DocumentPath.IsListed(DocumentPath.Groups, path) && DocumentPath.IsJson(path);

    // A profile that is not there is not read, and one right in its part is, whoever names it.
    private static bool IsSettled(DocumentSet documents, Group? group) =>
        group is null or { Profile.Length: 0 }
        || DeclaredBytes.Clean(DocumentPath.Profiles, group.Profile + ".json") is not { } path
        || DocumentPath.IsIn(DocumentPath.Profiles, path) && documents.EntryOf(path) is null
        || path == $"{DocumentPath.Profiles}/{group.Profile}.json" && DocumentPath.IsListed(DocumentPath.Profiles, path);
}
