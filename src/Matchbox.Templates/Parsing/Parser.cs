using System.Text;
using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Parsing;

/// <summary>
/// Reads one template: the whole text, or the body of a define or block, for which it makes another parser on the same tokens.
/// Follows the grammar of Go's package text/template/parse and complains in its words.
/// </summary>
internal sealed class Parser(ParseSession session) : ExpressionParser(session)
{
    private int _ranges;

    /// <summary>All templates in the text by their names; the text itself has the session's name.</summary>
    /// <exception cref="TemplateFailure">The text is no template.</exception>
    public static Dictionary<string, ListNode> Parse(ParseSession session)
    {
        new Parser(session).ParseText();
        return session.Templates;
    }

    // Like a list, but only here may templates be defined.
    private void ParseText()
    {
        var position = Peek().Position;
        var nodes = new List<Node>();
        while (Peek().Kind != TokenKind.EndOfText)
        {
            if (Peek().Kind == TokenKind.LeftDelimiter)
            {
                var delimiter = Next();
                if (NextNonSpace().Kind == TokenKind.Define)
                {
                    new Parser(Session).ParseDefinition();
                    continue;
                }
                Backup(delimiter);
            }
            var node = ParseTextOrAction();
            if (node is ClosingNode)
            {
                Fail($"unexpected {node}");
            }
            nodes.Add(node);
        }
        Define(Session.Name, new ListNode(position, [.. nodes]));
    }

    private void ParseDefinition()
    {
        const string Context = "define clause";
        var token = NextNonSpace();
        var name = ParseName(token, Context);
        Expect(TokenKind.RightDelimiter, Context);
        var (list, closing) = ParseList();
        if (closing.IsElse)
        {
            Fail($"unexpected {closing} in {Context}");
        }
        Define(Encoding.UTF8.GetString(name), list);
    }

    private void Define(string name, ListNode list)
    {
        // A blank template gives way to another of its name, and a blank one never takes the place of another.
        var isBlank = list.IsBlank;
        if (!Session.Settled.Contains(name))
        {
            Session.Templates[name] = list;
            if (!isBlank)
            {
                Session.Settled.Add(name);
            }
        }
        else if (!isBlank)
        {
            Fail($"template: multiple definition of template {QuotedText.Of(name)}");
        }
    }

    private (ListNode List, ClosingNode Closing) ParseList()
    {
        if (!Session.TryEnter())
        {
            throw Failure("max nesting depth exceeded", TemplateErrorKind.Limit);
        }
        var position = PeekNonSpace().Position;
        var nodes = new List<Node>();
        while (PeekNonSpace().Kind != TokenKind.EndOfText)
        {
            var node = ParseTextOrAction();
            if (node is ClosingNode closing)
            {
                Session.Leave();
                return (new ListNode(position, [.. nodes]), closing);
            }
            nodes.Add(node);
        }
        throw Failure("unexpected EOF");
    }

    private Node ParseTextOrAction()
    {
        var token = NextNonSpace();
        switch (token.Kind)
        {
            case TokenKind.Text:
                return new TextNode(token.Position, TextOf(token));
            case TokenKind.LeftDelimiter:
                ActionLine = token.Line;
                var action = ParseAction();
                ActionLine = 0;
                return action;
            default:
                throw Unexpected(token, "input");
        }
    }

    private Node ParseAction()
    {
        var token = NextNonSpace();
        switch (token.Kind)
        {
            case TokenKind.Block:
                return ParseBlock();
            case TokenKind.Break or TokenKind.Continue:
                return ParseJump(token);
            case TokenKind.Else:
                return ParseElse();
            case TokenKind.End:
                return new ClosingNode(Expect(TokenKind.RightDelimiter, "end").Position, isElse: false);
            case TokenKind.If:
                return ParseBranch(BranchKind.If, "if");
            case TokenKind.Range:
                return ParseBranch(BranchKind.Range, "range");
            case TokenKind.Template:
                return ParseTemplate();
            case TokenKind.With:
                return ParseBranch(BranchKind.With, "with");
            default:
                Backup();
                return new ActionNode(Peek().Position, ParsePipeline("command", TokenKind.RightDelimiter));
        }
    }

    private JumpNode ParseJump(Token word)
    {
        var isBreak = word.Kind == TokenKind.Break;
        var text = isBreak ? "{{break}}" : "{{continue}}";
        Expect(TokenKind.RightDelimiter, text);
        if (_ranges == 0)
        {
            Fail($"{text} outside {{{{range}}}}");
        }
        return new JumpNode(word.Position, isBreak);
    }

    private BranchNode ParseBranch(BranchKind kind, string context)
    {
        var mark = VariableCount;
        var pipeline = ParsePipeline(context, TokenKind.RightDelimiter);
        _ranges += kind == BranchKind.Range ? 1 : 0;
        var (list, closing) = ParseList();
        _ranges -= kind == BranchKind.Range ? 1 : 0;
        var elseList = closing.IsElse ? ParseElseList(kind, closing) : null;
        ForgetVariables(mark);
        return new BranchNode(kind, pipeline, list, elseList);
    }

    // {{else if x}} is {{else}}{{if x}} with one end for both.
    private ListNode ParseElseList(BranchKind kind, ClosingNode closing)
    {
        var next = Peek().Kind;
        if ((kind == BranchKind.If && next == TokenKind.If) || (kind == BranchKind.With && next == TokenKind.With))
        {
            Next();
            if (!Session.TryEnter())
            {
                throw Failure("max nesting depth exceeded", TemplateErrorKind.Limit);
            }
            var branch = ParseBranch(kind, kind == BranchKind.If ? "if" : "with");
            Session.Leave();
            return new ListNode(closing.Position, [branch]);
        }
        var (list, end) = ParseList();
        if (end.IsElse)
        {
            Fail($"expected end; found {end}");
        }
        return list;
    }

    private ClosingNode ParseElse()
    {
        var next = PeekNonSpace();
        return next.Kind is TokenKind.If or TokenKind.With
            ? new ClosingNode(next.Position, isElse: true)
            : new ClosingNode(Expect(TokenKind.RightDelimiter, "else").Position, isElse: true);
    }

    // {{block "name" pipeline}} list {{end}}: a define and its template in one.
    private TemplateNode ParseBlock()
    {
        const string Context = "block clause";
        var token = NextNonSpace();
        var nameText = ParseName(token, Context);
        var name = Encoding.UTF8.GetString(nameText);
        var pipeline = ParsePipeline(Context, TokenKind.RightDelimiter);
        var body = new Parser(Session);
        var (list, closing) = body.ParseList();
        if (closing.IsElse)
        {
            Fail($"unexpected {closing} in {Context}");
        }
        body.Define(name, list);
        return new TemplateNode(token.Position, name, nameText, pipeline);
    }

    private TemplateNode ParseTemplate()
    {
        const string Context = "template clause";
        var token = NextNonSpace();
        var name = ParseName(token, Context);
        PipelineNode? pipeline = null;
        if (NextNonSpace().Kind != TokenKind.RightDelimiter)
        {
            Backup();
            pipeline = ParsePipeline(Context, TokenKind.RightDelimiter);
        }
        return new TemplateNode(token.Position, Encoding.UTF8.GetString(name), name, pipeline);
    }

    private byte[] ParseName(Token token, string context) =>
        token.Kind is TokenKind.String or TokenKind.RawString ? Unquote(token) : throw Unexpected(token, context);
}
