namespace Matchbox.Butane.Yaml;

/// <summary>Builds the nodes of the first document from the parser's events.</summary>
internal sealed class YamlComposer(byte[] source)
{
    private readonly YamlParser _parser = new(new YamlText(source));
    private readonly Dictionary<string, YamlNode> _anchors = [];
    private readonly StructList<OpenNode> _open = new();
    private readonly List<YamlNode> _complete = [];     // nodes that are children of an open one, or the root

    public YamlNode? Compose()
    {
        _parser.Read();                                 // the start of the stream
        while (true)
        {
            var next = _parser.Read();
            switch (next.Kind)
            {
                case YamlEventKind.StreamEnd:
                    return null;
                case YamlEventKind.DocumentEnd:
                    return _complete[0];
                case YamlEventKind.Alias:
                    Complete(AliasOf(next), 1);
                    break;
                case YamlEventKind.Scalar:
                    Complete(NodeOf(next, YamlKind.Scalar), 1);
                    break;
                case YamlEventKind.SequenceStart:
                    _open.Push(new OpenNode(NodeOf(next, YamlKind.Sequence), _complete.Count, 0));
                    break;
                case YamlEventKind.MappingStart:
                    _open.Push(new OpenNode(NodeOf(next, YamlKind.Mapping), _complete.Count, 0));
                    break;
                case YamlEventKind.SequenceEnd or YamlEventKind.MappingEnd:
                    Close();
                    break;
            }
        }
    }

    private YamlNode AliasOf(YamlEvent alias) => new(YamlKind.Alias, YamlStyle.Plain, alias.Start)
    {
        Value = alias.Anchor,
        Target = _anchors.GetValueOrDefault(alias.Anchor)
            ?? throw new YamlFault($"unknown anchor '{alias.Anchor}' referenced"),
    };

    private YamlNode NodeOf(YamlEvent start, YamlKind kind)
    {
        var node = new YamlNode(kind, start.Style, start.Start)
        {
            Tag = YamlTags.Shorten(start.Tag),
            Value = start.Value,
            Anchor = start.Anchor,
        };
        if (node.Anchor.Length > 0)
        {
            _anchors[node.Anchor] = node;
        }
        return node;
    }

    private void Close()
    {
        var (node, firstChild, height) = _open.Pop();
        var content = new YamlNode[_complete.Count - firstChild];
        _complete.CopyTo(firstChild, content, 0, content.Length);
        _complete.RemoveRange(firstChild, content.Length);
        node.Fill(content, height + 1);
        Complete(node, height + 1);
    }

    private void Complete(YamlNode node, int height)
    {
        _complete.Add(node);
        if (_open.Count > 0 && _open.Pop() is var parent)
        {
            _open.Push(parent with { Height = Math.Max(parent.Height, height) });
        }
    }

    private readonly record struct OpenNode(YamlNode Node, int FirstChild, int Height);
}
