using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Responding;

/// <summary>What a message tells of the firmware or loader that sent it (RFC 4578, RFC 3004, iPXE's option 175).</summary>
internal readonly record struct BootClient
{
    public HardwareAddress Mac { get; private init; }

    public MachineUuid? Uuid { get; private init; }

    public DhcpClientKind Kind { get; private init; }

    public ClientArchitecture Architecture { get; private init; }

    /// <summary>By its user class. Option 175 alone is no sign: an iPXE that plays a plain ROM sends it too.</summary>
    public bool IsIpxe { get; private init; }

    public bool IpxeHasHttp { get; private init; }

    public bool IsRaspberryPi { get; private init; }

    public static BootClient Of(DhcpMessage message)
    {
        var options = message.Options;
        var mac = message.Chaddr;
        var ipxe = options.HasUserClass("iPXE"u8);
        return new BootClient
        {
            Mac = mac,
            // iPXE's ${uuid} and dmidecode show this reading, so labels compare as text too.
            Uuid = options.Uuid is { } uuid ? new MachineUuid(uuid.LittleEndian) : null,
            Kind = KindOf(options),
            Architecture = options.ClientArchitecture ?? ClientArchitecture.X86Bios,
            IsIpxe = ipxe,
            IpxeHasHttp = ipxe && options.IpxeFeatures.Has(IpxeFeature.Http),
            IsRaspberryPi = RaspberryPi.Makes(mac),
        };
    }

    // Some ROMs leave 60 out of their REQUEST (Raspberry Pi); no operating system sends 93.
    private static DhcpClientKind KindOf(DhcpOptions options) => options.VendorClass switch
    {
        var vendor when vendor.StartsWith("PXEClient"u8) => DhcpClientKind.PxeClient,
        var vendor when vendor.StartsWith("HTTPClient"u8) => DhcpClientKind.HttpClient,
        { IsEmpty: true } when options.Contains(DhcpOptionCode.ClientArchitecture) => DhcpClientKind.PxeClient,
        _ => DhcpClientKind.Ordinary,
    };
}

/// <summary>Address blocks of Raspberry Pi boards.</summary>
internal static class RaspberryPi
{
    public static bool Makes(HardwareAddress mac)
    {
        if (!mac.IsEthernet)
        {
            return false;
        }
        Span<byte> octets = stackalloc byte[HardwareAddress.MaxLength];
        mac.Write(octets);
        return (octets[0] << 16 | octets[1] << 8 | octets[2]) is 0xb827eb or 0xdca632 or 0xe45f01 or 0x28cdc1 or 0xd83add or 0x2ccf67;
    }

    /// <summary>Boards up to the 3: their ROM compares the menu's text with its blanks.</summary>
    public static bool IsOldRom(HardwareAddress mac)
    {
        Span<byte> octets = stackalloc byte[HardwareAddress.MaxLength];
        mac.Write(octets);
        return octets is [0xb8, 0x27, 0xeb, ..];
    }
}
