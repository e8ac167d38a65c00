using System.Text;
using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Dhcp.Tests.V4.Responding;

/// <summary>Beside another DHCP server: ports 67 and 4011 (PXE 2.1 §2.2).</summary>
public sealed class ProxyTests
{
    private static readonly IPv4Address Machine = IPv4Address.Parse("10.77.0.42");

    private readonly ResponderRig _rig = new(ResponderRig.Proxy);

    [Fact]
    public void Firmware_is_offered_a_file_and_no_address()
    {
        var offer = _rig.Ask(Firmware(DhcpMessageType.Discover));
        Assert.True(offer.Message.Yiaddr.IsAny);
        Assert.Null(offer.Options.LeaseTime);
        Assert.False(offer.Options.Contains(DhcpOptionCode.SubnetMask));
        Assert.False(offer.Options.Contains(DhcpOptionCode.RenewalTime));
        Assert.Equal(ResponderRig.Server, offer.Options.ServerIdentifier);
        Assert.Equal(ResponderRig.Server, offer.Message.Siaddr);
        Assert.EndsWith("/undionly.kpxe", offer.Message.File, StringComparison.Ordinal);
        Assert.Equal(ReplyDelivery.Broadcast, offer.Route.Delivery);
    }

    [Fact]
    public void An_ordinary_client_is_none_of_our_business()
    {
        Assert.Equal(SilenceReason.NotForProxy, _rig.Silence(ResponderRig.Discover));
        Assert.Equal(SilenceReason.NotForProxy, _rig.Silence(DhcpPacket.Of(DhcpMessageType.Inform)));
    }

    [Fact]
    public void Other_peoples_firmware_is_ignored_and_not_recorded()
    {
        var rig = new ResponderRig(ResponderRig.Proxy with { Unknown = UnknownPolicy.Ignore });
        Assert.Equal(SilenceReason.NothingToBoot, rig.Silence(Firmware(DhcpMessageType.Discover)));
        Assert.Empty(rig.Machines.All);
    }

    [Fact]
    public void A_request_to_the_other_server_is_learned_and_not_answered()
    {
        var learned = Assert.IsType<DhcpDecision.Learned>(_rig.Decide(ResponderRig.Selecting(Machine, server: IPv4Address.Parse("10.77.0.250"))));
        Assert.Equal((ResponderRig.Mac, Machine), (learned.Client, learned.Address));
    }

    [Fact]
    public void Port_4011_answers_to_where_the_question_came_from_and_learns_it()
    {
        var request = Firmware(DhcpMessageType.Request);
        request.Ciaddr = Machine;
        var answer = Answer.Of(_rig.DecideBootServer(request.ToMessage(), Machine, 1234));

        Assert.Equal(DhcpMessageType.Ack, answer.Message.Type);
        Assert.Equal(new ReplyRoute(ReplyDelivery.LinkUnicast, Machine, 1234, ResponderRig.Mac), answer.Route);
        Assert.True(answer.Message.Yiaddr.IsAny);
        Assert.Null(answer.Options.LeaseTime);
        Assert.Equal("PXEClient"u8.ToArray(), answer.Options.VendorClass.ToArray());
        Assert.EndsWith("/undionly.kpxe", answer.Message.File, StringComparison.Ordinal);
        Assert.Equal(ResponderRig.Mac, _rig.Sessions.OwnerOf(Machine));
    }

    [Fact]
    public void Port_4011_believes_no_ciaddr_that_is_not_the_source()
    {
        var request = Firmware(DhcpMessageType.Request);
        request.Ciaddr = IPv4Address.Parse("10.77.0.43");
        Answer.Of(_rig.DecideBootServer(request.ToMessage(), Machine));
        Assert.Null(_rig.Sessions.OwnerOf(IPv4Address.Parse("10.77.0.43")));
        Assert.Null(_rig.Sessions.OwnerOf(Machine));
    }

    [Fact]
    public void Port_4011_answers_nobody_from_elsewhere_and_no_ordinary_client()
    {
        Assert.Equal(SilenceReason.ForeignSource, Reason(_rig.DecideBootServer(Firmware(DhcpMessageType.Request).ToMessage(), IPv4Address.Parse("192.0.2.1"))));
        Assert.Equal(SilenceReason.NotForProxy, Reason(_rig.DecideBootServer(DhcpPacket.Of(DhcpMessageType.Request).ToMessage(), Machine)));
        Assert.Equal(SilenceReason.NotAQuestion, Reason(_rig.DecideBootServer(DhcpPacket.Of(DhcpMessageType.Release).ToMessage(), Machine)));
    }

    [Fact]
    public void Port_4011_answers_on_a_network_of_our_own_too()
    {
        var rig = new ResponderRig();
        Assert.IsType<DhcpDecision.Reply>(rig.DecideBootServer(Firmware(DhcpMessageType.Request).ToMessage(), Machine));
    }

    private static SilenceReason Reason(DhcpDecision decision) => Assert.IsType<DhcpDecision.Silence>(decision).Reason;

    private static DhcpPacket Firmware(DhcpMessageType type) => DhcpPacket.Of(type)
        .Option(DhcpOptionCode.VendorClass, Encoding.ASCII.GetBytes("PXEClient:Arch:00000:UNDI:002001"))
        .Option(DhcpOptionCode.ClientArchitecture, 0, 0);
}
