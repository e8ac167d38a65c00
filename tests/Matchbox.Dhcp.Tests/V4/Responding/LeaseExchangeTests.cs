using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Dhcp.Tests.V4.Responding;

/// <summary>RFC 2131 §4.3, message by message, on a network that is ours.</summary>
public sealed class LeaseExchangeTests
{
    private static readonly IPv4Address First = IPv4Address.Parse("10.77.0.100");
    private static readonly HardwareAddress Other = HardwareAddress.Parse("52:54:00:77:00:02");

    private readonly ResponderRig _rig = new();

    [Fact]
    public void A_discover_is_offered_an_address_with_the_fields_of_table_3()
    {
        var offer = _rig.Ask(new DhcpPacket { Xid = 0xcafe, Secs = 9 }.Option(DhcpOptionCode.MessageType, 1).Option(DhcpOptionCode.ClientId, 1, 2, 3));

        Assert.Equal(DhcpMessageType.Offer, offer.Message.Type);
        Assert.Equal(DhcpOperation.BootReply, offer.Message.Op);
        Assert.Equal(0xcafeu, offer.Message.Xid);
        Assert.Equal(0, offer.Message.Secs);
        Assert.Equal(First, offer.Message.Yiaddr);
        Assert.Equal(ResponderRig.Server, offer.Options.ServerIdentifier);
        Assert.Equal(3600u, offer.Options.LeaseTime);
        Assert.Equal(1800u, offer.Options.GetUInt32(DhcpOptionCode.RenewalTime));
        Assert.Equal(3150u, offer.Options.GetUInt32(DhcpOptionCode.RebindingTime));
        Assert.Equal(IPv4Address.Parse("255.255.255.0"), offer.Options.GetAddress(DhcpOptionCode.SubnetMask));
        Assert.Equal([1, 2, 3], offer.Options.ClientId.ToArray());
        Assert.False(offer.Options.Contains(DhcpOptionCode.RequestedAddress));
        Assert.True(offer.Octets.Length >= 300);
    }

    [Fact]
    public void A_machine_without_an_address_gets_its_offer_by_its_hardware_address()
    {
        var offer = _rig.Ask(ResponderRig.Discover);
        Assert.Equal(new ReplyRoute(ReplyDelivery.LinkUnicast, First, 68, ResponderRig.Mac), offer.Route);
    }

    [Fact]
    public void The_broadcast_flag_gets_a_broadcast()
    {
        var offer = _rig.Ask(new DhcpPacket { Flags = 0x8000 }.Option(DhcpOptionCode.MessageType, 1));
        Assert.Equal(ReplyDelivery.Broadcast, offer.Route.Delivery);
        Assert.True(offer.Message.Broadcast);
    }

    [Fact]
    public void A_repeated_discover_has_the_same_answer()
    {
        Assert.Equal(_rig.Ask(ResponderRig.Discover).Octets, _rig.Ask(ResponderRig.Discover).Octets);
    }

    [Fact]
    public void Selecting_us_is_granted_and_repeated_alike()
    {
        var offer = _rig.Ask(ResponderRig.Discover);
        var first = Assert.IsType<DhcpDecision.Grant>(_rig.Decide(ResponderRig.Selecting(offer.Message.Yiaddr)));
        var again = Assert.IsType<DhcpDecision.Grant>(_rig.Decide(ResponderRig.Selecting(offer.Message.Yiaddr)));

        Assert.Equal(ResponderRig.Mac, first.Lease.Lease.Hardware);
        Assert.Equal(Answer.Of(first).Octets, Answer.Of(again).Octets);
        Assert.Equal(DhcpMessageType.Ack, Answer.Of(first).Message.Type);
    }

    [Fact]
    public void Selecting_a_free_address_of_ours_is_granted_after_a_restart_lost_the_offer()
    {
        var answer = _rig.Ask(ResponderRig.Selecting(IPv4Address.Parse("10.77.0.150")));
        Assert.Equal(DhcpMessageType.Ack, answer.Message.Type);
        Assert.Equal(IPv4Address.Parse("10.77.0.150"), answer.Message.Yiaddr);
    }

    [Fact]
    public void Selecting_what_another_has_is_refused_by_broadcast()
    {
        var taken = _rig.Lease(Other).Message.Yiaddr;
        var answer = _rig.Ask(ResponderRig.Selecting(taken));

        Assert.Equal(DhcpMessageType.Nak, answer.Message.Type);
        Assert.Equal(ReplyDelivery.Broadcast, answer.Route.Delivery);
        Assert.Equal("address in use", answer.Options.GetText(DhcpOptionCode.Message));
        Assert.True(answer.Message.Yiaddr.IsAny);
        Assert.Null(answer.Options.LeaseTime);
    }

