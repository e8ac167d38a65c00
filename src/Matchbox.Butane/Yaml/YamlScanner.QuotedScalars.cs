using System.Text;

namespace Matchbox.Butane.Yaml;

/// <content>Scalars in single and double quotes (YAML 1.1 §9.1.1, §9.1.2).</content>
internal sealed partial class YamlScanner
{
    private void FetchQuotedScalar(YamlStyle style)
    {
        SaveSimpleKey();
        _simpleKeyAllowed = false;
        ClearScalar();
        var quote = style == YamlStyle.SingleQuoted ? (byte)'\'' : (byte)'"';
        var start = text.Mark;
        text.Skip();
        while (true)
        {
            text.Ensure(4);
            if (text.IsAnyDocumentIndicator)
            {
                Fail(start, "found unexpected document indicator");
            }
            if (text.IsEnd())
            {
                Fail(start, "found unexpected end of stream");
            }
            var afterBreak = quote == '"' ? ReadDoubleQuotedWord(start) : ReadSingleQuotedWord();
            text.Ensure(1);
            if (text.Current == quote)
            {
                break;
            }
            while (text.IsBlank() || text.IsBreak())
            {
                afterBreak = ReadBlank(afterBreak);
                text.Ensure(1);
            }
            Join(afterBreak);
        }
        text.Skip();
        _tokens.Add(new YamlToken(YamlTokenKind.Scalar, start, text.Mark) { Text = _value.ToString(), Style = style });
    }

    private bool ReadSingleQuotedWord()
    {
        while (!text.IsBlankOrEnd())
        {
            if (text.Current == '\'')
            {
                if (text.At(1) != '\'')
                {
                    break;
                }
                text.Skip();
            }
            text.Read(_value);
            text.ReadRun(_value, WordCharacters);
            text.Ensure(2);
        }
        return false;
    }

    // True if it ended with an escaped line break, which is no white space.
    private bool ReadDoubleQuotedWord(YamlMark start)
    {
        while (!text.IsBlankOrEnd() && text.Current != '"')
        {
            if (text.Current != '\\')
            {
                text.Read(_value);
                text.ReadRun(_value, WordCharacters);
            }
            else if (text.IsBreak(1))
            {
                text.Ensure(3);
                text.Skip();
                text.SkipLine();
                return true;
            }
            else
            {
                ReadEscape(start);
            }
            text.Ensure(2);
        }
        return false;
    }

    private void ReadEscape(YamlMark start)
    {
        var digits = 0;
        var value = 0u;
        switch (text.At(1))
        {
            case (byte)'x':
                digits = 2;
                break;
            case (byte)'u':
                digits = 4;
                break;
            case (byte)'U':
                digits = 8;
                break;
            case var letter:
                value = ValueOfEscape(letter) ?? throw YamlFault.OfScanner(start, text.Mark, "found unknown escape character");
                break;
        }
        text.Skip(2);
        text.Ensure(digits);
        for (var i = 0; i < digits; i++)
        {
            if (!char.IsAsciiHexDigit((char)text.At(i)))
            {
                Fail(start, "did not find expected hexdecimal number");
            }
            value = (value << 4) | (uint)HexValue(text.At(i));
        }
        if (!Rune.TryCreate(value, out var rune))
        {
            Fail(start, "found invalid Unicode character escape code");
        }
        _value.Append(rune);
        text.Skip(digits);
    }

    private static uint? ValueOfEscape(byte letter) => letter switch
    {
        (byte)'0' => 0,
        (byte)'a' => '\a',
        (byte)'b' => '\b',
        (byte)'t' or (byte)'\t' => '\t',
        (byte)'n' => '\n',
        (byte)'v' => '\v',
        (byte)'f' => '\f',
        (byte)'r' => '\r',
        (byte)'e' => 0x1B,
        (byte)' ' or (byte)'"' or (byte)'\'' or (byte)'\\' => letter,
        (byte)'N' => 0x85,                  // next line
        (byte)'_' => 0xA0,                  // no-break space
        (byte)'L' => 0x2028,                // line separator
        (byte)'P' => 0x2029,                // paragraph separator
        _ => null,
    };
}
