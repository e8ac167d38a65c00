namespace Matchbox.Butane.Yaml;

/// <content>
/// White space and comments. We keep no comments, but yaml.v3 does, and its ways of finding them can be seen: how far it
/// looks ahead, which tabs it passes, and at which comment a block ends.
/// </content>
internal sealed partial class YamlScanner
{
    private const int CommentLookahead = 512;

    /// <summary>Lines of comment that belong together; the start's column counts from 1.</summary>
    private readonly record struct Comment(int ScanIndex, YamlMark Start, int EndIndex);

    private readonly StructList<Comment> _comments = new();      // since the last token
    private readonly Dictionary<int, int> _trailingComments = [];      // by column, which of them

    private void SkipToNextToken()
    {
        _comments.Clear();
        var before = text.Mark;
        while (true)
        {
            text.Ensure(1);
            if (text.IsByteOrderMark)
            {
                text.Skip();
            }
            text.Ensure(1);
            // Tabs separate, but they never indent.
            while (text.Current == ' ' || (text.Current == '\t' && (InFlow || !_simpleKeyAllowed)))
            {
                text.Skip();
                text.Ensure(1);
            }
            if (text.Current == '#')
            {
                SkipComments(before);
            }
            if (!text.IsBreak())
            {
                return;
            }
            text.Ensure(2);
            text.SkipLine();
            _simpleKeyAllowed |= !InFlow;
        }
    }

    /// <summary>The comment behind a token in its line.</summary>
    private void SkipLineComment()
    {
        if (text.Newlines > 0)
        {
            return;
        }
        var ahead = 0;
        while (ahead < CommentLookahead && text.TryEnsure(ahead + 1) && text.IsBlank(ahead))
        {
            ahead++;
        }
        if (ahead < CommentLookahead && text.At(ahead) == '#')
        {
            SkipCommentFrom(text.Index + ahead);
        }
    }

    /// <summary>Comments of several lines, with empty lines between them.</summary>
    private void SkipComments(YamlMark before)
    {
        var prior = _tokens.Last == YamlTokenKind.FlowEntry ? _tokens.LastButOne : _tokens.Last;
        var footLine = -1;                              // a comment that starts here still belongs to what precedes it
        if (before.Line > 0)
        {
            footLine = text.Line - text.Newlines + (text.Newlines == 0 && text.Column > 1 ? 2 : 1);
        }
        var scanIndex = before.Index;
        var start = default(YamlMark);
        var (line, column) = (text.Line, text.Column);
        var (some, recentEmpty, firstEmpty) = (false, false, text.Newlines <= 1);
        var ahead = 0;
        for (; ahead < CommentLookahead && text.TryEnsure(ahead + 1); ahead++)
        {
            column++;
            if (text.IsBlank(ahead))
            {
                continue;
            }
            var next = text.At(ahead);
            var indent = Math.Max(_indent, 0);
            var closesFlow = InFlow && next is (byte)']' or (byte)'}';
            var endsLine = closesFlow || text.IsBreakOrEnd(ahead);
            var isFoot = endsLine
                ? closesFlow || (!recentEmpty && firstEmpty
                    && ((start.Line == footLine && prior != YamlTokenKind.Value) || start.Column - 1 < indent))
                : column - 1 < indent && column != start.Column;
            if (some && isFoot)
            {
                _comments.Push(new Comment(scanIndex, start, text.Index + ahead));
                scanIndex = text.Index + ahead;
                some = false;
            }
            if (endsLine && text.IsBreak(ahead))
            {
                (firstEmpty, recentEmpty, column) = (false, true, 0);
                line++;
                continue;
            }
            if (endsLine || next != '#')
            {
                break;
            }
            if (!some)
            {
                start = new YamlMark(text.Index + ahead, line, column);
            }
            SkipCommentFrom(text.Index + ahead);
            (some, recentEmpty, ahead, line, column) = (true, false, 0, text.Line, 0);
        }
        if (some)
        {
            _comments.Push(new Comment(scanIndex, start, text.Index + ahead - 1));
        }
    }

    // Goes to the end of the line of the comment whose # has that index.
    private void SkipCommentFrom(int index)
    {
        while (true)
        {
            text.Ensure(1);
            if (!text.IsBreakOrEnd())
            {
                text.Skip();
                text.SkipRun(LineCharacters);
            }
            else if (text.Index < index)
            {
                text.Ensure(2);
                text.SkipLine();
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>
    /// The comments just skipped that follow each other without a gap, from the last one back to that place; for each
    /// column the first.
    /// </summary>
    private void FindTrailingComments(int index)
    {
        _trailingComments.Clear();
        for (var i = _comments.Count - 1; i >= 0 && _comments[i].EndIndex >= index; i--)
        {
            _trailingComments[_comments[i].Start.Column] = i;
            index = _comments[i].ScanIndex;
        }
    }
}
