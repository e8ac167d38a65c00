using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Matchbox.Protocols;

/// <summary>An IPv4 address as a value: 4 octets, ordered as numbers. <c>default</c> is 0.0.0.0.</summary>
public readonly record struct IPv4Address(uint Value) : IComparable<IPv4Address>, ISpanParsable<IPv4Address>, ISpanFormattable
{
    /// <summary>0.0.0.0, "no address" in every field of DHCP.</summary>
    public static IPv4Address Any => default;

    /// <summary>255.255.255.255, the limited broadcast address.</summary>
    public static IPv4Address Broadcast => new(uint.MaxValue);

    public bool IsAny => Value == 0;

    /// <summary>127.0.0.0/8 (RFC 1122 §3.2.1.3).</summary>
    public bool IsLoopback => Value >> 24 == 127;

    /// <summary>Reads 4 octets in network order.</summary>
    public static IPv4Address Read(ReadOnlySpan<byte> octets) => new(BinaryPrimitives.ReadUInt32BigEndian(octets));

    /// <summary>Writes 4 octets in network order.</summary>
    public void Write(Span<byte> octets) => BinaryPrimitives.WriteUInt32BigEndian(octets, Value);

    /// <summary>The address of an IPv4 or IPv4-mapped <see cref="IPAddress"/>; false for any other.</summary>
    public static bool TryFrom(IPAddress? address, out IPv4Address result)
    {
        Span<byte> octets = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(octets, out var written) || (written == 16 && !address.IsIPv4MappedToIPv6))
        {
            result = default;
            return false;
        }
        result = Read(octets[(written - 4)..]);
        return true;
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[4];
        Write(octets);
        return new IPAddress(octets);
    }

    public int CompareTo(IPv4Address other) => Value.CompareTo(other.Value);

    public static bool operator <(IPv4Address left, IPv4Address right) => left.Value < right.Value;
    public static bool operator >(IPv4Address left, IPv4Address right) => left.Value > right.Value;
    public static bool operator <=(IPv4Address left, IPv4Address right) => left.Value <= right.Value;
    public static bool operator >=(IPv4Address left, IPv4Address right) => left.Value >= right.Value;

    public static IPv4Address Parse(string s) => Parse(s.AsSpan(), null);
    public static IPv4Address Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static IPv4Address Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var address) ? address : throw new FormatException($"'{s}' is no IPv4 address, as 192.0.2.1 is");

    public static bool TryParse([NotNullWhen(true)] string? s, out IPv4Address result) => TryParse(s.AsSpan(), null, out result);
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IPv4Address result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>Four decimal numbers of 0 to 255 and three dots; no leading zeros, no short forms (those differ between tools).</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IPv4Address result)
    {
        result = default;
        uint value = 0;
        for (var part = 0; part < 4; part++)
        {
            var end = part < 3 ? s.IndexOf('.') : s.Length;
            if (end is < 1 or > 3 || (end > 1 && s[0] == '0')
                || !byte.TryParse(s[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
            {
                return false;
            }
            value = (value << 8) | octet;
            s = s[Math.Min(end + 1, s.Length)..];
        }
        result = new IPv4Address(value);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite(
            CultureInfo.InvariantCulture,
            $"{(byte)(Value >> 24)}.{(byte)(Value >> 16)}.{(byte)(Value >> 8)}.{(byte)Value}",
            out charsWritten);
}
