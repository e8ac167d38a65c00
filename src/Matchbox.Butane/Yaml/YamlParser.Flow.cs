namespace Matchbox.Butane.Yaml;

/// <content>Flow sequences and mappings (YAML 1.1 §9.2.1, §9.3.2).</content>
internal sealed partial class YamlParser
{
    private YamlEvent ReadFlowItem(bool isFirst)
    {
        EnterCollection(isFirst);
        if (_scanner.Peek().Kind != YamlTokenKind.FlowSequenceEnd)
        {
            SkipFlowEntry(isFirst, "did not find expected ',' or ']'");
        }
        var token = _scanner.Peek();
        if (token.Kind == YamlTokenKind.FlowSequenceEnd)
        {
            return LeaveCollection(YamlEventKind.SequenceEnd);
        }
        if (token.Kind == YamlTokenKind.Key)
        {
            // [key: value] is a sequence of one mapping of one pair.
            _scanner.Advance();
            _next = State.FlowPairKey;
            return new YamlEvent(YamlEventKind.MappingStart, token.Start) { Style = YamlStyle.Flow };
        }
        _after.Push(State.FlowItem);
        return ReadFlowNode();
    }

    private YamlEvent ReadFlowPairKey()
    {
        var token = _scanner.Peek();
        if (token.Kind is YamlTokenKind.Value or YamlTokenKind.FlowEntry or YamlTokenKind.FlowSequenceEnd)
        {
            // yaml.v3 takes the token here, whichever it is, so that a colon after it belongs to nobody.
            _scanner.Advance();
            return EmptyNode(token.End, State.FlowPairValue);
        }
        _after.Push(State.FlowPairValue);
        return ReadFlowNode();
    }

    private YamlEvent ReadFlowPairValue()
    {
        var token = _scanner.Peek();
        if (token.Kind == YamlTokenKind.Value)
        {
            _scanner.Advance();
            if (_scanner.Peek().Kind is not (YamlTokenKind.FlowEntry or YamlTokenKind.FlowSequenceEnd))
            {
                _after.Push(State.FlowPairEnd);
                return ReadFlowNode();
            }
        }
        return EmptyNode(token.Start, State.FlowPairEnd);
    }

    private YamlEvent ReadFlowPairEnd()
    {
        _next = State.FlowItem;
        return new YamlEvent(YamlEventKind.MappingEnd, _scanner.Peek().Start);
    }

    private YamlEvent ReadFlowKey(bool isFirst)
    {
        EnterCollection(isFirst);
        if (_scanner.Peek().Kind != YamlTokenKind.FlowMappingEnd)
        {
            SkipFlowEntry(isFirst, "did not find expected ',' or '}'");
        }
        var token = _scanner.Peek();
        if (token.Kind == YamlTokenKind.FlowMappingEnd)
        {
            return LeaveCollection(YamlEventKind.MappingEnd);
        }
        if (token.Kind != YamlTokenKind.Key)
        {
            _after.Push(State.FlowKeyWithoutValue);
            return ReadFlowNode();
        }
        _scanner.Advance();
        token = _scanner.Peek();
        if (token.Kind is YamlTokenKind.Value or YamlTokenKind.FlowEntry or YamlTokenKind.FlowMappingEnd)
        {
            return EmptyNode(token.Start, State.FlowValue);
        }
        _after.Push(State.FlowValue);
        return ReadFlowNode();
    }

    private YamlEvent ReadFlowValue()
    {
        if (_scanner.Peek().Kind == YamlTokenKind.Value)
        {
            _scanner.Advance();
            if (_scanner.Peek().Kind is not (YamlTokenKind.FlowEntry or YamlTokenKind.FlowMappingEnd))
            {
                _after.Push(State.FlowKey);
                return ReadFlowNode();
            }
        }
        return EmptyNode(_scanner.Peek().Start, State.FlowKey);
    }

    private void SkipFlowEntry(bool isFirst, string problem)
    {
        if (isFirst)
        {
            return;
        }
        if (_scanner.Peek().Kind != YamlTokenKind.FlowEntry)
        {
            Fail(_collections.Peek(), _scanner.Peek().Start, problem);
        }
        _scanner.Advance();
    }
}
