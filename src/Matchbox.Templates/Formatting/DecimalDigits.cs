using System.Globalization;
using System.Numerics;
using System.Text;

namespace Matchbox.Templates.Formatting;

/// <summary>
/// The decimal digits of a finite float: <c>0.DIGITS * 10^Point</c>, as few as tell it from its neighbours, or all of them
/// rounded to a place. Halves that are exact round to even.
/// </summary>
internal readonly ref struct DecimalDigits
{
    private DecimalDigits(ReadOnlySpan<byte> digits, int point)
    {
        Digits = digits;
        Point = point;
    }

    /// <summary>ASCII digits without zeros at either end; empty for zero.</summary>
    public ReadOnlySpan<byte> Digits { get; }

    /// <summary>Where the decimal point stands, counted from before the first digit.</summary>
    public int Point { get; }

    /// <summary>The digit that many places after the first; zero beyond the last.</summary>
    public byte this[int index] => index >= 0 && index < Digits.Length ? Digits[index] : (byte)'0';

    /// <summary>The fewest digits that read back as this number.</summary>
    /// <param name="magnitude">Finite, not negative.</param>
    /// <param name="buffer">Room for 32 bytes; the digits lie in it.</param>
    public static DecimalDigits Shortest(double magnitude, Span<byte> buffer)
    {
        Span<byte> text = stackalloc byte[32];
        magnitude.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        if (IsPowerOfTwo(magnitude) && double.Parse(text[..length], CultureInfo.InvariantCulture) != magnitude)
        {
            // The neighbour below a power of two is half as far as the one above, which "R" overlooks for 2^-25 and 2^-958:
            // it stops one digit short.
            return ToCount(magnitude, 17);
        }
        var count = 0;
        var point = 0;
        var seenPoint = false;
        for (var at = 0; at < length; at++)
        {
            var symbol = text[at];
            if (symbol == 'E')
            {
                point += int.Parse(text[(at + 1)..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                break;
            }
            if (symbol == '.')
            {
                seenPoint = true;
                continue;
            }
            if (count > 0 || symbol != '0')
            {
                buffer[count++] = symbol;
                point += seenPoint ? 0 : 1;
            }
            else if (seenPoint)
            {
                point--;
            }
        }
        var digits = buffer[..count].TrimEnd((byte)'0');
        return new DecimalDigits(digits, digits.IsEmpty ? 0 : point);
    }

    private static bool IsPowerOfTwo(double value) =>
        (BitConverter.DoubleToUInt64Bits(value) & ((1UL << FloatParts.MantissaBits) - 1)) == 0;

    /// <summary>The first <paramref name="count"/> digits, rounded.</summary>
    public static DecimalDigits ToCount(double magnitude, int count) => Round(Exact(magnitude, out var point), point, count);

    /// <summary>The digits up to that many places after the decimal point, rounded.</summary>
    public static DecimalDigits ToPlaces(double magnitude, int places)
    {
        var digits = Exact(magnitude, out var point);
        return Round(digits, point, (int)Math.Min(int.MaxValue, (long)point + places));
    }

    // Every binary fraction ends in decimal too: m / 2^k = m * 5^k / 10^k. At most some 770 digits.
    private static byte[] Exact(double magnitude, out int point)
    {
        point = 0;
        if (magnitude == 0)
        {
            return [];
        }
        var (mantissa, exponent) = FloatParts.Of(magnitude);
        var places = Math.Max(0, -exponent);
        var scaled = exponent >= 0 ? (BigInteger)mantissa << exponent : mantissa * BigInteger.Pow(5, places);
        var digits = Encoding.ASCII.GetBytes(scaled.ToString(CultureInfo.InvariantCulture));
        point = digits.Length - places;
        return digits;
    }

    private static DecimalDigits Round(byte[] digits, int point, int count)
    {
        if (count < 0)
        {
            return default;
        }
        if (count < digits.Length)
        {
            var up = ShouldRoundUp(digits, count);
            var kept = count;
            if (up)
            {
                while (kept > 0 && digits[kept - 1] == '9')
                {
                    kept--;
                }
                if (kept == 0)
                {
                    return new DecimalDigits("1"u8, point + 1);
                }
                digits[kept - 1]++;
            }
            digits = digits[..kept];
        }
        var trimmed = digits.AsSpan().TrimEnd((byte)'0');
        return trimmed.IsEmpty ? default : new DecimalDigits(trimmed, point);
    }

    private static bool ShouldRoundUp(ReadOnlySpan<byte> digits, int count)
    {
        if (digits[count] == '5' && digits[(count + 1)..].IndexOfAnyExcept((byte)'0') < 0)
        {
            return count > 0 && (digits[count - 1] - '0') % 2 != 0;
        }
        return digits[count] >= '5';
    }
}
