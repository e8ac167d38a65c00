using System.Buffers.Binary;

namespace Matchbox.Protocols.Dhcp;

/// <summary>
/// The 16 octets of option 97. Firmware writes them in SMBIOS order (first three fields little-endian), some tools in the order
/// of RFC 9562: both readings are given, neither is right for all machines.
/// </summary>
public readonly record struct ClientUuid
{
    public const int Length = 16;
    private readonly UInt128 _octets;

    public ClientUuid(ReadOnlySpan<byte> octets)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(octets.Length, Length);
        _octets = BinaryPrimitives.ReadUInt128BigEndian(octets);
    }

    /// <summary>All zero or all ones, as boards without a number send: not an identity.</summary>
    public bool IsBlank => _octets == UInt128.MinValue || _octets == UInt128.MaxValue;

    /// <summary>Read as SMBIOS 2.6 and UEFI write it; what dmidecode and iPXE's <c>${uuid}</c> show.</summary>
    public Guid LittleEndian => Read(bigEndian: false);

    /// <summary>Read in network order.</summary>
    public Guid BigEndian => Read(bigEndian: true);

    public void Write(Span<byte> octets) => BinaryPrimitives.WriteUInt128BigEndian(octets, _octets);

    /// <summary>The SMBIOS reading.</summary>
    public override string ToString() => LittleEndian.ToString();

    private Guid Read(bool bigEndian)
    {
        Span<byte> octets = stackalloc byte[Length];
        Write(octets);
        return new Guid(octets, bigEndian);
    }
}
