using Matchbox.Butane.Reports;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Decoding;

/// <summary>Finds where a path stands in the text.</summary>
internal sealed class SourceMap(YamlNode root)
{
    // Searched as it is; a larger one gets an index when it is first asked.
    private const int SmallMapping = 64;

    private readonly Dictionary<YamlNode, Dictionary<string, int>> _indexes = [];

    /// <summary>The whole document.</summary>
    public YamlNode Root => root;

    /// <summary>The node of a path, or of the deepest part of it that the text has.</summary>
    public (int Line, int Column) Locate(DocumentPath path)
    {
        var node = root;
        foreach (var step in path.FromRoot())
        {
            if (step.Key is { } key)
            {
                if (node.Kind != YamlKind.Mapping || !TryFind(node, key, out var keyNode, out var value))
                {
                    break;
                }
                if (step.IsAtKey)
                {
                    return (keyNode.Line, keyNode.Column);
                }
                node = value;
            }
            else if (node.Kind == YamlKind.Sequence && step.Index < node.Content.Length)
            {
                node = node.Content[step.Index];
            }
            else
            {
                break;
            }
        }
        return (node.Line, node.Column);
    }

    /// <summary>The node of a path; null when the text has none.</summary>
    public YamlNode? Find(DocumentPath path)
    {
        YamlNode? node = root;
        foreach (var step in path.FromRoot())
        {
            node = node is null ? null : step.Key is { } key ? Find(node, key) : Find(node, step.Index);
        }
        return node;
    }

    /// <summary>The value of a key; null when the text has none there.</summary>
    public YamlNode? Find(YamlNode node, string key) => node.Kind == YamlKind.Mapping && TryFind(node, key, out _, out var value) ? value : null;

    /// <summary>The item of a list; null when the text has none there.</summary>
    public static YamlNode? Find(YamlNode node, int index) => node.Kind == YamlKind.Sequence && index < node.Content.Length ? node.Content[index] : null;

    // A later key of the same text replaces an earlier one.
    private bool TryFind(YamlNode mapping, string key, out YamlNode keyNode, out YamlNode value)
    {
        var at = mapping.Content.Length < SmallMapping ? LastOf(mapping, key) : IndexOf(mapping).GetValueOrDefault(key, -1);
        (keyNode, value) = at < 0 ? (mapping, mapping) : (mapping.Content[at], mapping.Content[at + 1]);
        return at >= 0;
    }

    private static int LastOf(YamlNode mapping, string key)
    {
        for (var i = mapping.Content.Length - 2; i >= 0; i -= 2)
        {
            if (mapping.Content[i].Value == key)
            {
                return i;
            }
        }
        return -1;
    }

    private Dictionary<string, int> IndexOf(YamlNode mapping)
    {
        if (!_indexes.TryGetValue(mapping, out var index))
        {
            index = new Dictionary<string, int>(mapping.Content.Length / 2, StringComparer.Ordinal);
            for (var i = 0; i < mapping.Content.Length; i += 2)
            {
                index[mapping.Content[i].Value] = i;
            }
            _indexes[mapping] = index;
        }
        return index;
    }
}
