using System.Buffers;

namespace Matchbox.Butane.Yaml;

/// <content>Literal and folded scalars, <c>|</c> and <c>&gt;</c> (YAML 1.1 §9.3).</content>
internal sealed partial class YamlScanner
{
    private static readonly SearchValues<byte> LineCharacters =
        SearchValues.Create("\t !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private enum Chomping
    {
        Clip,
        Strip,
        Keep,
    }

    private void FetchBlockScalar(YamlStyle style)
    {
        RemoveSimpleKey();
        _simpleKeyAllowed = true;
        var start = text.Mark;
        text.Skip();
        var (chomping, increment) = ReadBlockHeader(start);
        SkipRestOfLine(start);

        var indent = increment > 0 ? Math.Max(_indent, 0) + increment : 0;
        var end = ReadBlockBreaks(start, ref indent);
        text.Ensure(1);
        _value.Clear();
        _leadingBreak.Clear();
        var leadingBlank = false;
        while (text.Column == indent && !text.IsEnd())
        {
            // Lines that start with a blank keep their breaks: only between two others a break folds to a space.
            var blank = text.IsBlank();
            if (style == YamlStyle.Folded && !leadingBlank && !blank && IsLineFeed(_leadingBreak))
            {
                if (_trailingBreaks.IsEmpty)
                {
                    _value.Append((byte)' ');
                }
                _leadingBreak.Clear();
            }
            _value.Take(_leadingBreak);
            _value.Take(_trailingBreaks);
            leadingBlank = blank;
            text.ReadRun(_value, LineCharacters);
            while (!text.IsBreakOrEnd())
            {
                text.Read(_value);
                text.Ensure(1);
                text.ReadRun(_value, LineCharacters);
            }
            text.Ensure(2);
            text.ReadLine(_leadingBreak);
            end = ReadBlockBreaks(start, ref indent);
        }

        if (chomping != Chomping.Strip)
        {
            _value.Take(_leadingBreak);
        }
        if (chomping == Chomping.Keep)
        {
            _value.Take(_trailingBreaks);
        }
        _trailingBreaks.Clear();
        _leadingBreak.Clear();
        _tokens.Add(new YamlToken(YamlTokenKind.Scalar, start, end) { Text = _value.ToString(), Style = style });
    }

    // The indicators of chomping and indentation, in either order.
    private (Chomping Chomping, int Increment) ReadBlockHeader(YamlMark start)
    {
        text.Ensure(1);
        var chomping = ReadChomping();
        text.Ensure(1);
        var increment = 0;
        if (char.IsAsciiDigit((char)text.Current))
        {
            increment = text.Current - '0';
            if (increment == 0)
            {
                Fail(start, "found an indentation indicator equal to 0");
            }
            text.Skip();
            if (chomping == Chomping.Clip)
            {
                text.Ensure(1);
                chomping = ReadChomping();
            }
        }
        return (chomping, increment);
    }

    private Chomping ReadChomping()
    {
        var chomping = text.Current switch { (byte)'+' => Chomping.Keep, (byte)'-' => Chomping.Strip, _ => Chomping.Clip };
        if (chomping != Chomping.Clip)
        {
            text.Skip();
        }
        return chomping;
    }

    /// <summary>
    /// Empty lines and the indentation of the next line. An indent of 0 is not known yet and becomes that of the deepest of these lines.
    /// </summary>
    private YamlMark ReadBlockBreaks(YamlMark start, ref int indent)
    {
        var end = text.Mark;
        var deepest = 0;
        _trailingBreaks.Clear();
        while (true)
        {
            text.Ensure(1);
            while ((indent == 0 || text.Column < indent) && text.Current == ' ')
            {
                text.Skip();
                text.Ensure(1);
            }
            deepest = Math.Max(deepest, text.Column);
            if ((indent == 0 || text.Column < indent) && text.Current == '\t')
            {
                Fail(start, "found a tab character where an indentation space is expected");
            }
            if (!text.IsBreak())
            {
                break;
            }
            text.Ensure(2);
            text.ReadLine(_trailingBreaks);
            end = text.Mark;
        }
        if (indent == 0)
        {
            indent = Math.Max(Math.Max(deepest, _indent + 1), 1);
        }
        return end;
    }

    private static bool IsLineFeed(ByteBuffer lineBreak) => !lineBreak.IsEmpty && lineBreak.First == '\n';
}
