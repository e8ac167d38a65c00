namespace Matchbox.Protocols.Dhcp;

/// <summary>What an iPXE was built with: numbers inside option 175.</summary>
public enum IpxeFeature : byte
{
    None = 0,
    PxeExtensions = 16,
    Iscsi = 17,
    Aoe = 18,
    Http = 19,
    Https = 20,
    Tftp = 21,
    Ftp = 22,
    Dns = 23,
    BzImage = 24,
    Multiboot = 25,
    Slam = 26,
    Srp = 27,
    Nbi = 32,
    PxeImage = 33,
    Elf = 34,
    ComBoot = 35,
    Efi = 36,
    Fcoe = 37,
    Vlan = 38,
    Menu = 39,
    Sdi = 40,
    Nfs = 41,
}

/// <summary>Option 175 as iPXE sends it: encapsulated options of one octet each, and the network card. A view; copies nothing.</summary>
public readonly ref struct IpxeFeatures(ReadOnlySpan<byte> octets)
{
    private const byte BusIdCode = 177;
    private const byte VersionCode = 235;

    public ReadOnlySpan<byte> Octets { get; } = octets;

    /// <summary>Option 175 was there: whatever speaks has iPXE's DHCP client.</summary>
    public bool IsPresent => !Octets.IsEmpty;

    public bool Has(IpxeFeature feature) => Find((byte)feature) is [not 0, ..];

    /// <summary>177: bus type (1 = PCI), then vendor and device.</summary>
    public (byte Bus, ushort Vendor, ushort Device)? BusId => Find(BusIdCode) is [var bus, var v1, var v0, var d1, var d0]
        ? (bus, (ushort)(v1 << 8 | v0), (ushort)(d1 << 8 | d0))
        : null;

    /// <summary>235: major, minor, patch.</summary>
    public (byte Major, byte Minor, byte Patch)? Version => Find(VersionCode) is [var major, var minor, var patch]
        ? (major, minor, patch)
        : null;

    private ReadOnlySpan<byte> Find(byte wanted)
    {
        var reader = new DhcpOptionReader(Octets);
        while (reader.TryRead(out var code, out var value))
        {
            if (code == wanted)
            {
                return value;
            }
        }
        return default;
    }
}
