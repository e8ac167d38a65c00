using System.Globalization;

namespace Matchbox.Http.Grpc.Documents;

/// <summary>A float64 as Go's encoding/json writes it (ECMAScript's form): the fewest digits, an exponent only below 1e-6 and from 1e21.</summary>
internal static class GoFloat
{
    public static string Format(double value)
    {
        if (value == 0)
        {
            return double.IsNegative(value) ? "-0" : "0";
        }
        var sign = value < 0 ? "-" : "";
        var magnitude = Math.Abs(value);
        // d.ddddE+ddd, the fewest digits that read back the same.
        var text = magnitude.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = magnitude.ToString("R", CultureInfo.InvariantCulture);
        var digits = Digits(shortest);
        var exponent = int.Parse(text.AsSpan(text.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return sign + (magnitude is < 1e-6 or >= 1e21 ? WithExponent(digits, exponent) : Fixed(digits, exponent));
    }

    private static string Digits(string text)
    {
        var end = text.IndexOf('E', StringComparison.Ordinal);
        var digits = (end < 0 ? text : text[..end]).Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        return digits;
    }

    private static string WithExponent(string digits, int exponent)
    {
        var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}");
    }

    private static string Fixed(string digits, int exponent)
    {
        if (exponent < 0)
        {
            return $"0.{new string('0', -exponent - 1)}{digits}";
        }
        return digits.Length <= exponent + 1
            ? digits.PadRight(exponent + 1, '0')
            : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }
}
