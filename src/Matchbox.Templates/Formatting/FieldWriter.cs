using System.Globalization;

namespace Matchbox.Templates.Formatting;

/// <summary>
/// One operand after another, padded and signed as the flags say: the lower half of Go's package fmt. Knows no types but Go's basic
/// ones. <paramref name="sink"/> gets the text.
/// </summary>
internal sealed class FieldWriter(ByteSink sink) : IDisposable
{
    private ByteSink? _field;

    public FormatFlags Flags = FormatFlags.None;

    public ByteSink Sink => sink;

    private static ReadOnlySpan<byte> LowerDigits => "0123456789abcdefx"u8;

    private static ReadOnlySpan<byte> UpperDigits => "0123456789ABCDEFX"u8;

    public void Dispose() => _field?.Dispose();

    /// <summary>Pads to the width, counted in code points. Zeros only ever go to the left.</summary>
    public void Pad(scoped ReadOnlySpan<byte> text)
    {
        var missing = Flags.Width <= 0 ? 0 : Flags.Width - Utf8Text.CountRunes(text);
        if (!Flags.Minus)
        {
            WritePadding(missing);
        }
        sink.Write(text);
        if (Flags.Minus)
        {
            WritePadding(missing);
        }
    }

    public void WriteBool(bool value) => Pad(value ? "true"u8 : "false"u8);

    public void WriteString(ReadOnlySpan<byte> text) => Pad(Truncate(text));

    public void WriteQuoted(ReadOnlySpan<byte> text)
    {
        text = Truncate(text);
        var field = Field();
        if (Flags.Sharp && QuotedText.CanBackquote(text))
        {
            field.WriteByte('`');
            field.Write(text);
            field.WriteByte('`');
        }
        else
        {
            QuotedText.WriteString(field, text, asciiOnly: Flags.Plus);
        }
        Pad(field.Written);
    }

    /// <summary>The bytes in hexadecimal, two digits each. The precision counts bytes.</summary>
    public void WriteHexString(ReadOnlySpan<byte> text, bool upper)
    {
        var digits = upper ? UpperDigits : LowerDigits;
        if (Flags.Precision >= 0 && Flags.Precision < text.Length)
        {
            text = text[..Flags.Precision];
        }
        if (text.IsEmpty)
        {
            WritePadding(Flags.Width);
            return;
        }
        var field = Field();
        for (var at = 0; at < text.Length; at++)
        {
            if (Flags.Space && at > 0)
            {
                field.WriteByte(' ');
            }
            if (Flags.Sharp && (Flags.Space || at == 0))
            {
                field.WriteByte('0');
                field.WriteByte(digits[16]);
            }
            field.WriteByte(digits[text[at] >> 4]);
            field.WriteByte(digits[text[at] & 0xF]);
        }
        Pad(field.Written);
    }

    public void WriteRune(long value)
    {
        var field = Field();
        field.WriteRune((ulong)value > Utf8Text.MaxRune ? Utf8Text.RuneError : (int)value);
        Pad(field.Written);
    }

    public void WriteQuotedRune(long value)
    {
        var field = Field();
        QuotedText.WriteRune(field, (ulong)value > Utf8Text.MaxRune ? Utf8Text.RuneError : (int)value, asciiOnly: Flags.Plus);
        Pad(field.Written);
    }

    /// <summary>U+0078, with %#U also the character.</summary>
    public void WriteUnicode(long value)
    {
        var field = Field();
        field.WriteByte('U');
        field.WriteByte('+');
        Span<byte> digits = stackalloc byte[16];
        value.TryFormat(digits, out var count, "X", CultureInfo.InvariantCulture);
        field.Fill((byte)'0', Math.Max(Flags.Precision, 4) - count);
        field.Write(digits[..count]);
        if (Flags.Sharp && (ulong)value <= Utf8Text.MaxRune && Utf8Text.IsPrint((int)value))
        {
            field.Write(" '"u8);
            field.WriteRune((int)value);
            field.WriteByte('\'');
        }
        PadWithSpaces(field.Written);
    }

    /// <param name="magnitude">Without its sign.</param>
    /// <param name="letter">The verb: O is octal with its prefix, X hexadecimal in capitals.</param>
    public void WriteInteger(ulong magnitude, bool negative, int radix, char letter)
    {
        var zeros = 0;
        if (Flags.Precision >= 0)
        {
            zeros = Flags.Precision;
            if (zeros == 0 && magnitude == 0)
            {
                PadWithSpaces([]);                  // a precision of 0 and a value of 0: nothing but padding
                return;
            }
        }
        else if (Flags.Zero && !Flags.Minus && Flags.Width > 0)
        {
            zeros = Flags.Width - (negative || Flags.Plus || Flags.Space ? 1 : 0);
        }
        var alphabet = letter == 'X' ? UpperDigits : LowerDigits;
        Span<byte> digits = stackalloc byte[64];
        var first = digits.Length;
        do
        {
            digits[--first] = alphabet[(int)(magnitude % (uint)radix)];
            magnitude /= (uint)radix;
        }
        while (magnitude != 0);

        var field = Field();
        if (negative || Flags.Plus || Flags.Space)
        {
            field.WriteByte(negative ? '-' : Flags.Plus ? '+' : ' ');
        }
        WriteRadixPrefix(field, radix, letter, leadingZero: zeros > digits.Length - first || digits[first] == '0', alphabet[16]);
        field.Fill((byte)'0', zeros - (digits.Length - first));
        field.Write(digits[first..]);
        PadWithSpaces(field.Written);
    }

