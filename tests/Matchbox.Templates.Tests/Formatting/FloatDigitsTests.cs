using System.Globalization;
using System.Numerics;
using System.Text;
using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Tests.Formatting;

/// <summary>Digits of floats, checked against exact arithmetic.</summary>
public class FloatDigitsTests
{
    [Fact]
    public void The_shortest_digits_read_back_the_same_and_none_shorter_do()
    {
        var random = new Random(1);
        for (var round = 0; round < 3_000; round++)
        {
            var value = round % 3 == 0
                ? Math.ScaleB(1, random.Next(-1074, 1024))                       // neighbours at unequal distances
                : BitConverter.Int64BitsToDouble(random.NextInt64() & long.MaxValue);
            if (!double.IsFinite(value) || value == 0)
            {
                continue;
            }
            var shortest = Format(value, 'e', -1);
            Assert.Equal(value, double.Parse(shortest, CultureInfo.InvariantCulture));
            var digits = shortest.Length - shortest.IndexOf('e', StringComparison.Ordinal) is var tail ? shortest.Length - tail - 1 : 0;
            if (digits > 1)
            {
                var shorter = Format(value, 'e', digits - 2);
                Assert.NotEqual(value, double.Parse(shorter, CultureInfo.InvariantCulture));
            }
            // Of all texts that short, the one nearest to the number, if that reads back: below a power of two it may not.
            var nearest = Format(value, 'e', Math.Max(digits - 1, 0));
            Assert.True(nearest == shortest || double.Parse(nearest, CultureInfo.InvariantCulture) != value, $"{nearest} is nearer than {shortest}");
        }
    }

    [Fact]
    public void Rounding_to_a_place_is_exact_and_halves_go_to_even()
    {
        var random = new Random(2);
        for (var round = 0; round < 2_000; round++)
        {
            var places = random.Next(0, 12);
            var value = random.Next(0, 1 << 20) / (double)(1 << random.Next(0, 14));
            var text = Format(value, 'f', places);
            // value = numerator / 2^14 exactly.
            var numerator = new BigInteger(value * (1 << 14)) * BigInteger.Pow(10, places);
            var (quotient, remainder) = BigInteger.DivRem(numerator, 1 << 14);
            var twice = remainder * 2;
            quotient += twice > 1 << 14 || (twice == 1 << 14 && !quotient.IsEven) ? 1 : 0;
            Assert.Equal(quotient, BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
        }
    }

    private static string Format(double value, char format, int precision)
    {
        using var sink = new ByteSink(int.MaxValue);
        FloatText.Write(sink, value, format, precision);
        return Encoding.ASCII.GetString(sink.Written);
    }
}
