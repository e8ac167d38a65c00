using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Butane.Yaml;

/// <summary>
/// The grammar: turns tokens into events. Where we are is a state, and where we go on after a node a stack of states, so
/// that depth costs memory and not our own stack.
/// </summary>
internal sealed partial class YamlParser
{
    private readonly YamlText _text;
    private readonly YamlScanner _scanner;
    private readonly StructList<State> _after = new();                    // where to go on after the present node
    private readonly StructList<YamlMark> _collections = new();        // where the open collections start, for messages
    private readonly Dictionary<string, string> _prefixes = [];     // of tags, by handle
    private State _next = State.StreamStart;

    public YamlParser(YamlText text)
    {
        _text = text;
        _scanner = new YamlScanner(text);
    }

    /// <summary>What comes next.</summary>
    private enum State : byte
    {
        StreamStart,
        DocumentStart,
        DocumentContent,
        DocumentEnd,
        BlockNode,
        FirstBlockEntry,
        BlockEntry,
        IndentlessEntry,
        FirstBlockKey,
        BlockKey,
        BlockValue,
        FirstFlowItem,
        FlowItem,
        FlowPairKey,
        FlowPairValue,
        FlowPairEnd,
        FirstFlowKey,
        FlowKey,
        FlowValue,
        FlowKeyWithoutValue,
    }

    /// <summary>The next event. Not to be called after the end of the stream. Throws a <see cref="YamlFault"/> if there is none.</summary>
    public YamlEvent Read()
    {
        var result = _next switch
        {
            State.StreamStart => ReadStreamStart(),
            State.DocumentStart => ReadDocumentStart(),
            State.DocumentContent => ReadDocumentContent(),
            State.BlockNode => ReadBlockNode(),
            State.FirstBlockEntry => ReadBlockEntry(isFirst: true),
            State.BlockEntry => ReadBlockEntry(isFirst: false),
            State.IndentlessEntry => ReadIndentlessEntry(),
            State.FirstBlockKey => ReadBlockKey(isFirst: true),
            State.BlockKey => ReadBlockKey(isFirst: false),
            State.BlockValue => ReadBlockValue(),
            State.FirstFlowItem => ReadFlowItem(isFirst: true),
            State.FlowItem => ReadFlowItem(isFirst: false),
            State.FlowPairKey => ReadFlowPairKey(),
            State.FlowPairValue => ReadFlowPairValue(),
            State.FlowPairEnd => ReadFlowPairEnd(),
            State.FirstFlowKey => ReadFlowKey(isFirst: true),
            State.FlowKey => ReadFlowKey(isFirst: false),
            State.FlowValue => ReadFlowValue(),
            State.FlowKeyWithoutValue => EmptyNode(_scanner.Peek().Start, State.FlowKey),
            _ => ReadDocumentEnd(),
        };
        // Where only comments were looked for, bytes that are no characters are reported now.
        return _text.Problem is null ? result : throw new YamlFault(_text.Problem);
    }

    private YamlEvent ReadStreamStart()
    {
        var start = _scanner.Peek().Start;
        _scanner.Advance();
        _next = State.DocumentStart;
        return new YamlEvent(YamlEventKind.StreamStart, start);
    }

    private YamlEvent ReadDocumentStart()
    {
        var token = _scanner.Peek();
        if (token.Kind == YamlTokenKind.StreamEnd)
        {
            return new YamlEvent(YamlEventKind.StreamEnd, token.Start);
        }
        var isExplicit = token.Kind is YamlTokenKind.VersionDirective or YamlTokenKind.TagDirective or YamlTokenKind.DocumentStart;
        ReadDirectives();
        _after.Push(State.DocumentEnd);
        if (isExplicit)
        {
            if (_scanner.Peek().Kind != YamlTokenKind.DocumentStart)
            {
                Fail(default, _scanner.Peek().Start, "did not find expected <document start>");
            }
            _scanner.Advance();
            _next = State.DocumentContent;
        }
        else
        {
            _next = State.BlockNode;
        }
        return new YamlEvent(YamlEventKind.DocumentStart, token.Start);
    }

    private YamlEvent ReadDocumentContent()
    {
        var token = _scanner.Peek();
        return token.Kind is YamlTokenKind.VersionDirective or YamlTokenKind.TagDirective
                or YamlTokenKind.DocumentStart or YamlTokenKind.DocumentEnd or YamlTokenKind.StreamEnd
            ? EmptyNode(token.Start, _after.Pop())
            : ReadBlockNode();
    }

    private YamlEvent ReadDocumentEnd() => new(YamlEventKind.DocumentEnd, _scanner.Peek().Start);

