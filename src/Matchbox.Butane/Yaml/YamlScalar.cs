namespace Matchbox.Butane.Yaml;

/// <summary>What a scalar is read as, before anything is known of the field it goes to.</summary>
internal enum YamlScalarType
{
    String,
    Null,
    Bool,

    /// <summary>An integer that fits in 64 bits with a sign.</summary>
    Int,

    /// <summary>An integer that fits only without one.</summary>
    UnsignedInt,

    Float,
    Timestamp,
    Binary,
}

/// <summary>A scalar's meaning, and how fields of each type take it (yaml.v3's decoder).</summary>
/// <param name="Tag">The short form of the tag that it was read by.</param>
/// <param name="Text">What a field that holds text takes: the text as it was written, but of a binary what it encodes.</param>
internal readonly record struct YamlScalar(YamlScalarType Type, string Tag, string Text)
{
    private const double TwoTo63 = 9223372036854775808.0;
    private const double TwoTo64 = 2 * TwoTo63;

    public bool Bool { get; init; }

    public long Int { get; init; }

    public ulong Unsigned { get; init; }

    public double Float { get; init; }

    /// <summary>What a binary encodes; it need not be UTF-8.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>
    /// For a field of 64 bits with a sign. Floats are cut to their whole part; those that are too small, and 2^63, become
    /// the smallest number, as on the processors that Butane is built for.
    /// </summary>
    public bool TryInt(out long value)
    {
        value = Int;
        if (Type == YamlScalarType.Float && Float <= TwoTo63)
        {
            value = Float is < -TwoTo63 or TwoTo63 ? long.MinValue : (long)Float;
            return true;
        }
        return Type == YamlScalarType.Int;
    }

    /// <summary>For a field of 64 bits without a sign.</summary>
    public bool TryUnsigned(out ulong value)
    {
        value = Type == YamlScalarType.Int ? (ulong)Int : Unsigned;
        if (Type == YamlScalarType.Float && Float <= TwoTo64)
        {
            value = Float < 0 ? (ulong)(long)Float : Float >= TwoTo64 ? 1UL << 63 : (ulong)Float;
            return true;
        }
        return Type == YamlScalarType.UnsignedInt || (Type == YamlScalarType.Int && Int >= 0);
    }

    /// <summary>For a boolean field, YAML 1.1's <c>yes</c>, <c>no</c>, <c>on</c>, <c>off</c> included.</summary>
    public bool TryBool(out bool value)
    {
        value = Bool;
        return Type == YamlScalarType.Bool
            || (Type is YamlScalarType.String or YamlScalarType.Binary && YamlScalars.TryOldBool(Text, out value));
    }
}
