using System.Diagnostics.CodeAnalysis;
using System.Text;
using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Parsing;

/// <summary>Tokens with up to three of look-ahead, and the complaints about them.</summary>
internal abstract class TokenReader(ParseSession session)
{
    private readonly Token[] _tokens = new Token[3];
    private int _ahead;

    protected ParseSession Session { get; } = session;

    /// <summary>The line of the left delimiter of the action at hand; 0 outside.</summary>
    protected int ActionLine { get; set; }

    protected Token Next()
    {
        if (_ahead > 0)
        {
            _ahead--;
        }
        else
        {
            _tokens[0] = Session.Lexer.Next();
        }
        return _tokens[_ahead];
    }

    protected void Backup() => _ahead++;

    protected void Backup(Token first)
    {
        _tokens[1] = first;
        _ahead = 2;
    }

    protected void Backup(Token first, Token second)
    {
        _tokens[1] = second;
        _tokens[2] = first;
        _ahead = 3;
    }

    protected Token Peek()
    {
        var token = Next();
        Backup();
        return token;
    }

    protected Token NextNonSpace()
    {
        Token token;
        do
        {
            token = Next();
        }
        while (token.Kind == TokenKind.Space);
        return token;
    }

    protected Token PeekNonSpace()
    {
        var token = NextNonSpace();
        Backup();
        return token;
    }

    protected Token Expect(TokenKind kind, string context)
    {
        var token = NextNonSpace();
        return token.Kind == kind ? token : throw Unexpected(token, context);
    }

    protected ReadOnlyMemory<byte> TextOf(Token token) => Session.Text.Slice(token.Position, token.Length);

    protected string StringOf(Token token) => Encoding.UTF8.GetString(TextOf(token).Span);

    [DoesNotReturn]
    protected void Fail(string reason) => throw Failure(reason);

    protected TemplateFailure Failure(string reason, TemplateErrorKind kind = TemplateErrorKind.Parse) =>
        new(kind, reason) { Line = _tokens[0].Line, Position = _tokens[0].Position };

    protected TemplateFailure Unexpected(Token token, string context)
    {
        if (token.Kind != TokenKind.Error)
        {
            return Failure($"unexpected {Describe(token)} in {context}");
        }
        var extra = "";
        if (ActionLine != 0 && ActionLine != token.Line)
        {
            extra = $"{(token.Fault!.EndsWith(" action", StringComparison.Ordinal) ? "" : " in action")} started at {Session.Name}:{ActionLine}";
        }
        return Failure(token.Fault + extra);
    }

    private string Describe(Token token)
    {
        if (token.Kind == TokenKind.EndOfText)
        {
            return "EOF";
        }
        if (token.Kind >= TokenKind.Dot)
        {
            return $"<{StringOf(token)}>";
        }
        var text = TextOf(token).Span;
        return text.Length > 10 ? QuotedText.Of(Utf8Text.Truncate(text, 10)) + "..." : QuotedText.Of(text);
    }
}
