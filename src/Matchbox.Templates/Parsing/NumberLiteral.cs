using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Matchbox.Templates.Parsing;

/// <summary>A number in a template becomes an int, a float64 or a complex128, by its spelling alone, as Go's constants do.</summary>
internal static class NumberLiteral
{
    // Beyond all integers of Go, and all digits of a float.
    private static readonly BigInteger Ample = BigInteger.One << 80;

    private static readonly SearchValues<char> FloatSymbols = SearchValues.Create("0123456789.eE+-");

    /// <summary>The value; a reason where there is none. <paramref name="overflows"/>: it is an integer, but no int.</summary>
    public static TemplateValue Parse(ReadOnlySpan<byte> literal, out string? fault, out bool overflows)
    {
        fault = null;
        overflows = false;
        var text = Encoding.ASCII.GetString(literal);
        if (text.EndsWith('i') && TryParseFloat(text.AsSpan(0, text.Length - 1), out var imaginary))
        {
            return TemplateValue.FromComplex(new Complex(0, imaginary));
        }
        if (TryParseInteger(text, out var integer))
        {
            if (integer >= long.MinValue && integer <= long.MaxValue)
            {
                return TemplateValue.FromInt((long)integer);
            }
            overflows = integer >= 0 && integer <= ulong.MaxValue && text[0] is not ('+' or '-');
            if (overflows)
            {
                return default;
            }
        }
        if (TryParseFloat(text, out var number))
        {
            if (text.AsSpan().IndexOfAny(".eEpP") >= 0)
            {
                return TemplateValue.FromFloat(number);
            }
            fault = "integer overflow: " + Formatting.QuotedText.Of(text);
            return default;
        }
        fault = "illegal number syntax: " + Formatting.QuotedText.Of(text);
        return default;
    }

    /// <summary><c>1+2i</c>: two floats with a sign between them.</summary>
    public static bool TryParseComplex(ReadOnlySpan<byte> literal, out TemplateValue value)
    {
        value = default;
        var text = Encoding.ASCII.GetString(literal);
        for (var at = text.Length - 2; at > 0; at--)
        {
            // The sign of an exponent is not the one between the parts.
            if (text[at] is '+' or '-' && text[at - 1] is not ('e' or 'E' or 'p' or 'P'))
            {
                if (!TryParseFloat(text.AsSpan(0, at), out var real) || !TryParseFloat(text.AsSpan(at, text.Length - 1 - at), out var imaginary))
                {
                    return false;
                }
                value = TemplateValue.FromComplex(new Complex(real, imaginary));
                return true;
            }
        }
        return false;
    }

