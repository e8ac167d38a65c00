using System.Text;
using Matchbox.Templates.Execution;
using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Parsing;

/// <summary>Reads what stands inside an action: pipelines, commands, operands.</summary>
internal abstract class ExpressionParser(ParseSession session) : TokenReader(session)
{
    // Those alive, innermost last, and how often each name is among them.
    private readonly List<string> _variables = ["$"];
    private readonly Dictionary<string, int> _alive = new(StringComparer.Ordinal) { ["$"] = 1 };

    protected int VariableCount => _variables.Count;

    protected void ForgetVariables(int mark)
    {
        for (; _variables.Count > mark; _variables.RemoveAt(_variables.Count - 1))
        {
            _alive[_variables[^1]]--;
        }
    }

    private void Declare(string variable)
    {
        _variables.Add(variable);
        _alive[variable] = _alive.GetValueOrDefault(variable) + 1;
    }

    /// <summary>Reads a pipeline and the token that ends it.</summary>
    protected PipelineNode ParsePipeline(string context, TokenKind end)
    {
        var position = PeekNonSpace().Position;
        var variables = ParseVariables(context, out var assigns);
        var commands = new List<CommandNode>();
        while (true)
        {
            var token = NextNonSpace();
            if (token.Kind == end)
            {
                CheckCommands(commands, context);
                return new PipelineNode(position, variables, assigns, [.. commands]);
            }
            if (!BeginsOperand(token.Kind))
            {
                throw Unexpected(token, context);
            }
            Backup();
            commands.Add(ParseCommand());
        }
    }

    protected byte[] Unquote(Token token) =>
        StringLiteral.TryUnquote(TextOf(token).Span, out var value) ? value : throw Failure("invalid syntax");

    // "$x := ", "$x = ", and in a range "$i, $x := ". Since spaces are tokens, three must be read to know that
    // the variable in "$x foo" is an argument.
    private VariableNode[] ParseVariables(string context, out bool assigns)
    {
        assigns = false;
        var variables = new List<VariableNode>();
        while (PeekNonSpace() is { Kind: TokenKind.Variable } variable)
        {
            Next();
            var after = Peek();
            var next = PeekNonSpace();
            var isComma = next.Kind == TokenKind.Char && TextOf(next).Span is [(byte)','];
            if (!isComma && next.Kind is not (TokenKind.Assign or TokenKind.Declare))
            {
                if (after.Kind == TokenKind.Space)
                {
                    Backup(variable, after);
                }
                else
                {
                    Backup(variable);
                }
                break;
            }
            NextNonSpace();
            variables.Add(VariableOf(variable, []));
            Declare(StringOf(variable));
            if (!isComma)
            {
                assigns = next.Kind == TokenKind.Assign;
                break;
            }
            if (context != "range" || variables.Count > 1)
            {
                Fail($"too many declarations in {context}");
            }
            if (PeekNonSpace().Kind is not (TokenKind.Variable or TokenKind.RightDelimiter or TokenKind.RightParenthesis))
            {
                Fail("range can only initialize variables");
            }
        }
        return [.. variables];
    }

    private static bool BeginsOperand(TokenKind kind) => kind is TokenKind.Bool or TokenKind.CharConstant or TokenKind.Complex
        or TokenKind.Dot or TokenKind.Field or TokenKind.Identifier or TokenKind.Number or TokenKind.Nil or TokenKind.RawString
        or TokenKind.String or TokenKind.Variable or TokenKind.LeftParenthesis;

    // Only the first command may be a mere value: the others must take what comes down the pipe.
    private void CheckCommands(List<CommandNode> commands, string context)
    {
        if (commands.Count == 0)
        {
            Fail($"missing value for {context}");
        }
        for (var stage = 1; stage < commands.Count; stage++)
        {
            if (commands[stage].Words[0] is LiteralNode or DotNode or NilNode)
            {
                Fail($"non executable command in pipeline stage {stage + 1}");
            }
        }
    }

    // Takes the pipe behind it, leaves what ends the pipeline.
    private CommandNode ParseCommand()
    {
        var position = PeekNonSpace().Position;
        var words = new List<Node>();
        while (true)
        {
            PeekNonSpace();
            if (ParseOperand() is { } operand)
            {
                words.Add(operand);
            }
            var token = Next();
            if (token.Kind == TokenKind.Space)
            {
                continue;
            }
            if (token.Kind is TokenKind.RightDelimiter or TokenKind.RightParenthesis)
            {
                Backup();
            }
            else if (token.Kind != TokenKind.Pipe)
            {
                throw Unexpected(token, "operand");
            }
            break;
        }
        if (words.Count == 0)
        {
            Fail("empty command");
        }
        NoteTextCalls(words);
        return new CommandNode(position, [.. words]);
    }

