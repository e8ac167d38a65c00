using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Dhcp.V4.Responding;

/// <summary>Which network a client is on (RFC 2131 §4.3.1, RFC 3527 §3, RFC 3011 §2).</summary>
internal static class SubnetChoice
{
    /// <summary>
    /// Link selection of the relay, subnet selection of the client, the relay's address, the client's own address when it sent a
    /// unicast, the interface of arrival: the first that is there decides. Null with the reason where it leads nowhere.
    /// </summary>
    public static Subnet? For(SubnetTable table, in DhcpArrival arrival, out SilenceReason reason)
    {
        var message = arrival.Message;
        reason = SilenceReason.UnknownNetwork;
        var giaddr = message.Giaddr;
        Subnet? subnet;
        if (!giaddr.IsAny)
        {
            var selected = message.Options.RelayAgentInformation.LinkSelection ?? message.Options.SubnetSelection;
            subnet = selected is { } link ? table.Containing(link) : table.Containing(giaddr) ?? NamedRelay(table, giaddr);
            if (subnet is not null && !Allows(subnet, giaddr))
            {
                reason = SilenceReason.UnknownRelay;
                return null;
            }
            return subnet;
        }
        // Without a relay nobody vouches for 118: only a network of the same link may be chosen by it.
        if (message.Options.SubnetSelection is { } wish && table.Containing(wish) is { } wished
            && string.Equals(wished.Interface, arrival.Link.Name, StringComparison.Ordinal))
        {
            return wished;
        }
        if (arrival.Unicast && !message.Ciaddr.IsAny && table.Containing(message.Ciaddr) is { } own)
        {
            return own;
        }
        return table.OnLink(arrival.Link.Name);
    }

    /// <summary>An answer goes to giaddr whoever wrote it there: only to relays that the operator named, or inside the network.</summary>
    private static bool Allows(Subnet subnet, IPv4Address giaddr) =>
        subnet.Relays.IsEmpty ? subnet.Network.IsHost(giaddr) : subnet.Relays.Contains(giaddr);

    private static Subnet? NamedRelay(SubnetTable table, IPv4Address giaddr)
    {
        foreach (var subnet in table.All)
        {
            if (subnet.Relays.Contains(giaddr))
            {
                return subnet;
            }
        }
        return null;
    }
}