    public void WriteFloat(double value, char format, int precision)
    {
        if (Flags.Precision >= 0)
        {
            precision = Flags.Precision;
        }
        var field = Field();
        FloatText.Write(field, value, format, precision);
        var sign = '+';
        var number = field.Written;
        if (number[0] is (byte)'-' or (byte)'+')
        {
            sign = (char)number[0];
            number = number[1..];
        }
        if (Flags.Space && sign == '+' && !Flags.Plus)
        {
            sign = ' ';
        }
        if (number[0] is (byte)'I' or (byte)'N')
        {
            // Nothing that looks like a number, so no zeros before it. Infinity always has its sign, NaN where one is asked for.
            WriteSigned(sign, number, signed: number[0] == 'I' || Flags.Space || Flags.Plus, zeros: false);
            return;
        }
        var signed = Flags.Plus || sign != '+';
        if (!Flags.Sharp || format == 'b')
        {
            WriteSigned(sign, number, signed, Flags.Zero);
            return;
        }
        using var pointed = new ByteSink(int.MaxValue);
        WriteWithPoint(pointed, number, format, precision);
        WriteSigned(sign, pointed.Written, signed, Flags.Zero);
    }

    private void WriteRadixPrefix(ByteSink field, int radix, char letter, bool leadingZero, byte hexLetter)
    {
        if (letter == 'O')
        {
            field.Write("0o"u8);
        }
        if (!Flags.Sharp)
        {
            return;
        }
        switch (radix)
        {
            case 2:
                field.Write("0b"u8);
                break;
            case 8 when !leadingZero:
                field.WriteByte('0');
                break;
            case 16:
                field.WriteByte('0');
                field.WriteByte(hexLetter);
                break;
        }
    }

    private void WriteSigned(char sign, scoped ReadOnlySpan<byte> number, bool signed, bool zeros)
    {
        var length = number.Length + (signed ? 1 : 0);
        var missing = Math.Max(Flags.Width, 0) - length;
        zeros &= !Flags.Minus;
        if (!Flags.Minus && !zeros)
        {
            sink.Fill((byte)' ', missing);
        }
        if (signed)
        {
            sink.WriteByte(sign);
        }
        if (zeros)
        {
            sink.Fill((byte)'0', missing);
        }
        sink.Write(number);
        if (Flags.Minus)
        {
            sink.Fill((byte)' ', missing);
        }
    }

    // The sharp flag: always a decimal point, and for %g the zeros that fill the precision.
    private static void WriteWithPoint(ByteSink target, ReadOnlySpan<byte> number, char format, int precision)
    {
        var digits = format is 'g' or 'G' or 'x' ? (precision == -1 ? 6 : precision) : 0;
        var end = format is 'x' or 'X' ? number.IndexOfAny((byte)'p', (byte)'P') : number.IndexOfAny((byte)'e', (byte)'E');
        var tail = end < 0 ? default : number[end..];
        number = end < 0 ? number : number[..end];
        var significant = false;
        var hasPoint = false;
        foreach (var symbol in number)
        {
            if (symbol == '.')
            {
                hasPoint = true;
                continue;
            }
            significant |= symbol != '0';
            digits -= significant ? 1 : 0;
        }
        target.Write(number);
        if (!hasPoint)
        {
            digits -= number is [(byte)'0'] ? 1 : 0;
            target.WriteByte('.');
        }
        target.Fill((byte)'0', digits);
        target.Write(tail);
    }

    private void PadWithSpaces(scoped ReadOnlySpan<byte> text)
    {
        var zero = Flags.Zero;
        Flags.Zero = false;
        Pad(text);
        Flags.Zero = zero;
    }

    private void WritePadding(int count) => sink.Fill(Flags.Zero && !Flags.Minus ? (byte)'0' : (byte)' ', count);

    private ReadOnlySpan<byte> Truncate(ReadOnlySpan<byte> text) =>
        Flags.Precision >= 0 ? Utf8Text.Truncate(text, Flags.Precision) : text;

    // A field of its own, because its padding comes before it. Widths and precisions end at a million, strings at the limit.
    private ByteSink Field()
    {
        _field ??= new ByteSink(int.MaxValue);
        _field.Clear();
        return _field;
    }
}
