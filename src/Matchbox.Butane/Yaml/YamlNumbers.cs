using System.Globalization;

namespace Matchbox.Butane.Yaml;

/// <summary>The spellings of numbers that yaml.v3 knows, by way of Go's strconv.</summary>
internal static class YamlNumbers
{
    /// <summary>Decimal, <c>0x</c>, <c>0o</c>, <c>0b</c> or, after a bare <c>0</c>, octal; with or without a sign.</summary>
    public static bool TryInt(ReadOnlySpan<char> text, out long value)
    {
        var negative = text.StartsWith('-');
        return TrySign(negative || text.StartsWith('+') ? text[1..] : text, negative, 0, out value);
    }

    /// <summary>The same without a sign.</summary>
    public static bool TryUnsigned(ReadOnlySpan<char> text, out ulong value) => TryMagnitude(text, 0, out value);

    /// <summary>The sign behind the prefix, as in <c>0b-11</c> and <c>0o-17</c>: an oddity that yaml.v3 takes.</summary>
    public static bool TrySignBehindPrefix(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        if (text.Length < 4 || text[0] != '0' || text[1] is not ('b' or 'o') || text[2] is not ('-' or '+'))
        {
            return false;
        }
        return TrySign(text[3..], text[2] == '-', text[1] == 'b' ? 2u : 8u, out value);
    }

    /// <summary>YAML's infinities and what is not a number.</summary>
    public static bool TrySpecialFloat(string text, out double value)
    {
        value = text switch
        {
            ".nan" or ".NaN" or ".NAN" => double.NaN,
            "-.inf" or "-.Inf" or "-.INF" => double.NegativeInfinity,
            _ => double.PositiveInfinity,
        };
        return !double.IsPositiveInfinity(value) || text is ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF";
    }

    /// <summary>A decimal fraction, with an exponent if there is one. One too large for a double is none.</summary>
    public static bool TryDecimalFloat(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        var mantissa = text[0] is '+' or '-' ? text[1..] : text;
        var exponent = mantissa.IndexOfAny('e', 'E');
        if (exponent >= 0)
        {
            var power = mantissa[(exponent + 1)..];
            if (!AreDigits(power.Length > 0 && power[0] is '+' or '-' ? power[1..] : power))
            {
                return false;
            }
            mantissa = mantissa[..exponent];
        }
        var point = mantissa.IndexOf('.');
        var wellFormed = point switch
        {
            < 0 => AreDigits(mantissa),
            0 => AreDigits(mantissa[1..]),
            _ => AreDigits(mantissa[..point]) && (point == mantissa.Length - 1 || AreDigits(mantissa[(point + 1)..])),
        };
        return wellFormed
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>What starts with a point is read by Go's own rules, where single underscores may stand between digits.</summary>
    public static bool TryGoFloat(string text, out double value)
    {
        value = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '_' && !(char.IsAsciiDigit(text[i - 1]) && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1])))
            {
                return false;
            }
        }
        return TryDecimalFloat(text.Replace("_", "", StringComparison.Ordinal), out value);
    }

    private static bool TrySign(ReadOnlySpan<char> digits, bool negative, uint radix, out long value)
    {
        value = 0;
        if (!TryMagnitude(digits, radix, out var magnitude) || magnitude > (negative ? 1UL << 63 : long.MaxValue))
        {
            return false;
        }
        value = negative ? (long)(0 - magnitude) : (long)magnitude;
        return true;
    }

    /// <param name="radix">0: see the prefix.</param>
    private static bool TryMagnitude(ReadOnlySpan<char> digits, uint radix, out ulong value)
    {
        value = 0;
        if (radix == 0)
        {
            radix = 10;
            if (digits.Length > 1 && digits[0] == '0')
            {
                radix = (char)(digits[1] | 0x20) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 };
                digits = digits[(radix == 0 ? 1 : 2)..];
                radix = radix == 0 ? 8 : radix;
            }
        }
        foreach (var letter in digits)
        {
            var digit = char.IsAsciiHexDigit(letter) ? (uint)(letter <= '9' ? letter - '0' : (letter | 0x20) - 'a' + 10) : radix;
            if (digit >= radix || value > (ulong.MaxValue - digit) / radix)
            {
                return false;
            }
            value = (value * radix) + digit;
        }
        return digits.Length > 0;
    }

    private static bool AreDigits(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');
}
