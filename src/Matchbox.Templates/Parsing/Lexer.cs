using System.Text;
using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Parsing;

/// <summary>
/// Cuts a template's text into tokens, one on each call. Trim markers and comments end here: the parser never sees them. After a
/// fault it stays at the end.
/// </summary>
internal sealed partial class Lexer(ReadOnlyMemory<byte> text)
{
    private ReadOnlyMemory<byte> _text = text;
    private int _start;
    private int _at;
    private int _line = 1;
    private int _startLine = 1;
    private int _parentheses;
    private bool _insideAction;

    private static ReadOnlySpan<byte> LeftDelimiter => "{{"u8;

    private static ReadOnlySpan<byte> RightDelimiter => "}}"u8;

    private static ReadOnlySpan<byte> Spaces => " \t\r\n"u8;

    private ReadOnlySpan<byte> Rest => _text.Span[_at..];

    public Token Next() => _insideAction ? NextInsideAction() : NextText();

    private Token NextText()
    {
        while (true)
        {
            var found = Rest.IndexOf(LeftDelimiter);
            if (found < 0)
            {
                _at = _text.Length;
                return _at > _start ? Emit(TokenKind.Text) : Emit(TokenKind.EndOfText);
            }
            if (found > 0)
            {
                var delimiter = _at + found;
                _at = delimiter;
                if (HasLeftTrimMarker(_text.Span[(delimiter + LeftDelimiter.Length)..]))
                {
                    _at = _start + _text.Span[_start..delimiter].TrimEnd(Spaces).Length;
                }
                var trimmed = Emit(TokenKind.Text);
                _at = delimiter;
                Ignore();
                if (trimmed.Length > 0)
                {
                    return trimmed;
                }
            }
            _at += LeftDelimiter.Length;
            var marker = HasLeftTrimMarker(Rest) ? 2 : 0;
            if (Rest[marker..].StartsWith("/*"u8))
            {
                _at += marker;
                Ignore();
                if (SkipComment() is { } fault)
                {
                    return Fault(fault);
                }
                continue;
            }
            var token = Emit(TokenKind.LeftDelimiter);
            _insideAction = true;
            _at += marker;
            Ignore();
            _parentheses = 0;
            return token;
        }
    }

    private string? SkipComment()
    {
        _at += 2;
        var end = Rest.IndexOf("*/"u8);
        if (end < 0)
        {
            return "unclosed comment";
        }
        _at += end + 2;
        if (!AtRightDelimiter(out var trim))
        {
            return "comment ends before closing delimiter";
        }
        PassRightDelimiter(trim);
        return null;
    }

    private void PassRightDelimiter(bool trim)
    {
        _at += (trim ? 2 : 0) + RightDelimiter.Length;
        if (trim)
        {
            _at = _text.Length - Rest.TrimStart(Spaces).Length;
        }
        Ignore();
    }

    private Token NextInsideAction()
    {
        if (AtRightDelimiter(out var trim))
        {
            return _parentheses == 0 ? NextRightDelimiter(trim) : Fault("unclosed left paren");
        }
        if (Rest.IsEmpty)
        {
            return Fault("unclosed action");
        }
        var rune = Utf8Text.Decode(Rest, out var width);
        if (IsSpace(rune))
        {
            return NextSpace();
        }
        _at += width;
        switch (rune)
        {
            case '=':
                return Emit(TokenKind.Assign);
            case ':':
                return Accept('=') ? Emit(TokenKind.Declare) : Fault("expected :=");
            case '|':
                return Emit(TokenKind.Pipe);
            case '"':
                return NextQuoted('"', TokenKind.String, "unterminated quoted string");
            case '\'':
                return NextQuoted('\'', TokenKind.CharConstant, "unterminated character constant");
            case '`':
                return NextRawString();
            case '$':
                return NextName(TokenKind.Variable);
            case '.' when Rest is [< (byte)'0' or > (byte)'9', ..]:
                return NextName(TokenKind.Field);
            case '.' or '+' or '-' or (>= '0' and <= '9'):
                _at -= width;
                return NextNumber();
            case '(':
                _parentheses++;
                return Emit(TokenKind.LeftParenthesis);
            case ')':
                return --_parentheses < 0 ? Fault("unexpected right paren") : Emit(TokenKind.RightParenthesis);
        }
        if (Utf8Text.IsAlphanumeric(rune))
        {
            return NextName(TokenKind.Identifier);
        }
        return rune < 0x80 && Utf8Text.IsPrint(rune)
            ? Emit(TokenKind.Char)
            : Fault("unrecognized character in action: " + CharacterText.Of(rune));
    }

