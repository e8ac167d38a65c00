namespace Matchbox.Templates.Formatting;

// Integers and floats.
internal sealed partial class FieldWriter
{
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
}
