using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Parsing;

// Strings, characters and numbers.
internal sealed partial class Lexer
{
    private Token NextQuoted(char quote, TokenKind kind, string fault)
    {
        while (!Rest.IsEmpty && Rest[0] != '\n')
        {
            var symbol = Rest[0];
            _at++;
            if (symbol == quote)
            {
                return Emit(kind);
            }
            if (symbol == '\\')
            {
                if (Rest.IsEmpty || Rest[0] == '\n')
                {
                    break;
                }
                _at++;
            }
        }
        return Fault(fault);
    }

    private Token NextRawString()
    {
        var end = Rest.IndexOf((byte)'`');
        if (end < 0)
        {
            return Fault("unterminated raw quoted string");
        }
        _at += end + 1;
        return Emit(TokenKind.RawString);
    }

    // No perfect scanner of numbers: what it lets through wrongly, the parser notices.
    private Token NextNumber()
    {
        var kind = TokenKind.Number;
        if (ScanNumber())
        {
            if (Rest is not [(byte)'+' or (byte)'-', ..])
            {
                return Emit(kind);
            }
            if (ScanNumber() && _text.Span[_at - 1] == 'i')
            {
                return Emit(TokenKind.Complex);
            }
        }
        return Fault("bad number syntax: " + QuotedText.Of(_text.Span[_start.._at]));
    }

    private bool ScanNumber()
    {
        _ = Accept('+') || Accept('-');
        var digits = "0123456789_"u8;
        var exponent = "eE"u8;
        if (Accept('0'))
        {
            if (Accept('x') || Accept('X'))
            {
                digits = "0123456789abcdefABCDEF_"u8;
                exponent = "pP"u8;
            }
            else if (Accept('o') || Accept('O'))
            {
                digits = "01234567_"u8;
                exponent = default;
            }
            else if (Accept('b') || Accept('B'))
            {
                digits = "01_"u8;
                exponent = default;
            }
        }
        AcceptRun(digits);
        if (Accept('.'))
        {
            AcceptRun(digits);
        }
        if (!Rest.IsEmpty && exponent.Contains(Rest[0]))
        {
            _at++;
            _ = Accept('+') || Accept('-');
            AcceptRun("0123456789_"u8);
        }
        Accept('i');
        if (!Rest.IsEmpty && Utf8Text.IsAlphanumeric(Utf8Text.Decode(Rest, out var width)))
        {
            _at += width;
            return false;
        }
        return true;
    }

    private bool Accept(char symbol)
    {
        if (Rest.IsEmpty || Rest[0] != symbol)
        {
            return false;
        }
        _at++;
        return true;
    }

    private void AcceptRun(ReadOnlySpan<byte> symbols)
    {
        var run = Rest.IndexOfAnyExcept(symbols);
        _at = run < 0 ? _text.Length : _at + run;
    }
}
