using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Protocols;

/// <summary>
/// A link-layer address of up to 16 octets (chaddr, RFC 2131 §2), for Ethernet the MAC. Compares by length and octets;
/// <c>default</c> has no octets, as IPoIB clients send it (RFC 4390 §2).
/// </summary>
public readonly record struct HardwareAddress : IComparable<HardwareAddress>
{
    public const int MaxLength = 16;
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly byte _length;

    public HardwareAddress(ReadOnlySpan<byte> octets)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(octets.Length, MaxLength);
        Span<byte> padded = stackalloc byte[MaxLength];
        padded.Clear();
        octets.CopyTo(padded);
        _high = BinaryPrimitives.ReadUInt64BigEndian(padded);
        _low = BinaryPrimitives.ReadUInt64BigEndian(padded[8..]);
        _length = (byte)octets.Length;
    }

    public int Length => _length;

    public bool IsEmpty => _length == 0;

    public bool IsEthernet => _length == 6;

    /// <summary>The group bit of an Ethernet address (broadcast and multicast): never a machine's own.</summary>
    public bool IsMulticast => _length > 0 && (_high >> 56 & 1) != 0;

    /// <summary>All octets zero: firmware without a MAC.</summary>
    public bool IsZero => _high == 0 && _low == 0;

    /// <summary>Writes <see cref="Length"/> octets and says how many.</summary>
    public int Write(Span<byte> octets)
    {
        Span<byte> padded = stackalloc byte[MaxLength];
        BinaryPrimitives.WriteUInt64BigEndian(padded, _high);
        BinaryPrimitives.WriteUInt64BigEndian(padded[8..], _low);
        padded[.._length].CopyTo(octets);
        return _length;
    }

    /// <summary>
    /// 6, 8 or 16 octets as <c>52:54:00:77:00:01</c>, <c>52-54-00-77-00-01</c>, <c>5254.0077.0001</c> or <c>525400770001</c>, any case.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out HardwareAddress address)
    {
        address = default;
        if (text is null)
        {
            return false;
        }
        Span<byte> octets = stackalloc byte[MaxLength];
        var group = text.IndexOfAny([':', '-', '.']);
        if (group < 0)
        {
            group = text.Length;
        }
        else if (group is not (2 or 4) || (group == 4) != (text[group] == '.'))
        {
            return false;
        }
        var count = 0;
        for (var i = 0; i < text.Length; i += group + 1)
        {
            if (i + group > text.Length || (i > 0 && text[i - 1] != text[group]) || (group & 1) != 0)
            {
                return false;
            }
            for (var digit = i; digit < i + group; digit += 2)
            {
                if (count == MaxLength || !char.IsAsciiHexDigit(text[digit]) || !char.IsAsciiHexDigit(text[digit + 1]))
                {
                    return false;
                }
                octets[count++] = Convert.FromHexString(text.AsSpan(digit, 2))[0];
            }
        }
        if (count is not (6 or 8 or 16) || !char.IsAsciiHexDigit(text[^1]))
        {
            return false;
        }
        address = new HardwareAddress(octets[..count]);
        return true;
    }

    public static HardwareAddress Parse(string text) => TryParse(text, out var address)
        ? address
        : throw new FormatException($"'{text}' is no hardware address, as 52:54:00:12:34:56 is");

    /// <summary>The octets in lower-case hex, joined by colons.</summary>
    public override string ToString() => Join(':');

    /// <summary>The octets in lower-case hex, joined by hyphens: iPXE's <c>${mac:hexhyp}</c>, and the form that paths use.</summary>
    public string ToHyphenString() => Join('-');

    public int CompareTo(HardwareAddress other)
    {
        var order = _high.CompareTo(other._high);
        order = order != 0 ? order : _low.CompareTo(other._low);
        return order != 0 ? order : _length.CompareTo(other._length);
    }

    public static bool operator <(HardwareAddress left, HardwareAddress right) => left.CompareTo(right) < 0;
    public static bool operator >(HardwareAddress left, HardwareAddress right) => left.CompareTo(right) > 0;
    public static bool operator <=(HardwareAddress left, HardwareAddress right) => left.CompareTo(right) <= 0;
    public static bool operator >=(HardwareAddress left, HardwareAddress right) => left.CompareTo(right) >= 0;

    private string Join(char separator) => _length == 0 ? "" : string.Create((_length * 3) - 1, (this, separator), static (chars, state) =>
    {
        const string Hex = "0123456789abcdef";
        Span<byte> octets = stackalloc byte[MaxLength];
        state.Item1.Write(octets);
        chars.Fill(state.separator);
        for (var i = 0; i < state.Item1.Length; i++)
        {
            chars[i * 3] = Hex[octets[i] >> 4];
            chars[(i * 3) + 1] = Hex[octets[i] & 15];
        }
    });
}
