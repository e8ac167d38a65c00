using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>A config read from JSON, with the places of its parts in the source.</summary>
public sealed class IgnitionDocument
{
    private readonly JsonNode _root;
    // Searched as it is; a larger one gets an index when it is first asked.
    private const int SmallObject = 32;

    private readonly LineIndex _lines;
    private readonly Dictionary<JsonNode, Dictionary<string, JsonMember>> _indexes = [];

    internal IgnitionDocument(Record config, int version, JsonNode root, LineIndex lines)
    {
        Config = config;
        Version = version;
        _root = root;
        _lines = lines;
    }

    /// <summary>What it holds.</summary>
    public Record Config { get; }

    /// <summary>The spec's minor version.</summary>
    public int Version { get; }

    /// <summary>The spec is 2: the config is a <see cref="Spec2.Config"/>.</summary>
    public bool IsSpec2 => Config.Type == Spec2.Config.Type;

    /// <summary>
    /// Line and column, from 1, of the deepest part of a path that the source has. Columns count bytes. As with the real Ignition an
    /// object or a list is where its content begins, behind the bracket.
    /// </summary>
    public (int Line, int Column) Locate(DocumentPath path)
    {
        var node = _root;
        var offset = Place(node);
        foreach (var step in path.FromRoot())
        {
            if (step.Key is { } key)
            {
                if (node.Kind != JsonKind.Object || Find(node, key) is not { } member)
                {
                    break;
                }
                node = member.Value;
                offset = step.IsAtKey ? member.KeyStart : Place(node);
            }
            else if (node.Kind == JsonKind.Array && step.Index < node.Items.Count)
            {
                node = node.Items[step.Index];
                offset = Place(node);
            }
            else
            {
                break;
            }
        }
        return _lines.Locate(offset);
    }

    private JsonMember? Find(JsonNode node, string key)
    {
        if (node.Members.Count <= SmallObject)
        {
            return Last(node, key);
        }
        if (!_indexes.TryGetValue(node, out var index))
        {
            _indexes[node] = index = new Dictionary<string, JsonMember>(node.Members.Count, StringComparer.Ordinal);
            foreach (var member in node.Members)
            {
                index[member.Key] = member;
            }
        }
        return index.TryGetValue(key, out var found) ? found : null;
    }

    private static int Place(JsonNode node) => node.Kind is JsonKind.Object or JsonKind.Array ? node.Start + 1 : node.Start;

    internal static JsonMember? Last(JsonNode node, string key)
    {
        for (var i = node.Members.Count - 1; i >= 0; i--)
        {
            if (node.Members[i].Key == key)
            {
                return node.Members[i];
            }
        }
        return null;
    }
}
