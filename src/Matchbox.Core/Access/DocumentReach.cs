using System.Runtime.InteropServices;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Catalogs.Reading;

namespace Matchbox.Core.Access;

/// <summary>Which groups some documents reach in one reading: the groups that they are, and those that use them.</summary>
internal sealed class DocumentReach
{
    private readonly ReadingParts _parts;
    private readonly HashSet<string> _paths;
    private readonly Dictionary<string, string[]> _usedByProfile = new(StringComparer.Ordinal);

    private DocumentReach(ReadingParts parts, IEnumerable<string> paths) => (_parts, _paths) = (parts, new HashSet<string>(paths, StringComparer.Ordinal));

    public HashSet<Group> Groups { get; } = [];

    /// <summary>Those of the documents that are a group or that a group uses.</summary>
    public HashSet<string> Used { get; } = new(StringComparer.Ordinal);

    /// <summary>Those that do not say whom they reach: broken groups.</summary>
    public HashSet<string> Unread { get; } = new(StringComparer.Ordinal);

    /// <param name="reading">The catalog, with what was read of each document.</param>
    /// <param name="paths">Clean paths of documents.</param>
    public static DocumentReach Of(CatalogReading reading, IEnumerable<string> paths)
    {
        var reach = new DocumentReach(reading.Parts, paths);
        foreach (var (path, group) in reading.Parts.Groups)
        {
            reach.Add(path, group);
        }
        return reach;
    }

    /// <summary>The same for every document at once.</summary>
    public static ReachIndex IndexOf(CatalogReading reading)
    {
        var reach = new DocumentReach(reading.Parts, []);
        var index = new ReachIndex(new Dictionary<string, List<Group>>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (path, read) in reading.Parts.Groups)
        {
            _ = read.Read.Value is null && index.Unread.Add(path);
            foreach (var group in GroupsOf(read))
            {
                foreach (var reached in reach.UsedBy(group).Prepend(path))
                {
                    (CollectionsMarshal.GetValueRefOrAddDefault(index.Groups, reached, out _) ??= []).Add(group);
                }
            }
        }
        return index;
    }

    // The newest, the last good one, and the one whose templates last came out well: each boots machines, today or tomorrow.
    private static IEnumerable<Group> GroupsOf(ReadGroup group) => new[] { group.Read.Value, group.Read.Good, group.InUse }.OfType<Group>().Distinct();

    private void Add(string path, ReadGroup group)
    {
        var groups = GroupsOf(group).ToArray();
        var isChanged = _paths.Contains(path);
        if (isChanged)
        {
            _ = Used.Add(path);
            _ = group.Read.Value is null && Unread.Add(path);
        }
        foreach (var reached in groups)
        {
            var used = UsedBy(reached).Where(_paths.Contains).ToArray();
            Used.UnionWith(used);
            if (isChanged || used.Length > 0)
            {
                _ = Groups.Add(reached);
            }
        }
    }

    // A profile that is not there counts as used too: whoever makes it gives the group's machines something to boot.
    private string[] UsedBy(Group group)
    {
        if (group.Profile.Length == 0 || DeclaredBytes.Clean(DocumentPath.Profiles, group.Profile + ".json") is not { } path)
        {
            return [];
        }
        if (!_usedByProfile.TryGetValue(path, out var used))
        {
            var read = _parts.Profiles.GetValueOrDefault(path);
            _usedByProfile[path] = used = [path, .. new[] { read?.Value, read?.Good }.OfType<Profile>().Distinct().SelectMany(ConfigsOf)];
        }
        return used;
    }

    private static IEnumerable<string> ConfigsOf(Profile profile) =>
        new[] { (DocumentPath.Ignition, profile.IgnitionId), (DocumentPath.Generic, profile.GenericId), (DocumentPath.Cloud, profile.CloudId) }
            .Where(named => named.Item2.Length > 0)
            .Select(named => DeclaredBytes.Clean(named.Item1, named.Item2))
            .OfType<string>();
}

/// <summary>What every document reaches.</summary>
/// <param name="Groups">By path: the groups that a document is, and those that use it.</param>
/// <param name="Unread">Broken groups, which do not say whom they reach.</param>
internal sealed record ReachIndex(Dictionary<string, List<Group>> Groups, HashSet<string> Unread);
