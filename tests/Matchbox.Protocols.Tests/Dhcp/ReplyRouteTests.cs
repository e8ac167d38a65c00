using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Protocols.Tests.Dhcp;

public class ReplyRouteTests
{
    [Theory]
    [InlineData(DhcpMessageType.Offer, "10.78.0.1", "0.0.0.0", false, "10.77.0.100", ReplyDelivery.Routed, "10.78.0.1", 67)]
    [InlineData(DhcpMessageType.Nak, "10.78.0.1", "10.77.0.9", false, "0.0.0.0", ReplyDelivery.Routed, "10.78.0.1", 67)]
    [InlineData(DhcpMessageType.Ack, "10.78.0.1", "10.77.0.9", true, "10.77.0.9", ReplyDelivery.Routed, "10.78.0.1", 67)]
    [InlineData(DhcpMessageType.Ack, "0.0.0.0", "10.77.0.9", true, "10.77.0.9", ReplyDelivery.Routed, "10.77.0.9", 68)]
    [InlineData(DhcpMessageType.Nak, "0.0.0.0", "10.77.0.9", false, "0.0.0.0", ReplyDelivery.Broadcast, "255.255.255.255", 68)]
    [InlineData(DhcpMessageType.Offer, "0.0.0.0", "0.0.0.0", true, "10.77.0.100", ReplyDelivery.Broadcast, "255.255.255.255", 68)]
    [InlineData(DhcpMessageType.Offer, "0.0.0.0", "0.0.0.0", false, "10.77.0.100", ReplyDelivery.LinkUnicast, "10.77.0.100", 68)]
    [InlineData(DhcpMessageType.Offer, "0.0.0.0", "0.0.0.0", false, "0.0.0.0", ReplyDelivery.Broadcast, "255.255.255.255", 68)]
    public void A_reply_goes_where_section_4_1_says(
        DhcpMessageType type, string giaddr, string ciaddr, bool broadcast, string yiaddr,
        ReplyDelivery delivery, string destination, ushort port)
    {
        var packet = DhcpPacket.Of(DhcpMessageType.Request);
        (packet.Giaddr, packet.Ciaddr, packet.Flags) =
            (IPv4Address.Parse(giaddr), IPv4Address.Parse(ciaddr), (ushort)(broadcast ? 0x8000 : 0));
        var request = packet.ToMessage();
        var route = ReplyRoute.For(request, request.ReplyWith(type) with { Yiaddr = IPv4Address.Parse(yiaddr) });
        Assert.Equal((delivery, IPv4Address.Parse(destination), port), (route.Delivery, route.Destination, route.Port));
        Assert.Equal(delivery == ReplyDelivery.LinkUnicast ? request.Chaddr : default, route.Hardware);
    }

    [Theory]
    [InlineData(32, 0, "00:00:00:00:00:00")]                   // IPoIB
    [InlineData(6, 6, "52:54:00:77:00:01")]                    // another kind of network
    [InlineData(1, 6, "01:00:5e:00:00:01")]                    // no machine's own address
    public void A_client_that_no_frame_can_name_gets_a_broadcast(byte htype, byte hlen, string chaddr)
    {
        var packet = DhcpPacket.Of(DhcpMessageType.Discover);
        (packet.Htype, packet.Hlen, packet.Chaddr) = (htype, hlen, HardwareAddress.Parse(chaddr));
        var request = packet.ToMessage();
        var reply = request.ReplyWith(DhcpMessageType.Offer) with { Yiaddr = IPv4Address.Parse("10.77.0.9") };
        Assert.Equal(ReplyDelivery.Broadcast, ReplyRoute.For(request, reply).Delivery);
    }
}
