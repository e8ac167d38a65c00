namespace Matchbox.Templates.Formatting;

/// <summary>A finite float taken apart: <c>Mantissa * 2^Exponent</c>, the implicit bit included.</summary>
internal readonly record struct FloatParts(ulong Mantissa, int Exponent)
{
    public const int MantissaBits = 52;
    private const int Bias = 1023;

    public static FloatParts Of(double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var exponent = (int)(bits >> MantissaBits) & 0x7FF;
        var mantissa = bits & ((1UL << MantissaBits) - 1);
        return exponent == 0
            ? new FloatParts(mantissa, 1 - Bias - MantissaBits)
            : new FloatParts(mantissa | (1UL << MantissaBits), exponent - Bias - MantissaBits);
    }
}