    // 42, 0x2A, 0b101010, 0o52, 052, with underscores between digits.
    private static bool TryParseInteger(string text, out BigInteger value)
    {
        value = 0;
        var digits = text.AsSpan();
        var negative = digits is ['-', ..];
        if (digits is ['+' or '-', ..])
        {
            digits = digits[1..];
        }
        if (!UnderscoresFit(digits))
        {
            return false;
        }
        var radix = 10;
        if (digits is ['0', _, _, ..] && char.ToLowerInvariant(digits[1]) is 'x' or 'o' or 'b')
        {
            radix = char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'o' => 8, _ => 2 };
            digits = digits[2..];
        }
        else if (digits is ['0', _, ..])
        {
            radix = 8;
            digits = digits[1..];
        }
        var any = false;
        foreach (var symbol in digits)
        {
            if (symbol == '_')
            {
                continue;
            }
            if (!char.IsAsciiHexDigit(symbol) || StringLiteral.HexValue((byte)symbol) >= radix)
            {
                return false;
            }
            any = true;
            value = BigInteger.Min((value * radix) + StringLiteral.HexValue((byte)symbol), Ample);
        }
        value = negative ? -value : value;
        return any;
    }

    private static bool TryParseFloat(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        var unsigned = text is ['+' or '-', ..] ? text[1..] : text;
        if (!UnderscoresFit(unsigned))
        {
            return false;
        }
        if (unsigned is ['0', 'x' or 'X', ..])
        {
            return TryParseHexFloat(unsigned[2..], out value) && ApplySign(text, ref value);
        }
        var digits = unsigned.ToString().Replace("_", "", StringComparison.Ordinal);
        return digits.AsSpan().IndexOfAnyExcept(FloatSymbols) < 0
            && digits.AsSpan().IndexOfAnyInRange('0', '9') is >= 0 and <= 1
            && double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value) && ApplySign(text, ref value);
    }

    private static bool ApplySign(ReadOnlySpan<char> text, ref double value)
    {
        value = text[0] == '-' ? -value : value;
        return true;
    }

    // HEX.HEXp±DECIMAL; the exponent must be there.
    private static bool TryParseHexFloat(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        var power = text.IndexOfAny('p', 'P');
        if (power < 0 || !int.TryParse(text[(power + 1)..].ToString().Replace("_", "", StringComparison.Ordinal),
            NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
        {
            return false;
        }
        BigInteger mantissa = 0;
        var any = false;
        var places = 0L;
        var afterPoint = false;
        foreach (var symbol in text[..power])
        {
            if (symbol is '.' && !afterPoint)
            {
                afterPoint = true;
            }
            else if (char.IsAsciiHexDigit(symbol))
            {
                any = true;
                places += afterPoint ? 1 : 0;
                var digit = StringLiteral.HexValue((byte)symbol);
                if (mantissa < Ample)
                {
                    mantissa = (mantissa << 4) + digit;
                }
                else
                {
                    // More digits than count; that they are not zero does, for rounding.
                    mantissa |= digit == 0 ? 0 : 1;
                    places--;
                }
            }
            else if (symbol != '_')
            {
                return false;
            }
        }
        if (!any)
        {
            return false;
        }
        value = Scale(mantissa, exponent - (places * 4));
        return double.IsFinite(value);
    }

    // mantissa * 2^exponent, rounded once, half to even, also where the result is subnormal.
    private static double Scale(BigInteger mantissa, long exponent)
    {
        if (mantissa.IsZero)
        {
            return 0;
        }
        var length = (long)mantissa.GetBitLength();
        if (length + exponent > 1025)
        {
            return double.PositiveInfinity;
        }
        if (length + exponent < -1080)
        {
            return 0;
        }
        var kept = Math.Min(53, length + exponent + 1074);
        var dropped = (int)Math.Min(int.MaxValue, length - kept);
        if (dropped > 0)
        {
            var rest = mantissa & ((BigInteger.One << dropped) - 1);
            var half = BigInteger.One << (dropped - 1);
            mantissa >>= dropped;
            mantissa += rest > half || (rest == half && !mantissa.IsEven) ? 1 : 0;
            exponent += dropped;
        }
        return Math.ScaleB((double)mantissa, (int)exponent);
    }

    // An underscore stands between digits, or between the prefix and a digit.
    private static bool UnderscoresFit(ReadOnlySpan<char> digits)
    {
        if (digits.IndexOf('_') < 0)
        {
            return true;
        }
        var previous = '.';
        var hex = false;
        if (digits is ['0', _, ..] && char.ToLowerInvariant(digits[1]) is 'x' or 'o' or 'b')
        {
            hex = char.ToLowerInvariant(digits[1]) == 'x';
            digits = digits[2..];
            previous = '0';
        }
        foreach (var symbol in digits)
        {
            if (char.IsAsciiDigit(symbol) || (hex && char.IsAsciiHexDigit(symbol)))
            {
                previous = '0';
            }
            else if (symbol == '_')
            {
                if (previous != '0')
                {
                    return false;
                }
                previous = '_';
            }
            else
            {
                if (previous == '_')
                {
                    return false;
                }
                previous = '.';
            }
        }
        return previous != '_';
    }
}
