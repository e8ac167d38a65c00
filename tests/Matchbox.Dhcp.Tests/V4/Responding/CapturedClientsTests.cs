using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Dhcp.Tests.V4.Responding;

/// <summary>Every packet that real clients sent, answered.</summary>
public sealed class CapturedClientsTests
{
    public static TheoryData<string> Names => [.. Captures.Names];

    [Theory, MemberData(nameof(Names))]
    public void Every_question_to_port_67_is_answered_on_a_network_of_ours(string capture)
    {
        var rig = new ResponderRig(Rack(SubnetMode.Authoritative));
        foreach (var (datagram, message) in Questions(capture).Where(question => question.Datagram.DestinationPort == 67))
        {
            // The other server of a proxy capture was not we: its clients' REQUESTs name it.
            var named = message.Options.ServerIdentifier;
            var decision = rig.Decide(message, datagram.Destination == ResponderRig.Server);
            if (message.Type == DhcpMessageType.Request && named is not null && named != ResponderRig.Server)
            {
                Assert.IsType<DhcpDecision.Learned>(decision);
                continue;
            }
            if (message.Type is not (DhcpMessageType.Discover or DhcpMessageType.Request))
            {
                continue;
            }
            var answer = Answer.Of(decision);
            Assert.Equal(message.Type == DhcpMessageType.Discover ? DhcpMessageType.Offer : DhcpMessageType.Ack, answer.Message.Type);
            AssertForm(message, answer);
            Assert.Equal(message.Broadcast ? ReplyDelivery.Broadcast : ReplyDelivery.LinkUnicast, answer.Route.Delivery);
            AssertBoot(message, answer);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Firmware_is_told_what_to_boot_beside_another_server(string capture)
    {
        var rig = new ResponderRig(Rack(SubnetMode.Proxy));
        foreach (var (datagram, message) in Questions(capture))
        {
            var client = BootClient.Of(message);
            if (datagram.DestinationPort == 4011)
            {
                var ack = Answer.Of(rig.DecideBootServer(message, datagram.Source, datagram.SourcePort));
                AssertForm(message, ack);
                Assert.Equal((datagram.Source, datagram.SourcePort), (ack.Route.Destination, ack.Route.Port));
                Assert.Equal("PXEClient"u8.ToArray(), ack.Options.VendorClass.ToArray());
                Assert.NotEmpty(ack.Message.File);
            }
            else if (message.Type == DhcpMessageType.Discover && client.Kind != Core.Boot.DhcpClientKind.Ordinary)
            {
                var offer = Answer.Of(rig.Decide(message));
                AssertForm(message, offer);
                Assert.True(offer.Message.Yiaddr.IsAny);
                Assert.Equal(ResponderRig.Server, offer.Message.Siaddr);
                Assert.True(offer.Options.Contains(DhcpOptionCode.VendorClass));
                Assert.Null(offer.Options.LeaseTime);
            }
            else if (message.Type == DhcpMessageType.Discover)
            {
                Assert.IsType<DhcpDecision.Silence>(rig.Decide(message));
            }
        }
    }

    [Fact]
    public void The_captures_hold_every_kind_of_client()
    {
        var clients = Captures.Names.SelectMany(Questions).Select(question => BootClient.Of(question.Message)).ToArray();
        foreach (var architecture in new[] { ClientArchitecture.X86Bios, ClientArchitecture.X64Uefi, ClientArchitecture.X64UefiHttp, ClientArchitecture.Arm64Uefi })
        {
            Assert.Contains(clients, client => client.Architecture == architecture && client.Kind != Core.Boot.DhcpClientKind.Ordinary);
        }
        Assert.Contains(clients, client => client is { IsIpxe: true, IpxeHasHttp: true });
        Assert.Contains(clients, client => client.Kind == Core.Boot.DhcpClientKind.Ordinary);
    }

    private static Subnet Rack(SubnetMode mode) => ResponderRig.Authoritative with
    {
        Mode = mode,
        Pools = [new AddressRange(IPv4Address.Parse("10.77.0.10"), IPv4Address.Parse("10.77.0.249"))],
    };

    private static IEnumerable<(CapturedDatagram Datagram, DhcpMessage Message)> Questions(string capture)
    {
        foreach (var datagram in Captures.Dhcp(capture).Where(datagram => datagram.DestinationPort is 67 or 4011))
        {
            Assert.True(DhcpMessage.TryParse(datagram.Payload, out var message, out var error), $"frame {datagram.Frame}: {error}");
            if (message.Op == DhcpOperation.BootRequest)
            {
                yield return (datagram, message);
            }
        }
    }

    private static void AssertForm(DhcpMessage question, Answer answer)
    {
        Assert.Equal(question.Xid, answer.Message.Xid);
        Assert.Equal(question.Chaddr, answer.Message.Chaddr);
        Assert.Equal(question.Flags, answer.Message.Flags);
        Assert.Equal(ResponderRig.Server, answer.Options.ServerIdentifier);
        Assert.Equal(question.Options.ClientId.ToArray(), answer.Options.ClientId.ToArray());
        Assert.InRange(answer.Octets.Length, 300, Math.Max(question.Options.MaxMessageSize ?? 576, (ushort)576) - 28);
        Assert.False(answer.Options.Contains(DhcpOptionCode.Overload));
        Assert.Equal(question.Broadcast, answer.Message.Broadcast);
    }

    private static void AssertBoot(DhcpMessage question, Answer answer)
    {
        var client = BootClient.Of(question);
        var options = answer.Options;
        Assert.Equal(3600u, options.LeaseTime);
        Assert.True(options.Contains(DhcpOptionCode.Router));
        switch (client.Kind)
        {
            case Core.Boot.DhcpClientKind.Ordinary:
                Assert.False(options.Contains(DhcpOptionCode.VendorClass));
                Assert.Equal("", answer.Message.File);
                break;
            case Core.Boot.DhcpClientKind.HttpClient:
                Assert.Equal("HTTPClient"u8.ToArray(), options.VendorClass.ToArray());
                Assert.StartsWith("http://10.77.0.1:8080/boot/", options.GetText(DhcpOptionCode.BootFileName), StringComparison.Ordinal);
                break;
            case var _ when client.IsIpxe:
                Assert.False(options.Contains(DhcpOptionCode.VendorClass));
                Assert.StartsWith("http://10.77.0.1:8080/boot.ipxe?", answer.Message.File, StringComparison.Ordinal);
                Assert.Equal([176, 1, 1], options.Get(DhcpOptionCode.Ipxe).ToArray());
                break;
            default:
                Assert.Equal("PXEClient"u8.ToArray(), options.VendorClass.ToArray());
                Assert.Equal([6, 1, 8, 255], options.VendorSpecificInformation.ToArray());
                Assert.StartsWith("boot/", answer.Message.File, StringComparison.Ordinal);
                Assert.Equal(ResponderRig.Server, answer.Message.Siaddr);
                Assert.Equal(question.Options.Get(DhcpOptionCode.ClientMachineId).ToArray(), options.Get(DhcpOptionCode.ClientMachineId).ToArray());
                break;
        }
    }
}
