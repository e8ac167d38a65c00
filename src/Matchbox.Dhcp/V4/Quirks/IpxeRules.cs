using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Quirks;

/// <summary>What iPXE understands in option 175.</summary>
internal static class IpxeRules
{
    private const byte NoProxyDhcp = 176;

    /// <summary>iPXE waits two seconds for proxy offers after a good one, unless it holds no-pxedhcp.</summary>
    public static readonly BootRule NoWaitForProxies = new(
        "175/176 = 1", "iPXE dhcp.c",
        reply => reply.Client.IsIpxe && reply.Form == BootForm.WithLease && reply.HasBoot,
        reply => reply.Reply.Options.Set(DhcpOptionCode.Ipxe, [NoProxyDhcp, 1, 1]));
}
