using System.Collections.Immutable;
using Matchbox.Core.Leases;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Leases;

public class OfferTests
{
    [Fact]
    public void A_repeated_discover_gets_the_same_offer()
    {
        var rack = Rack.With();
        var first = rack.Offered(Rack.Client(1));
        var second = rack.Offered(Rack.Client(1));
        Assert.Equal(first.Address, second.Address);
        Assert.Equal(LeaseChoice.NeverUsed, first.Choice);
        Assert.Equal(LeaseChoice.PendingOffer, second.Choice);
    }

    [Fact]
    public void Two_clients_are_never_offered_one_address()
    {
        var rack = Rack.With();
        var offered = Enumerable.Range(1, 10).Select(n => rack.Offered(Rack.Client(n, known: true)).Address).ToHashSet();
        Assert.Equal(10, offered.Count);
        Assert.IsType<OfferOutcome.Exhausted>(rack.Table.Offer(rack.Subnet, Rack.Client(11, known: true), null));
    }

    [Fact]
    public void An_offer_that_nobody_takes_is_free_after_its_hold()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10"));
        rack.Offered(Rack.Client(1));
        rack.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.IsType<OfferOutcome.Exhausted>(rack.Table.Offer(rack.Subnet, Rack.Client(2), null));
        rack.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Rack.At(10), rack.Offered(Rack.Client(2)).Address);
    }

    [Fact]
    public void The_choice_is_reservation_then_current_then_previous_then_requested()
    {
        var rack = Rack.With();
        var client = Rack.Client(1);
        Assert.Equal((Rack.At(15), LeaseChoice.Requested), Choice(rack.Offered(client, Rack.At(15))));
        rack.Granted(client, Rack.At(15));
        Assert.Equal((Rack.At(15), LeaseChoice.Current), Choice(rack.Offered(client, Rack.At(17))));
        rack.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal((Rack.At(15), LeaseChoice.Previous), Choice(rack.Offered(client, Rack.At(17))));
        rack.Configure(rack.Subnet, (1, "10.0.0.200"));
        Assert.Equal((Rack.At(200), LeaseChoice.Reservation), Choice(rack.Offered(client, Rack.At(17))));
    }

    [Theory]
    [InlineData("10.0.0.5")]       // outside the pools
    [InlineData("10.0.0.0")]       // the network
    [InlineData("192.168.1.7")]    // elsewhere
    [InlineData("10.0.0.12")]      // leased to another
    [InlineData("10.0.0.13")]      // reserved for another
    public void An_unfit_request_for_an_address_is_ignored(string requested)
    {
        var rack = Rack.With(null, null, (7, "10.0.0.13"));
        rack.Offered(Rack.Client(2), Rack.At(12));
        rack.Granted(Rack.Client(2), Rack.At(12));
        Assert.Equal(Rack.At(10), rack.Offered(Rack.Client(1), IPv4Address.Parse(requested)).Address);
    }

    [Fact]
    public void Never_used_addresses_come_first_then_the_longest_unused()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.12"));
        foreach (var machine in new[] { 1, 2 })
        {
            rack.Boot(Rack.Client(machine));
            rack.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        rack.Table.Release(Rack.Client(2), Rack.At(11));
        rack.Table.Release(Rack.Client(1), Rack.At(10));
        Assert.Equal((Rack.At(12), LeaseChoice.NeverUsed), Choice(rack.Offered(Rack.Client(3))));
        Assert.Equal((Rack.At(11), LeaseChoice.LongestUnused), Choice(rack.Offered(Rack.Client(4))));
        Assert.Equal((Rack.At(10), LeaseChoice.LongestUnused), Choice(rack.Offered(Rack.Client(5))));
    }

    [Fact]
    public void Known_machines_draw_from_their_own_pool_first_and_strangers_never()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.11", known: "10.0.0.100"));
        Assert.Equal(Rack.At(100), rack.Offered(Rack.Client(1, known: true)).Address);
        Assert.Equal(Rack.At(10), rack.Offered(Rack.Client(2, known: true)).Address);
        Assert.Equal(Rack.At(11), rack.Offered(Rack.Client(3)).Address);
        Assert.IsType<OfferOutcome.Exhausted>(rack.Table.Offer(rack.Subnet, Rack.Client(4), Rack.At(100)));
    }

    [Fact]
    public void A_flood_of_strangers_leaves_few_offers_pending_and_no_known_machine_without()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.109"));
        for (var stranger = 0; stranger < 5000; stranger++)
        {
            rack.Offered(Rack.Client(1000 + stranger));
        }
        Assert.Equal(8, Assert.Single(rack.Table.Counts()).Offered);
        for (var machine = 0; machine < 100; machine++)
        {
            rack.Boot(Rack.Client(machine, known: true));
        }
        Assert.Equal(0, Assert.Single(rack.Table.Counts()).Free);
    }

    [Fact]
    public void A_dropped_offer_is_still_good_while_nobody_else_has_the_address()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.109"));
        var first = rack.Offered(Rack.Client(1)).Address;
        for (var stranger = 2; stranger < 50; stranger++)
        {
            rack.Offered(Rack.Client(stranger));
        }
        Assert.Equal(first, rack.Granted(Rack.Client(1), first).Lease.Address);
    }

    [Fact]
    public void A_reservation_is_kept_from_all_others_and_lies_where_the_operator_wants()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.11"), null, (1, "10.0.0.10"), (2, "10.0.0.77"));
        Assert.Equal(Rack.At(11), rack.Offered(Rack.Client(3)).Address);
        Assert.IsType<OfferOutcome.Exhausted>(rack.Table.Offer(rack.Subnet, Rack.Client(4), Rack.At(10)));
        Assert.Equal(Rack.At(10), rack.Offered(Rack.Client(1)).Address);
        Assert.Equal(Rack.At(77), rack.Offered(Rack.Client(2)).Address);
    }

    [Fact]
    public void A_reservation_that_another_holds_gives_way_until_it_is_free()
    {
        var rack = Rack.With();
        rack.Boot(Rack.Client(2));
        rack.Configure(rack.Subnet, (1, "10.0.0.10"));
        Assert.NotEqual(LeaseChoice.Reservation, rack.Offered(Rack.Client(1)).Choice);
        rack.Boot(Rack.Client(1));
        Assert.Equal(RefusalReason.NotForThisClient, rack.Refused(Rack.Client(2), Rack.At(10), RequestState.Renewing));
        rack.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((Rack.At(10), LeaseChoice.Reservation), Choice(rack.Offered(Rack.Client(1))));
    }

    [Fact]
    public void One_machine_keeps_its_address_when_the_client_identifier_changes()
    {
        var rack = Rack.With();
        var firmware = Rack.Client(1) with { ClientId = [0, 1, 2, 3] };
        var system = Rack.Client(1) with { ClientId = [255, 9, 9, 9] };
        var lease = rack.Boot(firmware).Lease;
        Assert.Equal(lease.Address, rack.Offered(system).Address);
        Assert.Equal([255, 9, 9, 9], rack.Granted(system, lease.Address).Lease.ClientId);
    }

    [Fact]
    public void Clients_without_a_hardware_address_are_told_apart_by_client_identifier()
    {
        var rack = Rack.With();
        var one = new LeaseClient(default, [1]);
        var two = new LeaseClient(default, [2]);
        Assert.NotEqual(rack.Boot(one).Lease.Address, rack.Boot(two).Lease.Address);
        Assert.Equal(rack.Offered(one).Address, rack.Offered(one).Address);
        Assert.IsType<OfferOutcome.NotServed>(rack.Table.Offer(rack.Subnet, new LeaseClient(default), null));
        Assert.IsType<OfferOutcome.NotServed>(rack.Table.Offer(rack.Subnet, new LeaseClient(new HardwareAddress(new byte[6])), null));
    }

    [Fact]
    public void A_network_that_is_not_in_the_layout_is_not_served()
    {
        var rack = Rack.With();
        var other = Rack.Net("10.9.0.10-10.9.0.20", network: "10.9.0.0/24");
        Assert.IsType<OfferOutcome.NotServed>(rack.Table.Offer(other, Rack.Client(1), null));
        Assert.IsType<RequestOutcome.Silent>(rack.Table.Request(other, Rack.Client(1), RequestState.Selecting, IPv4Address.Parse("10.9.0.10")));
    }

    [Fact]
    public void The_network_and_broadcast_address_are_not_given_from_a_pool_that_names_them()
    {
        var rack = Rack.With(Rack.Net("10.0.0.0-10.0.0.3", network: "10.0.0.0/30"));
        Assert.Equal(2, Assert.Single(rack.Table.Counts()).Free);
        Assert.Equal([Rack.At(1), Rack.At(2)], [rack.Offered(Rack.Client(1)).Address, rack.Offered(Rack.Client(2)).Address]);
        Assert.IsType<OfferOutcome.Exhausted>(rack.Table.Offer(rack.Subnet, Rack.Client(3), null));
    }

    [Fact]
    public void A_pool_of_millions_costs_nothing()
    {
        var rack = Rack.With(Rack.Net("10.0.0.1-10.255.255.254", network: "10.0.0.0/8"));
        Assert.Equal(Rack.At(1), rack.Offered(Rack.Client(1)).Address);
        Assert.Equal((1L << 24) - 3, Assert.Single(rack.Table.Counts()).Free);
    }

    private static (IPv4Address, LeaseChoice) Choice(OfferOutcome.Offered offered) => (offered.Address, offered.Choice);
}
