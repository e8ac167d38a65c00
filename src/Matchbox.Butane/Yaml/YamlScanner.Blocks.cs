namespace Matchbox.Butane.Yaml;

/// <content>Indentation, simple keys, and the indicators that belong to them.</content>
internal sealed partial class YamlScanner
{
    private bool IsStillPossible(int level)
    {
        var key = _simpleKeys[level];
        if (!key.Possible || (key.Mark.Line == text.Line && text.Index <= key.Mark.Index + MaxSimpleKeyLength))
        {
            return key.Possible;
        }
        RequireNoKey(key);
        _simpleKeys[level] = key with { Possible = false };
        _simpleKeyByToken.Remove(key.Token);
        return false;
    }

    // Where a block's line starts, only a key can stand, so the colon must come.
    private void RequireNoKey(SimpleKey key)
    {
        if (key.Required)
        {
            Fail(key.Mark, "could not find expected ':'");
        }
    }

    private void SaveSimpleKey()
    {
        if (!_simpleKeyAllowed)
        {
            return;
        }
        RemoveSimpleKey();
        var number = _tokens.NextNumber;
        _simpleKeys[^1] = new SimpleKey(true, !InFlow && _indent == text.Column, number, text.Mark);
        _simpleKeyByToken[number] = _simpleKeys.Count - 1;
    }

    private void RemoveSimpleKey()
    {
        var key = _simpleKeys[^1];
        if (key.Possible)
        {
            RequireNoKey(key);
            ForgetSimpleKey(key);
        }
    }

    private void ForgetSimpleKey(SimpleKey key)
    {
        _simpleKeys[^1] = key with { Possible = false };
        _simpleKeyByToken.Remove(key.Token);
    }

    /// <summary>Opens a block if the column is deeper than the present one; its token is put before the one of that number.</summary>
    private void OpenBlock(YamlTokenKind kind, YamlMark mark, int number)
    {
        if (InFlow || _indent >= mark.Column)
        {
            return;
        }
        _indents.Add(_indent);
        _indent = mark.Column;
        if (_indents.Count > MaxDepth)
        {
            Fail(_simpleKeys[^1].Mark, $"exceeded max depth of {MaxDepth}");
        }
        _tokens.Insert(number, new YamlToken(kind, mark, mark));
    }

    /// <summary>Ends the blocks that are deeper than the column.</summary>
    /// <param name="column">-1 ends all.</param>
    /// <param name="before">Where the white space began. A block ends there, or at a comment of its own column behind it.</param>
    private void CloseBlocks(int column, YamlMark before)
    {
        if (InFlow || _indent <= column)
        {
            return;
        }
        var end = before with { Index = before.Index - 1 };
        FindTrailingComments(end.Index);
        while (_indent > column)
        {
            end = _trailingComments.TryGetValue(_indent + 1, out var comment) ? _comments[comment].Start : end;
            _tokens.Add(new YamlToken(YamlTokenKind.BlockEnd, end, end));
            _indent = _indents[^1];
            _indents.RemoveAt(_indents.Count - 1);
        }
    }

    private void OpenFlow(YamlTokenKind kind)
    {
        SaveSimpleKey();
        _simpleKeys.Push(new SimpleKey(false, false, _tokens.NextNumber, text.Mark));
        if (_simpleKeys.Count - 1 > MaxDepth)
        {
            Fail(text.Mark, $"exceeded max depth of {MaxDepth}");
        }
        _simpleKeyAllowed = true;
        AddIndicator(kind);
    }

    private void CloseFlow(YamlTokenKind kind)
    {
        RemoveSimpleKey();
        if (InFlow)
        {
            _simpleKeyByToken.Remove(_simpleKeys[^1].Token);
            _simpleKeys.Pop();
        }
        _simpleKeyAllowed = false;
        AddIndicator(kind);
    }

    private void FetchFlowEntry()
    {
        RemoveSimpleKey();
        _simpleKeyAllowed = true;
        AddIndicator(YamlTokenKind.FlowEntry);
    }

    // In a flow collection an entry's dash is a fault too, but the grammar knows better what to say about it.
    private void FetchBlockEntry()
    {
        OpenBlockHere(YamlTokenKind.BlockSequenceStart, "block sequence entries are not allowed in this context");
        RemoveSimpleKey();
        _simpleKeyAllowed = true;
        AddIndicator(YamlTokenKind.BlockEntry);
    }

    private void FetchKey()
    {
        OpenBlockHere(YamlTokenKind.BlockMappingStart, "mapping keys are not allowed in this context");
        RemoveSimpleKey();
        _simpleKeyAllowed = !InFlow;
        AddIndicator(YamlTokenKind.Key);
    }

    private void FetchValue()
    {
        if (IsStillPossible(_simpleKeys.Count - 1))
        {
            var key = _simpleKeys[^1];
            _tokens.Insert(key.Token, new YamlToken(YamlTokenKind.Key, key.Mark, key.Mark));
            OpenBlock(YamlTokenKind.BlockMappingStart, key.Mark, key.Token);
            ForgetSimpleKey(key);
            _simpleKeyAllowed = false;
        }
        else
        {
            OpenBlockHere(YamlTokenKind.BlockMappingStart, "mapping values are not allowed in this context");
            _simpleKeyAllowed = !InFlow;
        }
        AddIndicator(YamlTokenKind.Value);
    }

    private void OpenBlockHere(YamlTokenKind kind, string problem)
    {
        if (!InFlow && !_simpleKeyAllowed)
        {
            Fail(text.Mark, problem);
        }
        OpenBlock(kind, text.Mark, _tokens.NextNumber);
    }
}
