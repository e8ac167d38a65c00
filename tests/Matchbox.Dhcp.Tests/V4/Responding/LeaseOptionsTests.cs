using System.Collections.Immutable;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Networks;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Dhcp.Tests.V4.Responding;

/// <summary>What a machine is told beside its address, and whose word counts.</summary>
public sealed class LeaseOptionsTests
{
    private static readonly DhcpOptionCode Ntp = DhcpOptionCode.NtpServers;

    [Fact]
    public void The_machines_word_is_before_the_groups_and_that_before_the_networks()
    {
        var rig = new ResponderRig(ResponderRig.Authoritative with { Options = [Option(42, 1), Option(6, 1), Option(28, 1)] })
        {
            Catalog = new Catalog(
                [new Group { Id = "g", Selector = ImmutableSortedDictionary<string, string>.Empty.Add("mac", ResponderRig.Mac.ToString()), Options = [Option(42, 2), Option(6, 2)] }], [], []),
        };
        rig.Declare(new DeclaredMachine { Macs = [ResponderRig.Mac], Options = [Option(42, 3)] });

        var offer = rig.Ask(ResponderRig.Discover);
        Assert.Equal(IPv4Address.Parse("10.0.0.3"), offer.Options.GetAddress(Ntp));
        Assert.Equal(IPv4Address.Parse("10.0.0.2"), offer.Options.GetAddress(DhcpOptionCode.DomainNameServers));
        Assert.Equal(IPv4Address.Parse("10.0.0.1"), offer.Options.GetAddress(DhcpOptionCode.BroadcastAddress));
    }

    [Fact]
    public void A_group_for_others_says_nothing_to_this_machine()
    {
        var rig = new ResponderRig
        {
            Catalog = new Catalog(
                [new Group { Id = "g", Selector = ImmutableSortedDictionary<string, string>.Empty.Add("mac", "52:54:00:00:00:99"), Options = [Option(42, 2)] }], [], []),
        };
        Assert.False(rig.Ask(ResponderRig.Discover).Options.Contains(Ntp));
    }

    [Theory]
    [InlineData("node1", "node1", "rack.example")]
    [InlineData("node1.lab.example", "node1", "lab.example")]
    public void The_machines_name_becomes_12_and_15(string name, string host, string domain)
    {
        var rig = new ResponderRig(ResponderRig.Authoritative with { Options = [new ConfiguredOption(15, [.. "rack.example"u8])] });
        rig.Declare(new DeclaredMachine { Name = name, Macs = [ResponderRig.Mac] });
        var offer = rig.Ask(ResponderRig.Discover);
        Assert.Equal(host, offer.Options.HostName);
        Assert.Equal(domain, offer.Options.GetText(DhcpOptionCode.DomainName));
    }

    [Fact]
    public void A_reserved_address_is_given_and_to_nobody_else()
    {
        var rig = new ResponderRig();
        var reserved = IPv4Address.Parse("10.77.0.20");
        rig.Declare(new DeclaredMachine { Macs = [ResponderRig.Mac], Address = reserved });
        Assert.Equal(reserved, rig.Lease(ResponderRig.Mac).Message.Yiaddr);
        Assert.NotEqual(reserved, rig.Lease(HardwareAddress.Parse("52:54:00:77:00:09")).Message.Yiaddr);
    }

    [Fact]
    public void Routers_and_our_own_address_are_nobodys_also_inside_a_pool()
    {
        var rig = new ResponderRig(ResponderRig.Authoritative with
        {
            Pools = [new AddressRange(IPv4Address.Parse("10.77.0.1"), IPv4Address.Parse("10.77.0.3"))],
            Options = [new ConfiguredOption(3, [10, 77, 0, 2])],
        });
        Assert.Equal(IPv4Address.Parse("10.77.0.3"), rig.Lease(ResponderRig.Mac).Message.Yiaddr);
    }

    [Fact]
    public void What_was_asked_for_comes_in_that_order_before_the_rest()
    {
        var rig = new ResponderRig(ResponderRig.Authoritative with { Options = [Option(42, 1), Option(6, 1), Option(3, 1)] });
        var offer = rig.Ask(ResponderRig.Discover.Option(DhcpOptionCode.ParameterRequestList, 6, 42));
        var codes = new List<int>();
        foreach (var option in offer.Options)
        {
            codes.Add((int)option.Code);
        }
        Assert.Equal([53, 54, 51, 1, 3, 6, 42], codes.Take(7));
    }

    [Fact]
    public void A_lease_for_ever_has_no_renewal_times()
    {
        var rig = new ResponderRig(ResponderRig.Authoritative with { LeaseTime = TimeSpan.MaxValue });
        var offer = rig.Ask(ResponderRig.Discover);
        Assert.Equal(uint.MaxValue, offer.Options.LeaseTime);
        Assert.False(offer.Options.Contains(DhcpOptionCode.RenewalTime));
    }

    [Fact]
    public void Renewal_times_of_the_settings_count_unless_they_lie_beyond_the_lease()
    {
        var rig = new ResponderRig(ResponderRig.Authoritative with { Options = [new ConfiguredOption(58, [0, 0, 0, 60]), new ConfiguredOption(59, [0, 1, 0, 0])] });
        var offer = rig.Ask(ResponderRig.Discover);
        Assert.Equal(60u, offer.Options.GetUInt32(DhcpOptionCode.RenewalTime));
        Assert.Equal(3150u, offer.Options.GetUInt32(DhcpOptionCode.RebindingTime));
    }

    private static ConfiguredOption Option(byte code, byte last) => new(code, [10, 0, 0, last]);
}
