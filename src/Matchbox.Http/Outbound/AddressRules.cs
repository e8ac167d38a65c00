using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Matchbox.Http.Outbound;

/// <summary>
/// Which addresses a call that somebody caused may go to. Loopback, link-local (where clouds keep their metadata), multicast and
/// unspecified addresses and our own listeners never; private ranges only where an admin allowed them. Pure.
/// </summary>
/// <param name="allowed">Networks of private ranges that may be called.</param>
/// <param name="own">Where we listen ourselves; an unspecified address stands for all of ours.</param>
/// <param name="addresses">The addresses of our own interfaces.</param>
public sealed class AddressRules(ImmutableArray<IPNetwork> allowed, ImmutableArray<IPEndPoint> own, Func<IReadOnlyCollection<IPAddress>> addresses)
{
    private static readonly IPNetwork[] Never =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
        // Addresses of the big clouds' metadata that are in no range above.
        IPNetwork.Parse("100.100.100.200/32"), IPNetwork.Parse("168.63.129.16/32"), IPNetwork.Parse("fd00:ec2::254/128"), IPNetwork.Parse("fd20:ce::254/128"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("ff00::/8"),
        IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("100::/64"),
    ];

    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("fc00::/7"),
    ];

    // IPv4 addresses in IPv6's clothes: the last 32 bits of the first four, bits 16 to 47 of 6to4.
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");
    private static readonly IPNetwork LocalNat64 = IPNetwork.Parse("64:ff9b:1::/48");

    /// <summary>Why this address and port may not be called; null: they may.</summary>
    public string? WhyNot(IPEndPoint target)
    {
        var address = Plain(target.Address);
        if (Never.Any(network => network.Contains(address)) || Teredo.Contains(address) || LocalNat64.Contains(address))
        {
            return $"{target.Address} is a loopback, link-local, metadata or reserved address";
        }
        foreach (var listener in own)
        {
            if (listener.Port == target.Port && (Plain(listener.Address).Equals(address) || IsAny(listener.Address) && addresses().Any(ours => Plain(ours).Equals(address))))
            {
                return $"{target} is a listener of this appliance";
            }
        }
        return Private.Any(network => network.Contains(address)) && !allowed.Any(network => network.Contains(address))
            ? $"{target.Address} is in a private range, and no allowed network has it"
            : null;
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static IPAddress Plain(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }
        // A zone is no part of the address.
        var octets = address.GetAddressBytes();
        address = new IPAddress(octets);
        return address.IsIPv4MappedToIPv6 || Nat64.Contains(address) ? new IPAddress(octets.AsSpan(12))
            : Compatible.Contains(address) && !address.Equals(IPAddress.IPv6Loopback) && !address.Equals(IPAddress.IPv6Any) ? new IPAddress(octets.AsSpan(12))
            : SixToFour.Contains(address) ? new IPAddress(octets.AsSpan(2, 4))
            : address;
    }
}