    private Token NextRightDelimiter(bool trim)
    {
        if (trim)
        {
            _at += 2;
            Ignore();
        }
        _at += RightDelimiter.Length;
        var token = Emit(TokenKind.RightDelimiter);
        if (trim)
        {
            _at = _text.Length - Rest.TrimStart(Spaces).Length;
            Ignore();
        }
        _insideAction = false;
        return token;
    }

    // A trim marker begins with a space: the last space before "-}}" belongs to it.
    private Token NextSpace()
    {
        while (!Rest.IsEmpty && IsSpace(Rest[0]))
        {
            _at++;
        }
        if (Rest is [(byte)'-', (byte)'}', (byte)'}', ..])
        {
            _at--;
        }
        return Emit(TokenKind.Space);
    }

    // A field, variable or word; its first character is behind us.
    private Token NextName(TokenKind kind)
    {
        if (kind != TokenKind.Identifier && AtTerminator())
        {
            return Emit(kind == TokenKind.Field ? TokenKind.Dot : kind);
        }
        while (!Rest.IsEmpty)
        {
            var rune = Utf8Text.Decode(Rest, out var width);
            if (!Utf8Text.IsAlphanumeric(rune))
            {
                if (AtTerminator())
                {
                    break;
                }
                return Fault("bad character " + CharacterText.Of(rune));
            }
            _at += width;
        }
        return Emit(kind == TokenKind.Identifier ? KindOfWord(_text.Span[_start.._at]) : kind);
    }

    private static TokenKind KindOfWord(ReadOnlySpan<byte> word) => Encoding.UTF8.GetString(word) switch
    {
        "block" => TokenKind.Block,
        "break" => TokenKind.Break,
        "continue" => TokenKind.Continue,
        "define" => TokenKind.Define,
        "else" => TokenKind.Else,
        "end" => TokenKind.End,
        "if" => TokenKind.If,
        "nil" => TokenKind.Nil,
        "range" => TokenKind.Range,
        "template" => TokenKind.Template,
        "with" => TokenKind.With,
        "true" or "false" => TokenKind.Bool,
        _ => TokenKind.Identifier,
    };

    private bool AtRightDelimiter(out bool trim)
    {
        trim = Rest is [var space, (byte)'-', (byte)'}', (byte)'}', ..] && IsSpace(space);
        return trim || Rest.StartsWith(RightDelimiter);
    }

    private bool AtTerminator() => Rest.IsEmpty || IsSpace(Rest[0])
        || Rest[0] is (byte)'.' or (byte)',' or (byte)'|' or (byte)':' or (byte)')' or (byte)'(' || Rest.StartsWith(RightDelimiter);

    private static bool HasLeftTrimMarker(ReadOnlySpan<byte> text) => text is [(byte)'-', var space, ..] && IsSpace(space);

    private static bool IsSpace(int symbol) => symbol is ' ' or '\t' or '\r' or '\n';

    private Token Emit(TokenKind kind)
    {
        var token = new Token(kind, _start, _at - _start, _startLine);
        Ignore();
        return token;
    }

    private void Ignore()
    {
        _line += _text.Span[_start.._at].Count((byte)'\n');
        _start = _at;
        _startLine = _line;
    }

    private Token Fault(string reason)
    {
        var token = new Token(TokenKind.Error, _start, 0, _startLine, reason);
        _text = _text[..0];
        _start = _at = 0;
        return token;
    }
}
