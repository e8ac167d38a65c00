using Matchbox.Core.Boot;
using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Quirks;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Responding;

public sealed partial class DhcpResponder
{
    /// <summary>
    /// Decides about a message that came to port 4011 (PXE 2.1 §2.2.5): a configured PXE client asks its boot server. It gets
    /// boot information, never an address.
    /// </summary>
    public DhcpDecision DecideBootServer(in DhcpArrival arrival)
    {
        var message = arrival.Message;
        if (message.Op != DhcpOperation.BootRequest
            || message.Type is not (DhcpMessageType.Request or DhcpMessageType.Inform or DhcpMessageType.Discover))
        {
            return Silent(SilenceReason.NotAQuestion);
        }
        if (!IsMachine(message))
        {
            return Silent(SilenceReason.NoIdentity);
        }
        var table = _subnets.Current;
        if ((table.Containing(arrival.Source) ?? table.OnLink(arrival.Link.Name)) is not { } subnet)
        {
            return Silent(SilenceReason.UnknownNetwork);
        }
        if (subnet.Mode == SubnetMode.Off)
        {
            return Silent(SilenceReason.NetworkOff);
        }
        // The answer goes to the source: nobody outside may have it sent to somebody else.
        if (!subnet.Network.IsHost(arrival.Source))
        {
            return Silent(SilenceReason.ForeignSource);
        }
        var server = subnet.Advertise ?? arrival.Link.AddressIn(subnet.Network);
        var exchange = new Exchange(arrival, subnet, server, BootClient.Of(message));
        if (exchange.Client.Kind == DhcpClientKind.Ordinary)
        {
            return Silent(SilenceReason.NotForProxy);
        }
        if (BootFor(exchange) is not (not DhcpBoot.Nothing and var boot))
        {
            return Silent(SilenceReason.NothingToBoot);
        }
        if (subnet.Mode == SubnetMode.Proxy && message.Ciaddr == arrival.Source)
        {
            _sessions.Learn(exchange.Client.Mac, arrival.Source);
        }
        var reply = ComposeBoot(exchange, DhcpMessageType.Ack, boot, BootForm.BootServer);
        return new DhcpDecision.Reply(reply, exchange.RouteToSource(), subnet);
    }

    /// <summary>Port 67 beside another DHCP server: an offer without an address, for machines that boot from us (PXE 2.1 §2.2.2).</summary>
    private DhcpDecision DecideAsProxy(in Exchange exchange)
    {
        var message = exchange.Message;
        if (message.Type == DhcpMessageType.Request)
        {
            return Learn(exchange, message.Options.ServerIdentifier ?? default);
        }
        if (message.Type != DhcpMessageType.Discover || exchange.Client.Kind == DhcpClientKind.Ordinary)
        {
            return Silent(SilenceReason.NotForProxy);
        }
        if (BootFor(exchange) is not (not DhcpBoot.Nothing and var boot))
        {
            return Silent(SilenceReason.NothingToBoot);
        }
        var reply = ComposeBoot(exchange, DhcpMessageType.Offer, boot, BootForm.ProxyOffer);
        return new DhcpDecision.Reply(reply, ReplyRoute.For(message, reply), exchange.Subnet);
    }

    private static DhcpDecision Learn(in Exchange exchange, IPv4Address server)
    {
        var message = exchange.Message;
        var address = message.Options.RequestedAddress ?? message.Ciaddr;
        return exchange.Subnet.Network.IsHost(address)
            ? new DhcpDecision.Learned(exchange.Client.Mac, address, server, exchange.Subnet)
            : Silent(SilenceReason.OtherServer);
    }

    private static DhcpReply ComposeBoot(in Exchange exchange, DhcpMessageType type, DhcpBoot boot, BootForm form)
    {
        var reply = exchange.Message.ReplyWith(type);
        reply.ServerIdentifier = exchange.ServerIdentifier;
        BootRules.Write(new BootReply(reply, exchange.Client, boot, exchange.Server, form));
        return reply;
    }
}
