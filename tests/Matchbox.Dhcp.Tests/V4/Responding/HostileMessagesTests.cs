using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Dhcp.Tests.V4.Responding;

/// <summary>Packets that no sane client sends: nothing throws, nothing grows without bound, client text comes out harmless.</summary>
public sealed class HostileMessagesTests
{
    // Twenty million by MATCHBOX_FUZZ=20000000; the same seed gives the same packets.
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("MATCHBOX_FUZZ"), out var count) ? count : 60_000;

    [Theory]
    [InlineData(SubnetMode.Authoritative)]
    [InlineData(SubnetMode.Proxy)]
    public void Mutated_packets_crash_nothing_and_every_answer_is_readable(SubnetMode mode)
    {
        var rig = new ResponderRig(ResponderRig.Authoritative with { Mode = mode });
        var random = new Random(20260301);
        var answers = 0;
        for (var i = 0; i < Count; i++)
        {
            var octets = (byte[])Captures.DhcpRequests[random.Next(Captures.DhcpRequests.Count)].Clone();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                octets[random.Next(octets.Length)] = (byte)random.Next(256);
            }
            if (!DhcpMessage.TryParse(octets.AsSpan(0, random.Next(4) == 0 ? random.Next(octets.Length) : octets.Length), out var message, out _))
            {
                continue;
            }
            var decision = random.Next(8) == 0
                ? rig.DecideBootServer(message, IPv4Address.Parse("10.77.0.42"))
                : rig.Decide(message, unicast: random.Next(2) == 0);
            if (decision is DhcpDecision.Reply or DhcpDecision.Grant)
            {
                Answer.Of(decision);
                answers++;
            }
            if ((i & 1023) == 0)
            {
                rig.Clock.Advance(TimeSpan.FromSeconds(5));
            }
        }
        Assert.True(answers > Count / 100, $"only {answers} answers: the test tests nothing");
    }

    [Fact]
    public void A_flood_of_strangers_fills_no_memory_and_leaves_room_for_a_known_machine()
    {
        var rig = new ResponderRig();
        for (var i = 0; i < 20_000; i++)
        {
            rig.Decide(new DhcpPacket { Chaddr = new HardwareAddress([2, 0, 0, 0, (byte)(i >> 8), (byte)i]) }
                .Option(DhcpOptionCode.MessageType, 1)
                .Option(DhcpOptionCode.VendorClass, "PXEClient"u8.ToArray()));
        }
        var counts = Assert.Single(rig.Leases.Counts());
        Assert.InRange(counts.Offered, 1, 10);
        Assert.True(rig.Machines.All.Count <= Core.Machines.MachineRegistry.MaxStrangers);
        Assert.IsType<DhcpDecision.Reply>(rig.Decide(ResponderRig.Discover));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\nb\u001b[2J", "a\\x0ab\\x1b[2J")]
    [InlineData("back\\slash", "back\\x5cslash")]
    public void Client_text_is_escaped(string text, string expected)
    {
        Assert.Equal(expected, ClientText.Escape(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Client_text_is_cut()
    {
        Assert.Equal(ClientText.MaxLength + 3, ClientText.Escape(new byte[1000].Select(_ => (byte)'x').ToArray()).Length);
    }

    [Fact]
    public void A_host_name_is_stored_escaped()
    {
        var rig = new ResponderRig();
        rig.Ask(ResponderRig.Discover);
        var grant = Assert.IsType<DhcpDecision.Grant>(rig.Decide(
            ResponderRig.Selecting(IPv4Address.Parse("10.77.0.100")).Option(DhcpOptionCode.HostName, (byte)'a', 10, (byte)'b')));
        Assert.Equal("a\\x0ab", grant.Lease.Lease.HostName);
    }
}
