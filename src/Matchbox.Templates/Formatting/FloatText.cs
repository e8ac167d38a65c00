using System.Globalization;

namespace Matchbox.Templates.Formatting;

/// <summary>Floats as Go's strconv.FormatFloat writes them. A precision of -1 asks for the fewest digits that read back the same.</summary>
internal static class FloatText
{
    private static ReadOnlySpan<byte> LowerHex => "0123456789abcdef"u8;

    private static ReadOnlySpan<byte> UpperHex => "0123456789ABCDEF"u8;

    /// <param name="format">One of b e E f g G x X.</param>
    public static void Write(ByteSink sink, double value, char format, int precision)
    {
        if (!double.IsFinite(value))
        {
            sink.Write(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8);
            return;
        }
        if (double.IsNegative(value))
        {
            sink.WriteByte('-');
            value = -value;
        }
        switch (format)
        {
            case 'b':
                WriteBinary(sink, value);
                break;
            case 'x' or 'X':
                WriteHex(sink, value, format, precision);
                break;
            default:
                WriteDecimal(sink, value, format, precision);
                break;
        }
    }

    private static void WriteDecimal(ByteSink sink, double magnitude, char format, int precision)
    {
        Span<byte> buffer = stackalloc byte[32];
        if (precision < 0)
        {
            var shortest = DecimalDigits.Shortest(magnitude, buffer);
            var count = shortest.Digits.Length;
            switch (format)
            {
                case 'f':
                    WriteFixed(sink, shortest, Math.Max(count - shortest.Point, 0));
                    break;
                case 'e' or 'E':
                    WriteExponent(sink, shortest, Math.Max(count - 1, 0), format);
                    break;
                default:
                    WriteGeneral(sink, shortest, count, 6, format);
                    break;
            }
            return;
        }
        switch (format)
        {
            case 'f':
                WriteFixed(sink, DecimalDigits.ToPlaces(magnitude, precision), precision);
                break;
            case 'e' or 'E':
                WriteExponent(sink, DecimalDigits.ToCount(magnitude, precision + 1), precision, format);
                break;
            default:
                precision = Math.Max(precision, 1);
                var digits = DecimalDigits.ToCount(magnitude, precision);
                var threshold = precision > digits.Digits.Length && digits.Digits.Length >= digits.Point ? digits.Digits.Length : precision;
                WriteGeneral(sink, digits, precision, threshold, format);
                break;
        }
    }

    // %e where the decimal exponent is below -4 or reaches the threshold, else %f.
    private static void WriteGeneral(ByteSink sink, DecimalDigits digits, int precision, int threshold, char format)
    {
        var exponent = digits.Point - 1;
        if (exponent < -4 || exponent >= threshold)
        {
            WriteExponent(sink, digits, Math.Min(precision, digits.Digits.Length) - 1, (char)(format + 'e' - 'g'));
        }
        else
        {
            WriteFixed(sink, digits, Math.Max(digits.Digits.Length - digits.Point, 0));
        }
    }

    private static void WriteFixed(ByteSink sink, DecimalDigits digits, int places)
    {
        if (digits.Point <= 0)
        {
            sink.WriteByte('0');
        }
        else
        {
            var whole = Math.Min(digits.Digits.Length, digits.Point);
            sink.Write(digits.Digits[..whole]);
            sink.Fill((byte)'0', digits.Point - whole);
        }
        if (places <= 0)
        {
            return;
        }
        sink.WriteByte('.');
        var zeros = Math.Clamp(-digits.Point, 0, places);
        var first = Math.Clamp(digits.Point, 0, digits.Digits.Length);
        var count = Math.Min(digits.Digits.Length - first, places - zeros);
        sink.Fill((byte)'0', zeros);
        sink.Write(digits.Digits.Slice(first, count));
        sink.Fill((byte)'0', places - zeros - count);
    }

    private static void WriteExponent(ByteSink sink, DecimalDigits digits, int places, char letter)
    {
        sink.WriteByte(digits[0]);
        if (places > 0)
        {
            sink.WriteByte('.');
            var count = Math.Min(Math.Max(digits.Digits.Length - 1, 0), places);
            sink.Write(count > 0 ? digits.Digits.Slice(1, count) : default);
            sink.Fill((byte)'0', places - count);
        }
        WritePower(sink, letter, digits.Digits.IsEmpty ? 0 : digits.Point - 1);
    }

    private static void WritePower(ByteSink sink, char letter, int exponent)
    {
        sink.WriteByte(letter);
        sink.WriteByte(exponent < 0 ? '-' : '+');
        WriteInteger(sink, Math.Abs(exponent), "D2");
    }

    private static void WriteInteger(ByteSink sink, long value, string format)
    {
        Span<byte> text = stackalloc byte[24];
        value.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        sink.Write(text[..length]);
    }

    // MANTISSAp±EXPONENT, both decimal.
    private static void WriteBinary(ByteSink sink, double magnitude)
    {
        var (mantissa, exponent) = FloatParts.Of(magnitude);
        WriteInteger(sink, (long)mantissa, "D");
        sink.WriteByte('p');
        if (exponent >= 0)
        {
            sink.WriteByte('+');
        }
        WriteInteger(sink, exponent, "D");
    }

    // 0x1.HEXp±EXPONENT. The leading digit is held at bit 60, so that the fraction is fifteen hexadecimal digits.
    private static void WriteHex(ByteSink sink, double magnitude, char format, int precision)
    {
        const ulong One = 1UL << 60;
        var (mantissa, power) = FloatParts.Of(magnitude);
        var exponent = mantissa == 0 ? 0 : power + FloatParts.MantissaBits;
        mantissa <<= 60 - FloatParts.MantissaBits;
        while (mantissa != 0 && (mantissa & One) == 0)
        {
            mantissa <<= 1;
            exponent--;
        }
        if (precision is >= 0 and < 15)
        {
            var shift = precision * 4;
            var rest = (mantissa << shift) & (One - 1);
            mantissa >>= 60 - shift;
            if ((rest | (mantissa & 1)) > One >> 1)
            {
                mantissa++;
            }
            mantissa <<= 60 - shift;
            if ((mantissa & (One << 1)) != 0)
            {
                mantissa >>= 1;
                exponent++;
            }
        }
        var hex = format == 'x' ? LowerHex : UpperHex;
        sink.WriteByte('0');
        sink.WriteByte(format);
        sink.WriteByte((char)('0' + (int)((mantissa >> 60) & 1)));
        mantissa <<= 4;
        if (precision < 0 ? mantissa != 0 : precision > 0)
        {
            sink.WriteByte('.');
            for (var place = 0; precision < 0 ? mantissa != 0 : place < Math.Min(precision, 16); place++)
            {
                sink.WriteByte(hex[(int)(mantissa >> 60)]);
                mantissa <<= 4;
            }
            sink.Fill((byte)'0', precision - 16);
        }
        WritePower(sink, format == 'x' ? 'p' : 'P', exponent);
    }
}
