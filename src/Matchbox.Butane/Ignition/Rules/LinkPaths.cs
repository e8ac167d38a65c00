using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Rules;

/// <summary>The paths of a config's links, to find the nodes below them without comparing each with each.</summary>
internal sealed class LinkPaths
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly HashSet<int> _lengths = [];

    public LinkPaths(IReadOnlyList<Record> links)
    {
        _bySpan = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var link in links)
        {
            var path = link.Text(LinkNode.Path)!;
            _counts[path] = _counts.GetValueOrDefault(path) + 1;
            _lengths.Add(path.Length);
        }
    }

    /// <summary>How many links stand above a path: the path goes on with a slash where a link's path ends.</summary>
    public int CountAbove(string path)
    {
        var count = 0;
        for (var at = _counts.Count == 0 ? -1 : path.IndexOf('/'); at >= 0; at = path.IndexOf('/', at + 1))
        {
            if (_lengths.Contains(at) && _bySpan.TryGetValue(path.AsSpan(0, at), out var links))
            {
                count += links;
            }
        }
        return count;
    }
}
