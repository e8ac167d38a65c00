using System.Numerics;

namespace Matchbox.Butane.Compression;

/// <summary>A byte as it is, or a repetition: so many bytes from so far back.</summary>
internal readonly struct DeflateToken
{
    private const int FirstLengthSymbol = 257;

    private readonly uint _value;       // length << 16 | distance; a literal has no length

    private DeflateToken(uint value) => _value = value;

    public bool IsLiteral => _value < 1 << 16;

    /// <summary>The symbol of the literal or of the length, RFC 1951 §3.2.5.</summary>
    public int Symbol => IsLiteral ? (int)_value : FirstLengthSymbol + LengthCode;

    /// <summary>The bits that follow the symbol of a length.</summary>
    public (uint Bits, int Count) LengthExtra => Extra(Length - 3, ExtraBitsOfLength(LengthCode));

    public int DistanceSymbol => CodeOf(Distance - 1, 2);

    /// <summary>The bits that follow the symbol of a distance.</summary>
    public (uint Bits, int Count) DistanceExtra => Extra(Distance - 1, ExtraBitsOfDistance(DistanceSymbol));

    private uint Length => _value >> 16;

    private uint Distance => _value & 0xFFFF;

    // The longest has a code of its own, without extra bits.
    private int LengthCode => Length == 258 ? 28 : CodeOf(Length - 3, 4);

    public static DeflateToken Literal(byte value) => new(value);

    public static DeflateToken Match(int length, int distance) => new(((uint)length << 16) | (uint)distance);

    public static int ExtraBitsOfLength(int code) => code is < 8 or 28 ? 0 : (code / 4) - 1;

    public static int ExtraBitsOfDistance(int code) => code < 4 ? 0 : (code / 2) - 1;

    // Each doubling of the value has the same number of codes; their first bits are the code, the others extra.
    private static int CodeOf(uint value, int codesPerDoubling)
    {
        if (value < 2 * codesPerDoubling)
        {
            return (int)value;
        }
        var shift = BitOperations.Log2(value) - BitOperations.Log2((uint)codesPerDoubling);
        return (shift * codesPerDoubling) + (int)(value >> shift);
    }

    private static (uint Bits, int Count) Extra(uint value, int count) =>
        (value & ((1u << count) - 1), count);
}
