using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.ContainerLinux.Source;

/// <summary>
/// The YAML document as a tree of places. Aliases are leaves. ct bends this tree while it converts, so that findings in the Ignition
/// config are told at what was written; so can this one be bent. It is made as far as it is looked at.
/// </summary>
internal sealed class SourceNode(YamlNode node)
{
    private List<SourceEntry>? _entries;
    private SourceNode?[]? _items;

    public int Line => node.Line;

    public int Column => node.Column;

    /// <summary>The keys of a mapping in their order; empty for all else.</summary>
    public IReadOnlyList<SourceEntry> Entries
    {
        get
        {
            if (_entries is null)
            {
                _entries = [];
                for (var i = 0; node.Kind == YamlKind.Mapping && i + 1 < node.Content.Length; i += 2)
                {
                    _entries.Add(new SourceEntry(node.Content[i], new SourceNode(node.Content[i + 1])));
                }
            }
            return _entries;
        }
    }

    /// <summary>An item of a sequence, if it is one and has so many.</summary>
    public SourceNode? Item(int index)
    {
        if (node.Kind != YamlKind.Sequence || index >= node.Content.Length)
        {
            return null;
        }
        _items ??= new SourceNode?[node.Content.Length];
        return _items[index] ??= new SourceNode(node.Content[index]);
    }

    /// <summary>The entry of a key as it is written.</summary>
    public SourceEntry? Entry(string key)
    {
        for (var i = Entries.Count - 1; i >= 0; i--)
        {
            if (Entries[i].Key == key)
            {
                return Entries[i];
            }
        }
        return null;
    }

    /// <summary>The entry of a key that would be this one in Ignition's camelCase.</summary>
    public SourceEntry? EntryInCamelCase(string key)
    {
        for (var i = Entries.Count - 1; i >= 0; i--)
        {
            if (IsCamelCaseOf(key, Entries[i].Key))
            {
                return Entries[i];
            }
        }
        return null;
    }

    /// <summary>What stands at a path of keys.</summary>
    public SourceNode? At(params ReadOnlySpan<string> keys)
    {
        var at = this;
        foreach (var key in keys)
        {
            at = at?.Entry(key)?.Value;
        }
        return at;
    }

    private static bool IsCamelCaseOf(string camel, string snake)
    {
        var at = 0;
        for (var i = 0; i < snake.Length; i++)
        {
            var isUpper = false;
            for (; i < snake.Length && snake[i] == '_'; i++)
            {
                isUpper = true;
            }
            if (i == snake.Length)
            {
                break;
            }
            if (at == camel.Length || camel[at++] != (isUpper ? char.ToUpperInvariant(snake[i]) : snake[i]))
            {
                return false;
            }
        }
        return at == camel.Length;
    }
}

/// <summary>One key of a mapping and what it stands for. Both can be bent.</summary>
internal sealed class SourceEntry(YamlNode key, SourceNode value)
{
    public string Key { get; set; } = key.Value;

    public int Line { get; } = key.Line;

    public int Column { get; } = key.Column;

    public SourceNode Value { get; set; } = value;
}
