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
        var (digits, exponent) = Shortest(magnitude);
        return sign + (magnitude is < 1e-6 or >= 1e21 ? WithExponent(digits, exponent) : Fixed(digits, exponent));
    }

    // The fewest digits that read back the same, d.ddd times ten to the exponent.
    private static (string Digits, int Exponent) Shortest(double magnitude)
    {
        var text = magnitude.ToString("R", CultureInfo.InvariantCulture);
        var power = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = power < 0 ? 0 : int.Parse(text.AsSpan(power + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = power < 0 ? text : text[..power];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal) is var at and >= 0 ? at : mantissa.Length;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var zeros = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), exponent + point - 1 - zeros);
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
