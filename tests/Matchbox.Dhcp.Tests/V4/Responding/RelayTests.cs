using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Dhcp.Tests.V4.Responding;

/// <summary>Which network a message is for, and what relays want (RFC 3046, 3527, 3011, 5107, 5010).</summary>
public sealed class RelayTests
{
    private static readonly Subnet Far = ResponderRig.Authoritative with
    {
        Network = IPv4Network.Parse("10.88.0.0/24"),
        Interface = null,
        Pools = [new AddressRange(IPv4Address.Parse("10.88.0.100"), IPv4Address.Parse("10.88.0.199"))],
        Options = [],
    };

    private static readonly IPv4Address Relay = IPv4Address.Parse("10.88.0.1");

    private readonly ResponderRig _rig = new(ResponderRig.Authoritative, Far);

    [Fact]
    public void A_relay_inside_the_network_is_answered_at_its_server_port()
    {
        var offer = _rig.Ask(Relayed(Relay));
        Assert.Equal(IPv4Address.Parse("10.88.0.100"), offer.Message.Yiaddr);
        Assert.Equal(new ReplyRoute(ReplyDelivery.Routed, Relay, 67), offer.Route);
        Assert.Equal(Relay, offer.Message.Giaddr);
        Assert.Equal(ResponderRig.Server, offer.Options.ServerIdentifier);
    }

    [Fact]
    public void A_relay_of_no_network_of_ours_is_not_answered()
    {
        Assert.Equal(SilenceReason.UnknownNetwork, _rig.Silence(Relayed(IPv4Address.Parse("10.99.0.1"))));
    }

    [Fact]
    public void Named_relays_are_the_only_ones()
    {
        var rig = new ResponderRig(Far with { Relays = [IPv4Address.Parse("192.0.2.9")] });
        Assert.Equal(SilenceReason.UnknownRelay, rig.Silence(Relayed(Relay)));
        Assert.Equal(IPv4Address.Parse("10.88.0.100"), rig.Ask(Relayed(IPv4Address.Parse("192.0.2.9"))).Message.Yiaddr);
    }

    [Fact]
    public void Option_82_comes_back_last_and_is_stored()
    {
        byte[] information = [1, 4, 0xa, 0xb, 0xc, 0xd, 2, 2, 9, 9];
        var offer = _rig.Ask(Relayed(Relay).Option(DhcpOptionCode.RelayAgentInformation, information));
        Assert.Equal(information, offer.Options.RelayAgentInformation.Octets.ToArray());
        var last = DhcpOptionCode.Pad;
        foreach (var option in offer.Options)
        {
            last = option.Code;
        }
        Assert.Equal(DhcpOptionCode.RelayAgentInformation, last);

        var request = new DhcpPacket { Giaddr = Relay }.Option(DhcpOptionCode.MessageType, 3)
            .Option(DhcpOptionCode.RequestedAddress, ResponderRig.Octets(offer.Message.Yiaddr))
            .Option(DhcpOptionCode.ServerIdentifier, ResponderRig.Octets(ResponderRig.Server))
            .Option(DhcpOptionCode.RelayAgentInformation, information);
        var grant = Assert.IsType<DhcpDecision.Grant>(_rig.Decide(request));
        Assert.Equal(information, grant.Lease.Lease.RelayInformation);
    }

    [Fact]
    public void Link_selection_comes_before_giaddr()
    {
        var rig = new ResponderRig(ResponderRig.Authoritative, Far with { Relays = [IPv4Address.Parse("10.77.0.3")] });
        var offer = rig.Ask(Relayed(IPv4Address.Parse("10.77.0.3")).Option(DhcpOptionCode.RelayAgentInformation, 5, 4, 10, 88, 0, 0));
        Assert.Equal(IPv4Address.Parse("10.88.0.100"), offer.Message.Yiaddr);
        Assert.Equal(IPv4Address.Parse("10.77.0.3"), offer.Route.Destination);
    }

    [Fact]
    public void Link_selection_of_a_relay_that_the_network_does_not_name_is_refused()
    {
        Assert.Equal(SilenceReason.UnknownRelay,
            _rig.Silence(Relayed(IPv4Address.Parse("10.77.0.3")).Option(DhcpOptionCode.RelayAgentInformation, 5, 4, 10, 88, 0, 0)));
    }

    [Fact]
    public void A_client_cannot_choose_a_far_network_for_itself()
    {
        var offer = _rig.Ask(ResponderRig.Discover.Option(DhcpOptionCode.SubnetSelection, 10, 88, 0, 0));
        Assert.Equal(IPv4Address.Parse("10.77.0.100"), offer.Message.Yiaddr);
    }

    [Fact]
    public void The_relays_override_stands_in_54_and_is_understood_when_it_comes_back()
    {
        byte[] information = [11, 4, 10, 88, 0, 1];
        var offer = _rig.Ask(Relayed(Relay).Option(DhcpOptionCode.RelayAgentInformation, information));
        Assert.Equal(Relay, offer.Options.ServerIdentifier);

        var ack = _rig.Ask(new DhcpPacket { Giaddr = Relay }.Option(DhcpOptionCode.MessageType, 3)
            .Option(DhcpOptionCode.RequestedAddress, ResponderRig.Octets(offer.Message.Yiaddr))
            .Option(DhcpOptionCode.ServerIdentifier, ResponderRig.Octets(Relay))
            .Option(DhcpOptionCode.RelayAgentInformation, information));
        Assert.Equal(DhcpMessageType.Ack, ack.Message.Type);
    }

    [Fact]
    public void A_renewal_past_the_relay_is_of_the_network_of_ciaddr_and_keeps_what_the_relay_said()
    {
        var offer = _rig.Ask(Relayed(Relay));
        var request = new DhcpPacket { Giaddr = Relay }.Option(DhcpOptionCode.MessageType, 3)
            .Option(DhcpOptionCode.RequestedAddress, ResponderRig.Octets(offer.Message.Yiaddr))
            .Option(DhcpOptionCode.ServerIdentifier, ResponderRig.Octets(ResponderRig.Server))
            .Option(DhcpOptionCode.RelayAgentInformation, 1, 1, 7);
        Assert.IsType<DhcpDecision.Grant>(_rig.Decide(request));

        var renewal = new DhcpPacket { Ciaddr = offer.Message.Yiaddr }.Option(DhcpOptionCode.MessageType, 3);
        var grant = Assert.IsType<DhcpDecision.Grant>(_rig.Decide(renewal, unicast: true));
        Assert.Equal(new ReplyRoute(ReplyDelivery.Routed, offer.Message.Yiaddr, 68), grant.Route);
        Assert.Equal([1, 1, 7], grant.Lease.Lease.RelayInformation);
    }

    [Fact]
    public void A_refusal_through_a_relay_has_the_broadcast_bit()
    {
        var request = new DhcpPacket { Giaddr = Relay }.Option(DhcpOptionCode.MessageType, 3).Option(DhcpOptionCode.RequestedAddress, 192, 0, 2, 1);
        var nak = _rig.Ask(request);
        Assert.Equal(DhcpMessageType.Nak, nak.Message.Type);
        Assert.True(nak.Message.Broadcast);
        Assert.Equal(Relay, nak.Route.Destination);
    }

    private static DhcpPacket Relayed(IPv4Address relay) =>
        new DhcpPacket { Giaddr = relay, Hops = 1 }.Option(DhcpOptionCode.MessageType, (byte)DhcpMessageType.Discover);
}
