using System.Collections.Immutable;

namespace Matchbox.Dhcp;

/// <summary>How the DHCP service listens and what it may use. Which networks it answers is said by their subnets.</summary>
public sealed record DhcpSettings
{
    /// <summary>UDP port of DHCP servers (RFC 2131 §4.1).</summary>
    public ushort Port { get; init; } = 67;

    /// <summary>UDP port of PXE boot servers (PXE 2.1 §2.2).</summary>
    public ushort ProxyPort { get; init; } = 4011;

    /// <summary>Interfaces to listen on beside those that subnets name: for networks that are reached through relays only.</summary>
    public ImmutableArray<string> Interfaces { get; init; } = [];

    /// <summary>Questions of strangers that wait at once, per socket; beyond it the oldest is dropped: its sender asks again.</summary>
    public int QueueLength { get; init; } = 1_024;

    /// <summary>REQUESTs and questions of known machines that wait at once, per socket.</summary>
    public int PriorityQueueLength { get; init; } = 8_192;

    /// <summary>A stranger's question that waited longer is dropped: by then it has asked again.</summary>
    public TimeSpan QueueLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Octets of the kernel's queue, per socket. It grants at most <c>net.core.rmem_max</c>.</summary>
    public int ReceiveBuffer { get; init; } = 8 << 20;

    /// <summary>How long a network is listened to before it is first opened.</summary>
    public TimeSpan OpeningProbe { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>ARP probes for addresses that nobody had from us, a second; beyond it an address goes unprobed.</summary>
    public int AddressProbesPerSecond { get; init; } = 200;
}