    private void ReadDirectives()
    {
        var versionSeen = false;
        for (; _scanner.Peek() is { Kind: YamlTokenKind.VersionDirective or YamlTokenKind.TagDirective } token; _scanner.Advance())
        {
            if (token.Kind == YamlTokenKind.TagDirective)
            {
                if (!_prefixes.TryAdd(token.Text, token.Suffix))
                {
                    Fail(default, token.Start, "found duplicate %TAG directive");
                }
                continue;
            }
            if (versionSeen)
            {
                Fail(default, token.Start, "found duplicate %YAML directive");
            }
            if (token.Text != "1.1")
            {
                Fail(default, token.Start, "found incompatible YAML document");
            }
            versionSeen = true;
        }
        _prefixes.TryAdd("!", "!");
        _prefixes.TryAdd("!!", YamlTags.LongPrefix);
    }

    /// <summary>A node that is not written, and so is null.</summary>
    private YamlEvent EmptyNode(YamlMark at, State next)
    {
        _next = next;
        return new YamlEvent(YamlEventKind.Scalar, at);
    }

    private YamlEvent ReadBlockNode() => ReadNode(inBlock: true, mayBeIndentless: false);

    private YamlEvent ReadFlowNode() => ReadNode(inBlock: false, mayBeIndentless: false);

    /// <summary>A node, with its anchor and tag; the state after it is on the stack.</summary>
    /// <param name="inBlock">Whether block collections may stand here.</param>
    /// <param name="mayBeIndentless">Whether a sequence may start at the column of the key before it.</param>
    private YamlEvent ReadNode(bool inBlock, bool mayBeIndentless)
    {
        var token = _scanner.Peek();
        var start = token.Start;
        if (token.Kind == YamlTokenKind.Alias)
        {
            _scanner.Advance();
            _next = _after.Pop();
            return new YamlEvent(YamlEventKind.Alias, start) { Anchor = token.Text };
        }
        var (anchor, tagToken) = ReadProperties();
        token = _scanner.Peek();
        var tag = tagToken is { } written ? Resolve(written, start) : "";
        var node = new YamlEvent(YamlEventKind.Scalar, start) { Anchor = anchor, Tag = tag };
        switch (token.Kind)
        {
            case YamlTokenKind.BlockEntry when mayBeIndentless:
                _next = State.IndentlessEntry;
                return node with { Kind = YamlEventKind.SequenceStart, Style = YamlStyle.Block };
            case YamlTokenKind.Scalar:
                _scanner.Advance();
                _next = _after.Pop();
                return node with { Style = token.Style, Value = token.Text };
            case YamlTokenKind.FlowSequenceStart:
                _next = State.FirstFlowItem;
                return node with { Kind = YamlEventKind.SequenceStart, Style = YamlStyle.Flow };
            case YamlTokenKind.FlowMappingStart:
                _next = State.FirstFlowKey;
                return node with { Kind = YamlEventKind.MappingStart, Style = YamlStyle.Flow };
            case YamlTokenKind.BlockSequenceStart when inBlock:
                _next = State.FirstBlockEntry;
                return node with { Kind = YamlEventKind.SequenceStart, Style = YamlStyle.Block };
            case YamlTokenKind.BlockMappingStart when inBlock:
                _next = State.FirstBlockKey;
                return node with { Kind = YamlEventKind.MappingStart, Style = YamlStyle.Block };
        }
        if (anchor.Length == 0 && tag.Length == 0)
        {
            Fail(start, token.Start, "did not find expected node content");
        }
        _next = _after.Pop();
        return node;
    }

    // An anchor and a tag, in either order.
    private (string Anchor, YamlToken? Tag) ReadProperties()
    {
        var anchor = "";
        YamlToken? tag = null;
        while (true)
        {
            var token = _scanner.Peek();
            if (token.Kind == YamlTokenKind.Anchor && anchor.Length == 0)
            {
                anchor = token.Text;
            }
            else if (token.Kind == YamlTokenKind.Tag && tag is null)
            {
                tag = token;
            }
            else
            {
                return (anchor, tag);
            }
            _scanner.Advance();
        }
    }

    private string Resolve(YamlToken tag, YamlMark start)
    {
        if (tag.Text.Length == 0)
        {
            return tag.Suffix;
        }
        if (!_prefixes.TryGetValue(tag.Text, out var prefix))
        {
            Fail(start, tag.Start, "found undefined tag handle");
        }
        return prefix + tag.Suffix;
    }

    [DoesNotReturn]
    private static void Fail(YamlMark context, YamlMark problem, string text) => throw YamlFault.OfParser(context, problem, text);
}
