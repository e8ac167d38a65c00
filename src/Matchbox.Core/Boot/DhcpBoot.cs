using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>What asks for boot information by DHCP (option 60).</summary>
public enum DhcpClientKind
{
    /// <summary>An operating system: gets a lease and nothing to boot.</summary>
    Ordinary,
    PxeClient,
    HttpClient,
}

/// <summary>A DHCP message, as far as booting is concerned.</summary>
public sealed record DhcpBootRequest
{
    public required Subnet Subnet { get; init; }

    /// <summary>Our address as the machine sees it: the host of every URL.</summary>
    public required IPv4Address Server { get; init; }

    public required HardwareAddress Mac { get; init; }

    public MachineUuid? Uuid { get; init; }

    public DhcpClientKind Kind { get; init; }

    /// <summary>Option 93, first type; 0 (x86 BIOS) where a PXE client sent none.</summary>
    public ushort Architecture { get; init; }

    /// <summary>User class iPXE (77).</summary>
    public bool IsIpxe { get; init; }

    /// <summary>iPXE said that it speaks HTTP (175, sub-option 19).</summary>
    public bool IpxeHasHttp { get; init; }

    public string VendorClass { get; init; } = "";

    public IPv4Address Relay { get; init; }

    public string RelayPort { get; init; } = "";
}

/// <summary>What a DHCP reply says about booting.</summary>
public abstract record DhcpBoot
{
    private DhcpBoot()
    {
    }

    /// <summary>Nothing: a lease without boot options; a proxy stays silent.</summary>
    public sealed record Nothing(string Reason) : DhcpBoot;

    /// <summary>A file by TFTP, as a path on our server.</summary>
    public sealed record TftpFile(string Path) : DhcpBoot;

    /// <summary>A URL: for HTTP clients and for iPXE.</summary>
    public sealed record Url(string Location) : DhcpBoot;
}