    [Fact]
    public void Selecting_another_server_frees_our_offer_and_tells_who_it_is()
    {
        var offered = _rig.Ask(ResponderRig.Discover).Message.Yiaddr;
        var foreign = IPv4Address.Parse("10.77.0.250");
        var learned = Assert.IsType<DhcpDecision.Learned>(_rig.Decide(ResponderRig.Selecting(IPv4Address.Parse("10.77.0.77"), server: foreign)));

        Assert.Equal(foreign, learned.Server);
        Assert.Equal(IPv4Address.Parse("10.77.0.77"), learned.Address);
        Assert.Equal(offered, _rig.Ask(new DhcpPacket { Chaddr = Other }.Option(DhcpOptionCode.MessageType, 1).Option(DhcpOptionCode.RequestedAddress, ResponderRig.Octets(offered))).Message.Yiaddr);
    }

    [Fact]
    public void Init_reboot_with_our_lease_is_granted()
    {
        var leased = _rig.Lease(ResponderRig.Mac).Message.Yiaddr;
        Assert.Equal(DhcpMessageType.Ack, _rig.Ask(InitReboot(leased)).Message.Type);
    }

    [Theory]
    [InlineData("192.0.2.7", "wrong network")]
    [InlineData("10.77.0.150", "lease unknown")]
    public void Init_reboot_with_anything_else_is_refused_on_our_network(string address, string reason)
    {
        var answer = _rig.Ask(InitReboot(IPv4Address.Parse(address)));
        Assert.Equal(DhcpMessageType.Nak, answer.Message.Type);
        Assert.Equal(reason, answer.Options.GetText(DhcpOptionCode.Message));
    }

    [Fact]
    public void Renewing_is_granted_to_ciaddr_without_asking_the_neighbour_table()
    {
        var leased = _rig.Lease(ResponderRig.Mac).Message.Yiaddr;
        var answer = _rig.Ask(Holding(leased), unicast: true);

        Assert.Equal(DhcpMessageType.Ack, answer.Message.Type);
        Assert.Equal(leased, answer.Message.Ciaddr);
        Assert.Equal(leased, answer.Message.Yiaddr);
        Assert.Equal(new ReplyRoute(ReplyDelivery.LinkUnicast, leased, 68, ResponderRig.Mac), answer.Route);
    }

    [Fact]
    public void Rebinding_a_lease_of_ours_is_granted()
    {
        var leased = _rig.Lease(ResponderRig.Mac).Message.Yiaddr;
        Assert.Equal(DhcpMessageType.Ack, _rig.Ask(Holding(leased)).Message.Type);
    }

    [Fact]
    public void Rebinding_what_we_never_gave_is_refused()
    {
        Assert.Equal(DhcpMessageType.Nak, _rig.Ask(Holding(IPv4Address.Parse("10.77.0.150"))).Message.Type);
    }

    [Fact]
    public void A_request_that_names_no_address_is_malformed()
    {
        Assert.Equal(SilenceReason.Malformed, _rig.Silence(DhcpPacket.Of(DhcpMessageType.Request)));
        Assert.Equal(SilenceReason.Malformed, _rig.Silence(
            DhcpPacket.Of(DhcpMessageType.Request).Option(DhcpOptionCode.ServerIdentifier, ResponderRig.Octets(ResponderRig.Server))));
    }

    [Fact]
    public void A_declined_address_goes_into_quarantine()
    {
        var leased = _rig.Lease(ResponderRig.Mac).Message.Yiaddr;
        var declined = Assert.IsType<DhcpDecision.Declined>(_rig.Decide(Decline(leased)));

        Assert.False(declined.Storm);
        Assert.NotNull(declined.Record);
        Assert.NotEqual(leased, _rig.Ask(ResponderRig.Discover).Message.Yiaddr);
    }

    [Fact]
    public void Declining_without_end_is_a_storm_and_drains_nothing()
    {
        for (var i = 0; i < 4; i++)
        {
            Assert.False(Assert.IsType<DhcpDecision.Declined>(_rig.Decide(Decline(_rig.Lease(ResponderRig.Mac).Message.Yiaddr))).Storm);
        }
        Assert.True(Assert.IsType<DhcpDecision.Declined>(_rig.Decide(Decline(_rig.Lease(ResponderRig.Mac).Message.Yiaddr))).Storm);
    }

    [Fact]
    public void Only_the_holder_declines_or_releases()
    {
        var taken = _rig.Lease(Other).Message.Yiaddr;
        Assert.Equal(SilenceReason.NotTheirs, _rig.Silence(Decline(taken)));
        Assert.Equal(SilenceReason.NotTheirs, _rig.Silence(Release(taken), unicast: true));
        Assert.Equal(SilenceReason.Malformed, _rig.Silence(DhcpPacket.Of(DhcpMessageType.Decline)));
    }

    [Fact]
    public void A_released_address_is_free_and_remembered()
    {
        var leased = _rig.Lease(ResponderRig.Mac).Message.Yiaddr;
        Assert.IsType<DhcpDecision.Released>(_rig.Decide(Release(leased), unicast: true));
        Assert.Null(_rig.Leases.OwnerOf(leased));
        Assert.Equal(leased, _rig.Ask(ResponderRig.Discover).Message.Yiaddr);
    }