    // A function without arguments of its own may get one down the pipe: what that is, only the execution knows.
    private void NoteTextCalls(List<Node> words)
    {
        for (var at = 0; at < words.Count; at++)
        {
            if (words[at] is FunctionNode { Function: { Kind: FunctionKind.Text } function })
            {
                var argument = at == 0 && words.Count == 2 && words[1] is LiteralNode { Value.Kind: ValueKind.String } text ? Encoding.UTF8.GetString(text.Value.AsString) : null;
                Session.TextCalls.Add((function.Name, argument, words[at].Position));
            }
        }
    }

    // A term and the fields behind it; null: what comes is no operand.
    private Node? ParseOperand()
    {
        var term = ParseTerm();
        if (term is null || Peek().Kind != TokenKind.Field)
        {
            return term;
        }
        var position = Peek().Position;
        var names = new List<byte[]>();
        while (Peek().Kind == TokenKind.Field)
        {
            names.Add(NameOf(Next()));
        }
        switch (term)
        {
            case FieldNode field:
                return new FieldNode(position, [.. field.Names, .. names]);
            case VariableNode variable:
                return new VariableNode(position, variable.Name, variable.Number, [.. names]);
            case LiteralNode or NilNode or DotNode:
                throw Failure($"unexpected . after term {QuotedText.Of(term.ToString())}");
            default:
                return new ChainNode(position, term, [.. names]);
        }
    }

    private Node? ParseTerm()
    {
        var token = NextNonSpace();
        switch (token.Kind)
        {
            case TokenKind.Identifier:
                var name = StringOf(token);
                return new FunctionNode(token.Position, Session.Find(name) ?? throw Failure($"function {QuotedText.Of(name)} not defined"));
            case TokenKind.Dot:
                return new DotNode(token.Position);
            case TokenKind.Nil:
                return new NilNode(token.Position);
            case TokenKind.Variable:
                return _alive.GetValueOrDefault(StringOf(token)) > 0
                    ? VariableOf(token, [])
                    : throw Failure($"undefined variable {QuotedText.Of(StringOf(token))}");
            case TokenKind.Field:
                return new FieldNode(token.Position, [NameOf(token)]);
            case TokenKind.Bool:
                return new LiteralNode(token.Position, TemplateValue.FromBool(TextOf(token).Span[0] == 't'), TextOf(token));
            case TokenKind.CharConstant or TokenKind.Complex or TokenKind.Number:
                return ParseNumber(token);
            case TokenKind.String or TokenKind.RawString:
                return new LiteralNode(token.Position, TemplateValue.FromOwned(Unquote(token)), TextOf(token));
            case TokenKind.LeftParenthesis:
                return ParseParentheses();
            default:
                Backup();
                return null;
        }
    }

    private PipelineNode ParseParentheses()
    {
        if (!Session.TryEnter())
        {
            throw Failure("max expression depth exceeded", TemplateErrorKind.Limit);
        }
        var pipeline = ParsePipeline("parenthesized pipeline", TokenKind.RightParenthesis);
        Session.Leave();
        return pipeline;
    }

    private LiteralNode ParseNumber(Token token)
    {
        var text = TextOf(token);
        string? fault = null;
        var overflows = false;
        TemplateValue value;
        if (token.Kind == TokenKind.CharConstant)
        {
            value = TemplateValue.FromInt(StringLiteral.ParseChar(text.Span, out fault));
        }
        else if (token.Kind == TokenKind.Complex)
        {
            fault = NumberLiteral.TryParseComplex(text.Span, out value) ? null : "syntax error scanning complex number";
        }
        else
        {
            value = NumberLiteral.Parse(text.Span, out fault, out overflows);
        }
        return fault is null ? new LiteralNode(token.Position, value, text, overflows) : throw Failure(fault);
    }

    private VariableNode VariableOf(Token token, byte[][] fields)
    {
        var name = StringOf(token);
        return new VariableNode(token.Position, name, Session.NumberOf(name), fields);
    }

    private byte[] NameOf(Token field)
    {
        var name = StringOf(field)[1..];
        Session.Fields.Add(name);
        return Encoding.UTF8.GetBytes(name);
    }
}
