using System.Diagnostics.CodeAnalysis;
using Matchbox.Protocols;

namespace Matchbox.Core.Networks;

/// <summary>Addresses from <see cref="First"/> to <see cref="Last"/>, both included.</summary>
public readonly record struct AddressRange
{
    public AddressRange(IPv4Address first, IPv4Address last)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, last);
        First = first;
        Last = last;
    }

    public IPv4Address First { get; }

    public IPv4Address Last { get; }

    public long Count => (long)Last.Value - First.Value + 1;

    public bool Contains(IPv4Address address) => address >= First && address <= Last;

    public bool Overlaps(AddressRange other) => First <= other.Last && other.First <= Last;

    /// <summary><c>10.77.0.100-10.77.0.200</c>, or one address.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AddressRange range)
    {
        range = default;
        var parts = text?.Split('-', 2, StringSplitOptions.TrimEntries);
        if (parts is null
            || !IPv4Address.TryParse(parts[0], out var first)
            || !IPv4Address.TryParse(parts[^1], out var last)
            || first > last)
        {
            return false;
        }
        range = new AddressRange(first, last);
        return true;
    }

    public override string ToString() => First == Last ? First.ToString() : $"{First}-{Last}";
}
