using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Matchbox.Protocols;

/// <summary>A CIDR block, for example 10.77.0.0/24. The base address has no host bits. <c>default</c> is 0.0.0.0/0.</summary>
public readonly record struct IPv4Network
{
    public IPv4Network(IPv4Address address, int prefixLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, 32);
        PrefixLength = prefixLength;
        Base = new IPv4Address(address.Value & MaskBits(prefixLength));
    }

    public IPv4Address Base { get; }

    public int PrefixLength { get; }

    public IPv4Address Mask => new(MaskBits(PrefixLength));

    /// <summary>The last address: the directed broadcast of blocks up to /30.</summary>
    public IPv4Address Last => new(Base.Value | ~MaskBits(PrefixLength));

    public bool Contains(IPv4Address address) => (address.Value & MaskBits(PrefixLength)) == Base.Value;

    public bool Overlaps(IPv4Network other) => Contains(other.Base) || other.Contains(Base);

    /// <summary>Can a host have this address: inside, and in blocks up to /30 neither the network nor the broadcast address.</summary>
    public bool IsHost(IPv4Address address) => Contains(address) && (PrefixLength > 30 || (address != Base && address != Last));

    public static bool TryParse([NotNullWhen(true)] string? text, out IPv4Network network)
    {
        network = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0
            || !IPv4Address.TryParse(text.AsSpan(0, slash), null, out var address)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length > 32)
        {
            return false;
        }
        network = new IPv4Network(address, length);
        return true;
    }

    public static IPv4Network Parse(string text) =>
        TryParse(text, out var network) ? network : throw new FormatException($"'{text}' is no network, as 192.0.2.0/24 is");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Base}/{PrefixLength}");

    private static uint MaskBits(int length) => length == 0 ? 0 : uint.MaxValue << (32 - length);
}