    [Fact]
    public void Inform_is_answered_with_options_and_without_an_address()
    {
        var address = IPv4Address.Parse("10.77.0.20");
        var packet = new DhcpPacket { Ciaddr = address }.Option(DhcpOptionCode.MessageType, (byte)DhcpMessageType.Inform);
        var answer = _rig.Ask(packet, unicast: true);

        Assert.Equal(DhcpMessageType.Ack, answer.Message.Type);
        Assert.True(answer.Message.Yiaddr.IsAny);
        Assert.Null(answer.Options.LeaseTime);
        Assert.False(answer.Options.Contains(DhcpOptionCode.RenewalTime));
        Assert.Equal(address, answer.Route.Destination);
        Assert.True(answer.Options.Contains(DhcpOptionCode.Router));
    }

    [Fact]
    public void Inform_from_elsewhere_is_not_reflected()
    {
        var packet = new DhcpPacket { Ciaddr = IPv4Address.Parse("192.0.2.1") }.Option(DhcpOptionCode.MessageType, (byte)DhcpMessageType.Inform);
        Assert.Equal(SilenceReason.ForeignSource, _rig.Silence(packet));
        Assert.Equal(SilenceReason.Malformed, _rig.Silence(DhcpPacket.Of(DhcpMessageType.Inform)));
    }

    [Fact]
    public void An_empty_pool_is_told_not_answered()
    {
        var rig = new ResponderRig(ResponderRig.Authoritative with { Pools = [new AddressRange(First, First)] });
        rig.Lease(Other);
        Assert.IsType<DhcpDecision.Exhausted>(rig.Decide(ResponderRig.Discover));
    }

    [Fact]
    public void Nothing_is_said_where_we_have_no_word()
    {
        Assert.Equal(SilenceReason.NetworkOff, new ResponderRig(ResponderRig.Authoritative with { Mode = SubnetMode.Off }).Silence(ResponderRig.Discover));
        Assert.Equal(SilenceReason.UnknownNetwork, new ResponderRig(ResponderRig.Authoritative with { Interface = "rack9" }).Silence(ResponderRig.Discover));
        _rig.IsOpened = false;
        Assert.Equal(SilenceReason.NetworkNotOpened, _rig.Silence(ResponderRig.Discover));
    }

    [Fact]
    public void Who_has_no_identity_gets_nothing()
    {
        Assert.Equal(SilenceReason.NoIdentity, _rig.Silence(new DhcpPacket { Chaddr = HardwareAddress.Parse("01:00:5e:00:00:01") }.Option(DhcpOptionCode.MessageType, 1)));
        Assert.Equal(SilenceReason.NoIdentity, _rig.Silence(new DhcpPacket { Chaddr = HardwareAddress.Parse("00:00:00:00:00:00") }.Option(DhcpOptionCode.MessageType, 1)));
        Assert.Equal(SilenceReason.NotAQuestion, _rig.Silence(new DhcpPacket { Op = 2 }.Option(DhcpOptionCode.MessageType, 2)));
        Assert.Equal(SilenceReason.NotAQuestion, _rig.Silence(DhcpPacket.Of(DhcpMessageType.Offer)));
    }

    [Fact]
    public void A_client_of_InfiniBand_is_told_apart_by_its_identifier()
    {
        var offer = _rig.Ask(new DhcpPacket { Htype = 32, Hlen = 0, Chaddr = default, Flags = 0x8000 }.Option(DhcpOptionCode.MessageType, 1).Option(DhcpOptionCode.ClientId, 0, 9, 9));
        Assert.Equal(First, offer.Message.Yiaddr);
        Assert.Equal(ReplyDelivery.Broadcast, offer.Route.Delivery);
    }

    [Fact]
    public void Our_identity_is_what_the_network_advertises_but_our_address_is_understood_too()
    {
        var rig = new ResponderRig(ResponderRig.Authoritative with { Advertise = IPv4Address.Parse("10.77.0.9") });
        var offer = rig.Ask(ResponderRig.Discover);
        Assert.Equal(IPv4Address.Parse("10.77.0.9"), offer.Options.ServerIdentifier);
        Assert.Equal(DhcpMessageType.Ack, rig.Ask(ResponderRig.Selecting(offer.Message.Yiaddr)).Message.Type);
    }

    private static DhcpPacket InitReboot(IPv4Address address) =>
        DhcpPacket.Of(DhcpMessageType.Request).Option(DhcpOptionCode.RequestedAddress, ResponderRig.Octets(address));

    private static DhcpPacket Holding(IPv4Address address) =>
        new DhcpPacket { Ciaddr = address }.Option(DhcpOptionCode.MessageType, (byte)DhcpMessageType.Request);

    private static DhcpPacket Decline(IPv4Address address) => DhcpPacket.Of(DhcpMessageType.Decline)
        .Option(DhcpOptionCode.RequestedAddress, ResponderRig.Octets(address))
        .Option(DhcpOptionCode.ServerIdentifier, ResponderRig.Octets(ResponderRig.Server));

    private static DhcpPacket Release(IPv4Address address) =>
        new DhcpPacket { Ciaddr = address }.Option(DhcpOptionCode.MessageType, (byte)DhcpMessageType.Release)
            .Option(DhcpOptionCode.ServerIdentifier, ResponderRig.Octets(ResponderRig.Server));
}
