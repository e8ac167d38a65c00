using Matchbox.Butane.Reports;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Decoding;

/// <summary>Finds where a path stands in the text.</summary>
internal sealed class SourceMap(YamlNode root)
{
    // Searched as it is; a larger one gets an index when it is first asked.
    private const int SmallMapping = 64;

    private readonly Dictionary<YamlNode, Dictionary<string, int>> _indexes = [];

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
            else if (node.Kind == YamlKind.Sequence && step.Index < node.Content.Count)
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
        var node = root;
        foreach (var step in path.FromRoot())
        {
            if (step.Key is { } key && node.Kind == YamlKind.Mapping && TryFind(node, key, out _, out var value))
            {
                node = value;
            }
            else if (step.Key is null && node.Kind == YamlKind.Sequence && step.Index < node.Content.Count)
            {
                node = node.Content[step.Index];
            }
            else
            {
                return null;
            }
        }
        return node;
    }

    // A later key of the same text replaces an earlier one.
    private bool TryFind(YamlNode mapping, string key, out YamlNode keyNode, out YamlNode value)
    {
        var at = mapping.Content.Count < SmallMapping ? LastOf(mapping, key) : IndexOf(mapping).GetValueOrDefault(key, -1);
        (keyNode, value) = at < 0 ? (mapping, mapping) : (mapping.Content[at], mapping.Content[at + 1]);
        return at >= 0;
    }

    private static int LastOf(YamlNode mapping, string key)
    {
        for (var i = mapping.Content.Count - 2; i >= 0; i -= 2)
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
            index = new Dictionary<string, int>(mapping.Content.Count / 2, StringComparer.Ordinal);
            for (var i = 0; i < mapping.Content.Count; i += 2)
            {
                index[mapping.Content[i].Value] = i;
            }
            _indexes[mapping] = index;
        }
        return index;
    }
}
