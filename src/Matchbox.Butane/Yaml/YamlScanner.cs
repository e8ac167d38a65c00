using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Butane.Yaml;

/// <summary>
/// Cuts the text into tokens. What makes YAML hard is here: indentation opens and closes blocks, and that something was a
/// key is only known at its colon, so tokens wait in a queue into which a <see cref="YamlTokenKind.Key"/> may be put
/// afterwards. Reads two tokens further than it is asked for, as yaml.v3 does: faults there count too.
/// </summary>
internal sealed partial class YamlScanner(YamlText text)
{
    private const int MaxDepth = 10_000;
    private const int MaxSimpleKeyLength = 1024;        // YAML 1.1 §7.1, characters up to the colon
    private const int TokensAhead = 2;

    private readonly YamlTokenQueue _tokens = new();
    private readonly List<int> _indents = [];
    private readonly StructList<SimpleKey> _simpleKeys = new();  // one for the block context, one for each open flow collection
    private readonly Dictionary<int, int> _simpleKeyByToken = [];
    private int _indent = -1;
    private bool _simpleKeyAllowed;
    private bool _started;
    private bool _tokenAvailable;

    /// <summary>The start of what may turn out to be a key: as yet there is no colon.</summary>
    private record struct SimpleKey(bool Possible, bool Required, int Token, YamlMark Mark);

    private bool InFlow => _simpleKeys.Count > 1;

    /// <summary>The next token. Throws a <see cref="YamlFault"/> if the text can not go on like this.</summary>
    public ref readonly YamlToken Peek()
    {
        if (!_tokenAvailable)
        {
            FetchMore();
            _tokenAvailable = true;
        }
        return ref _tokens.Head;
    }

    /// <summary>Goes on to the token after the one that <see cref="Peek"/> showed.</summary>
    public void Advance()
    {
        _tokenAvailable = false;
        _tokens.Remove();
    }

    private void FetchMore()
    {
        while (_tokens.Count <= TokensAhead || HeadMayBeKey())
        {
            FetchNext();
        }
    }

    private bool HeadMayBeKey() =>
        _simpleKeyByToken.TryGetValue(_tokens.Removed, out var level) && level < _simpleKeys.Count && IsStillPossible(level);

    private void FetchNext()
    {
        text.Ensure(1);
        if (!_started)
        {
            Start();
            return;
        }
        var before = text.Mark;
        SkipToNextToken();
        CloseBlocks(text.Column, before);
        text.Ensure(4);                                 // the longest indicators: "--- " and "... "
        if (text.IsEnd())
        {
            EndStream();
        }
        else if (text.Column == 0 && text.Current == '%')
        {
            FetchDirective();
        }
        else if (text.IsDocumentIndicator((byte)'-'))
        {
            FetchDocumentIndicator(YamlTokenKind.DocumentStart);
        }
        else if (text.IsDocumentIndicator((byte)'.'))
        {
            FetchDocumentIndicator(YamlTokenKind.DocumentEnd);
        }
        else
        {
            FetchContent();
            if (_tokens.Last != YamlTokenKind.BlockEntry)
            {
                SkipLineComment();
            }
        }
    }

    private void FetchContent()
    {
        switch (text.Current)
        {
            case (byte)'[':
                OpenFlow(YamlTokenKind.FlowSequenceStart);
                break;
            case (byte)'{':
                OpenFlow(YamlTokenKind.FlowMappingStart);
                break;
            case (byte)']':
                CloseFlow(YamlTokenKind.FlowSequenceEnd);
                break;
            case (byte)'}':
                CloseFlow(YamlTokenKind.FlowMappingEnd);
                break;
            case (byte)',':
                FetchFlowEntry();
                break;
            case (byte)'-' when text.IsBlankOrEnd(1):
                FetchBlockEntry();
                break;
            case (byte)'?' when InFlow || text.IsBlankOrEnd(1):
                FetchKey();
                break;
            case (byte)':' when InFlow || text.IsBlankOrEnd(1):
                FetchValue();
                break;
            case (byte)'*':
                FetchAnchor(YamlTokenKind.Alias);
                break;
            case (byte)'&':
                FetchAnchor(YamlTokenKind.Anchor);
                break;
            case (byte)'!':
                FetchTag();
                break;
            case (byte)'|' when !InFlow:
                FetchBlockScalar(YamlStyle.Literal);
                break;
            case (byte)'>' when !InFlow:
                FetchBlockScalar(YamlStyle.Folded);
                break;
            case (byte)'\'':
                FetchQuotedScalar(YamlStyle.SingleQuoted);
                break;
            case (byte)'"':
                FetchQuotedScalar(YamlStyle.DoubleQuoted);
                break;
            case (byte)'#' or (byte)'|' or (byte)'>' or (byte)'%' or (byte)'@' or (byte)'`':
            case var _ when text.IsBlankOrEnd():
                Fail(text.Mark, "found character that cannot start any token");
                break;
            default:
                FetchPlainScalar();
                break;
        }
    }

    private void Start()
    {
        _started = true;
        _simpleKeyAllowed = true;
        _simpleKeys.Push(default);
        _tokens.Add(new YamlToken(YamlTokenKind.StreamStart, text.Mark, text.Mark));
    }

    private void EndStream()
    {
        text.EndLine();
        CloseAll();
        _tokens.Add(new YamlToken(YamlTokenKind.StreamEnd, text.Mark, text.Mark));
    }

    private void FetchDocumentIndicator(YamlTokenKind kind)
    {
        CloseAll();
        AddIndicator(kind, 3);
    }

    private void CloseAll()
    {
        CloseBlocks(-1, text.Mark);
        RemoveSimpleKey();
        _simpleKeyAllowed = false;
    }

    private void AddIndicator(YamlTokenKind kind, int length = 1)
    {
        var start = text.Mark;
        text.Skip(length);
        _tokens.Add(new YamlToken(kind, start, text.Mark));
    }

    [DoesNotReturn]
    private void Fail(YamlMark context, string problem) => throw YamlFault.OfScanner(context, text.Mark, problem);
}
