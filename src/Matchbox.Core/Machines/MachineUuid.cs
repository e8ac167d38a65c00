using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Core.Machines;

/// <summary>
/// An SMBIOS system UUID. Tools disagree about the byte order of its first three fields (SMBIOS 2.6 §7.2.1), so two
/// values are equal when they are the same in either order. <c>default</c> is the zero UUID, which is no identity.
/// </summary>
public readonly struct MachineUuid : IEquatable<MachineUuid>
{
    // Values that mainboards carry by the thousand.
    private static readonly HashSet<Guid> VendorDefaults =
    [
        Guid.Parse("03000200-0400-0500-0006-000700080009"),
        Guid.Parse("00020003-0004-0005-0006-000700080009"),
        Guid.Parse("12345678-1234-5678-90ab-cddeefaabbcc"),
        Guid.Parse("12345678-1234-1234-1234-123456789abc"),
        Guid.Parse("fefefefe-fefe-fefe-fefe-fefefefefefe"),
        Guid.Parse("01020304-0506-0708-090a-0b0c0d0e0f10"),
        Guid.Parse("4c4c4544-0000-2010-8020-80c04f202020"),
    ];

    private readonly Guid _asRead;

    public MachineUuid(Guid value) => _asRead = value;

    /// <summary>The 16 octets of option 97 or of SMBIOS, in the order they came.</summary>
    public static MachineUuid FromOctets(ReadOnlySpan<byte> octets) => new(new Guid(octets, bigEndian: true));

    /// <summary>As it was read; shown to people.</summary>
    public Guid Value => _asRead;

    /// <summary>The same UUID with the first three fields in the other byte order.</summary>
    public Guid Swapped => Swap(_asRead);

    /// <summary>False for zero, all ones and what vendors leave in: such a value names nobody.</summary>
    public bool IsIdentity =>
        _asRead != Guid.Empty && _asRead != Guid.AllBitsSet && !VendorDefaults.Contains(_asRead) && !VendorDefaults.Contains(Swapped);

    public static bool TryParse([NotNullWhen(true)] string? text, out MachineUuid uuid)
    {
        var ok = Guid.TryParse(text, out var value);
        uuid = new MachineUuid(value);
        return ok;
    }

    public bool Equals(MachineUuid other) => _asRead == other._asRead || _asRead == other.Swapped;

    public override bool Equals(object? obj) => obj is MachineUuid other && Equals(other);

    public override int GetHashCode()
    {
        var swapped = Swapped;
        return (_asRead.CompareTo(swapped) < 0 ? _asRead : swapped).GetHashCode();
    }

    public static bool operator ==(MachineUuid left, MachineUuid right) => left.Equals(right);
    public static bool operator !=(MachineUuid left, MachineUuid right) => !left.Equals(right);

    public override string ToString() => _asRead.ToString("D");

    private static Guid Swap(Guid value)
    {
        Span<byte> octets = stackalloc byte[16];
        value.TryWriteBytes(octets, bigEndian: true, out _);
        return new Guid(octets, bigEndian: false);
    }
}
