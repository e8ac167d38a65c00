namespace Matchbox.Templates.Formatting;

/// <summary>
/// fmt.Sprintf: walks a format, reading flags, argument indexes, width, precision and verb of each directive. What is wrong with a
/// directive is said in the output, as in Go: <c>%!d(string=hi)</c>, <c>%!(NOVERB)</c>, <c>%!s(MISSING)</c>, <c>%!(EXTRA int=1)</c>.
/// </summary>
internal ref struct FormatString
{
    private const int LargestNumber = 1_000_000;

    private readonly ReadOnlySpan<byte> _format;
    private readonly ReadOnlySpan<TemplateValue> _operands;
    private readonly ByteSink _sink;
    private readonly ValueWriter _writer;
    private int _at;
    private int _operand;
    private bool _reordered;
    private bool _goodIndex;
    private bool _hasNoBracket;

    private FormatString(ByteSink sink, ValueWriter writer, ReadOnlySpan<byte> format, ReadOnlySpan<TemplateValue> operands)
    {
        _sink = sink;
        _writer = writer;
        _format = format;
        _operands = operands;
    }

    /// <param name="sink">Where <paramref name="writer"/> writes.</param>
    public static void Write(ByteSink sink, ValueWriter writer, ReadOnlySpan<byte> format, ReadOnlySpan<TemplateValue> operands) =>
        new FormatString(sink, writer, format, operands).Write();

    private readonly bool AtEnd => _at >= _format.Length;

    private void Write()
    {
        while (!AtEnd)
        {
            var percent = _format[_at..].IndexOf((byte)'%');
            if (percent < 0)
            {
                _sink.Write(_format[_at..]);
                break;
            }
            _sink.Write(_format.Slice(_at, percent));
            _at += percent + 1;
            WriteDirective();
        }
        if (!_reordered && _operand < _operands.Length)
        {
            WriteExtra();
        }
    }

    private void WriteDirective()
    {
        _writer.Flags = FormatFlags.None;
        _goodIndex = true;
        ReadFlags();
        var afterIndex = ReadIndex();
        afterIndex = ReadWidth(afterIndex);
        afterIndex = ReadPrecision(afterIndex);
        if (!afterIndex)
        {
            ReadIndex();
        }
        if (AtEnd)
        {
            _sink.Write("%!(NOVERB)"u8);
            return;
        }
        var verb = Utf8Text.Decode(_format[_at..], out var width);
        _at += width;
        if (verb == '%')
        {
            _sink.WriteByte('%');
        }
        else if (!_goodIndex)
        {
            WriteFault(verb, "(BADINDEX)"u8);
        }
        else if (_operand >= _operands.Length)
        {
            WriteFault(verb, "(MISSING)"u8);
        }
        else
        {
            if (verb is 'v' or 'w')
            {
                ref var flags = ref _writer.Flags;
                (flags.SharpV, flags.Sharp) = (flags.Sharp, false);
                (flags.PlusV, flags.Plus) = (flags.Plus, false);
            }
            _writer.Write(_operands[_operand++], verb);
        }
    }

    private void ReadFlags()
    {
        for (; !AtEnd; _at++)
        {
            ref var flags = ref _writer.Flags;
            switch (_format[_at])
            {
                case (byte)'#':
                    flags.Sharp = true;
                    break;
                case (byte)'0':
                    flags.Zero = true;
                    break;
                case (byte)'+':
                    flags.Plus = true;
                    break;
                case (byte)'-':
                    flags.Minus = true;
                    break;
                case (byte)' ':
                    flags.Space = true;
                    break;
                default:
                    return;
            }
        }
    }

    // Returns whether an index such as [3] stands right before what follows.
    private bool ReadWidth(bool afterIndex)
    {
        ref var flags = ref _writer.Flags;
        if (!AtEnd && _format[_at] == '*')
        {
            _at++;
            if (!TakeInteger(out var width))
            {
                _sink.Write("%!(BADWIDTH)"u8);
                return false;
            }
            if (width < 0)
            {
                width = -width;
                flags.Minus = true;
                flags.Zero = false;
            }
            flags.Width = width;
            return false;
        }
        if (TryReadNumber(_format.Length, out var number))
        {
            flags.Width = number;
            _goodIndex &= !afterIndex;              // %[3]2d
        }
        return afterIndex;
    }

    private bool ReadPrecision(bool afterIndex)
    {
        if (AtEnd || _format[_at] != '.')
        {
            return afterIndex;
        }
        _at++;
        _goodIndex &= !afterIndex;                  // %[3].2d
        afterIndex = ReadIndex();
        ref var flags = ref _writer.Flags;
        if (!AtEnd && _format[_at] == '*')
        {
            _at++;
            var found = TakeInteger(out var precision);
            if (!found || precision < 0)
            {
                // Go takes a negative precision for none, and says so.
                _sink.Write("%!(BADPREC)"u8);
                return false;
            }
            flags.Precision = precision;
            return false;
        }
        flags.Precision = TryReadNumber(_format.Length, out var number) ? number : 0;
        return afterIndex;
    }

    // [n]: the next operand is the nth. Returns whether there was a number in brackets, of an operand or not.
    private bool ReadIndex()
    {
        if (AtEnd || _format[_at] != '[')
        {
            return false;
        }
        _reordered = true;
        // Where no bracket closes from here on, none does further on: looked for once.
        var close = _hasNoBracket ? -1 : _format[_at..].IndexOf((byte)']');
        if (close < 0)
        {
            _hasNoBracket = true;
            _goodIndex = false;
            _at++;
            return false;
        }
        var end = _at + close;
        _at++;
        var isNumber = TryReadNumber(end, out var number) && _at == end;
        if (isNumber && number >= 1 && number <= _operands.Length)
        {
            _operand = number - 1;
        }
        else
        {
            _goodIndex = false;
        }
        _at = end + 1;
        return isNumber;
    }

    // A number beyond a million is none, and swallows what is left up to the end.
    private bool TryReadNumber(int end, out int number)
    {
        number = 0;
        var start = _at;
        for (; _at < end && char.IsAsciiDigit((char)_format[_at]); _at++)
        {
            if (number > LargestNumber)
            {
                _at = end;
                number = 0;
                return false;
            }
            number = (number * 10) + (_format[_at] - '0');
        }
        return _at > start;
    }

    private bool TakeInteger(out int number)
    {
        number = 0;
        if (_operand >= _operands.Length)
        {
            return false;
        }
        var operand = _operands[_operand++];
        if (operand.Kind is not (ValueKind.Int or ValueKind.Byte) || operand.AsInt is > LargestNumber or < -LargestNumber)
        {
            return false;
        }
        number = (int)operand.AsInt;
        return true;
    }

    private readonly void WriteFault(int verb, ReadOnlySpan<byte> fault)
    {
        _sink.Write("%!"u8);
        _sink.WriteRune(verb);
        _sink.Write(fault);
    }

    private readonly void WriteExtra()
    {
        _writer.Flags = FormatFlags.None;
        _sink.Write("%!(EXTRA "u8);
        for (var at = _operand; at < _operands.Length; at++)
        {
            if (at > _operand)
            {
                _sink.Write(", "u8);
            }
            if (_operands[at].Kind == ValueKind.Nil)
            {
                _sink.Write("<nil>"u8);
                continue;
            }
            _sink.WriteText(_operands[at].TypeName);
            _sink.WriteByte('=');
            _writer.Write(_operands[at], 'v');
        }
        _sink.WriteByte(')');
    }
}
