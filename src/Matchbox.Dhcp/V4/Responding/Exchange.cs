using Matchbox.Core.Leases;
using Matchbox.Core.Networks;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Responding;

/// <summary>A message with what was found out about it: its network, our address there, who sent it.</summary>
internal readonly record struct Exchange(DhcpArrival Arrival, Subnet Subnet, IPv4Address Server, BootClient Client)
{
    public DhcpMessage Message => Arrival.Message;

    /// <summary>Option 54: our address, or what the relay wants to stand there, so that renewals pass through it (RFC 5107 §4).</summary>
    public IPv4Address ServerIdentifier =>
        (Message.Giaddr.IsAny ? null : Message.Options.RelayAgentInformation.ServerIdentifierOverride) ?? Server;

    /// <summary>A relay says so itself (RFC 5010), else it relays what was sent to all.</summary>
    public bool CameByUnicast => Message.Giaddr.IsAny ? Arrival.Unicast : Message.Options.RelayAgentInformation.CameByUnicast;

    /// <summary>Does the client mean us: also by an address that the interface has beside the one we advertise.</summary>
    public bool IsUs(IPv4Address named) => named == Server || named == ServerIdentifier || Arrival.Link.Has(named);

    public LeaseClient LeaseClient(bool known)
    {
        var options = Message.Options;
        return new LeaseClient(Message.Chaddr, [.. options.ClientId])
        {
            Known = known,
            RelayInformation = [.. options.RelayAgentInformation.Octets],
            HostName = options.TryGet(DhcpOptionCode.HostName, out var name) ? ClientText.Escape(name) : null,
        };
    }

    /// <summary>
    /// RFC 2131 §4.1; and a machine that has its address and sits on this link is answered by its hardware address as well, so
    /// that thousands of renewals do not depend on the kernel's neighbour table.
    /// </summary>
    public ReplyRoute RouteFor(DhcpReply reply)
    {
        var route = ReplyRoute.For(Message, reply);
        return route.Delivery == ReplyDelivery.Routed && IsNeighbour(route.Destination)
            ? route with { Delivery = ReplyDelivery.LinkUnicast, Hardware = Client.Mac }
            : route;
    }

    /// <summary>To where the packet came from: port 4011 answers so (PXE 2.1 §2.2.5).</summary>
    public ReplyRoute RouteToSource() => IsNeighbour(Arrival.Source)
        ? new ReplyRoute(ReplyDelivery.LinkUnicast, Arrival.Source, Arrival.SourcePort, Client.Mac)
        : new ReplyRoute(ReplyDelivery.Routed, Arrival.Source, Arrival.SourcePort);

    private bool IsNeighbour(IPv4Address address) =>
        Message.Giaddr.IsAny && Message.Htype == 1 && Client.Mac.IsEthernet && !Client.Mac.IsMulticast && !Client.Mac.IsZero
        && Arrival.Link.IsEthernet && Arrival.Link.Reaches(address);
}
