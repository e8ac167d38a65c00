namespace Matchbox.Butane.Yaml;

/// <content>Block sequences and mappings (YAML 1.1 §9.2.2, §9.3.3).</content>
internal sealed partial class YamlParser
{
    private YamlEvent ReadBlockEntry(bool isFirst)
    {
        EnterCollection(isFirst);
        var token = _scanner.Peek();
        if (token.Kind == YamlTokenKind.BlockEnd)
        {
            return LeaveCollection(YamlEventKind.SequenceEnd);
        }
        if (token.Kind != YamlTokenKind.BlockEntry)
        {
            Fail(_collections.Peek(), token.Start, "did not find expected '-' indicator");
        }
        _scanner.Advance();
        if (_scanner.Peek().Kind is YamlTokenKind.BlockEntry or YamlTokenKind.BlockEnd)
        {
            return EmptyNode(token.End, State.BlockEntry);
        }
        _after.Push(State.BlockEntry);
        return ReadBlockNode();
    }

    // No token says where such a sequence ends: at whatever is not a dash.
    private YamlEvent ReadIndentlessEntry()
    {
        var token = _scanner.Peek();
        if (token.Kind != YamlTokenKind.BlockEntry)
        {
            _next = _after.Pop();
            return new YamlEvent(YamlEventKind.SequenceEnd, token.Start);
        }
        _scanner.Advance();
        if (_scanner.Peek().Kind is YamlTokenKind.BlockEntry or YamlTokenKind.Key or YamlTokenKind.Value or YamlTokenKind.BlockEnd)
        {
            return EmptyNode(token.End, State.IndentlessEntry);
        }
        _after.Push(State.IndentlessEntry);
        return ReadBlockNode();
    }

    private YamlEvent ReadBlockKey(bool isFirst)
    {
        EnterCollection(isFirst);
        var token = _scanner.Peek();
        if (token.Kind == YamlTokenKind.BlockEnd)
        {
            return LeaveCollection(YamlEventKind.MappingEnd);
        }
        if (token.Kind != YamlTokenKind.Key)
        {
            Fail(_collections.Peek(), token.Start, "did not find expected key");
        }
        return ReadBlockPart(State.BlockValue);
    }

    private YamlEvent ReadBlockValue()
    {
        var token = _scanner.Peek();
        return token.Kind == YamlTokenKind.Value ? ReadBlockPart(State.BlockKey) : EmptyNode(token.Start, State.BlockKey);
    }

    // What stands behind a ? or :
    private YamlEvent ReadBlockPart(State next)
    {
        var indicator = _scanner.Peek();
        _scanner.Advance();
        if (_scanner.Peek().Kind is YamlTokenKind.Key or YamlTokenKind.Value or YamlTokenKind.BlockEnd)
        {
            return EmptyNode(indicator.End, next);
        }
        _after.Push(next);
        return ReadNode(inBlock: true, mayBeIndentless: true);
    }

    private void EnterCollection(bool isFirst)
    {
        if (isFirst)
        {
            _collections.Push(_scanner.Peek().Start);
            _scanner.Advance();
        }
    }

    private YamlEvent LeaveCollection(YamlEventKind kind)
    {
        var end = _scanner.Peek().Start;
        _scanner.Advance();
        _collections.Pop();
        _next = _after.Pop();
        return new YamlEvent(kind, end);
    }
}
