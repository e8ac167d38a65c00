using Matchbox.Core.Leases;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Leases;

/// <summary>RFC 2131 §4.3.2 to §4.3.4, one rule each.</summary>
public class RequestTests
{
    [Fact]
    public void A_repeated_request_gets_the_same_address()
    {
        var rack = Rack.With();
        var first = rack.Boot(Rack.Client(1)).Lease;
        var second = rack.Granted(Rack.Client(1), first.Address).Lease;
        Assert.Equal((first.Address, first.Expires), (second.Address, second.Expires));
        Assert.True(second.Revision > first.Revision);
    }

    [Fact]
    public void A_selecting_client_whose_offer_we_forgot_gets_a_free_address_that_fits()
    {
        var rack = Rack.With();
        Assert.Equal(Rack.At(14), rack.Granted(Rack.Client(1), Rack.At(14)).Lease.Address);
    }

    [Theory]
    [InlineData(11, RefusalReason.InUse)]
    [InlineData(12, RefusalReason.InUse)]                        // offered to another
    [InlineData(13, RefusalReason.NotForThisClient)]             // reserved for another
    [InlineData(5, RefusalReason.NotForThisClient)]              // outside the pools
    [InlineData(100, RefusalReason.NotForThisClient)]            // of the pool for known machines
    [InlineData(300, RefusalReason.WrongNetwork)]
    public void A_selecting_client_is_refused_what_it_cannot_have(int host, RefusalReason reason)
    {
        var rack = Rack.With(Rack.Net(known: "10.0.0.100-10.0.0.110"), null, (7, "10.0.0.13"));
        rack.Offered(Rack.Client(2), Rack.At(11));
        rack.Granted(Rack.Client(2), Rack.At(11));
        rack.Offered(Rack.Client(3), Rack.At(12));
        Assert.Equal(reason, rack.Refused(Rack.Client(1), Rack.At(host)));
    }

    [Fact]
    public void One_client_cannot_collect_addresses()
    {
        var rack = Rack.With();
        rack.Boot(Rack.Client(1));
        for (var host = 11; host < 19; host++)
        {
            Assert.Equal(RefusalReason.OtherAddress, rack.Refused(Rack.Client(1), Rack.At(host)));
        }
        Assert.Equal(1, Assert.Single(rack.Table.Counts()).Bound);
    }

    [Fact]
    public void Init_reboot_confirms_what_is_on_record_even_after_it_ended()
    {
        var rack = Rack.With();
        var address = rack.Boot(Rack.Client(1)).Lease.Address;
        rack.Granted(Rack.Client(1), address, RequestState.InitReboot);
        rack.Clock.Advance(TimeSpan.FromDays(1));
        rack.Granted(Rack.Client(1), address, RequestState.InitReboot);
    }

    [Fact]
    public void Init_reboot_on_the_wrong_network_is_refused()
    {
        var rack = Rack.With();
        Assert.Equal(RefusalReason.WrongNetwork, rack.Refused(Rack.Client(1), IPv4Address.Parse("192.168.7.7"), RequestState.InitReboot));
    }

    [Fact]
    public void Init_reboot_that_differs_from_the_record_is_refused()
    {
        var rack = Rack.With();
        rack.Boot(Rack.Client(1));
        Assert.Equal(RefusalReason.OtherAddress, rack.Refused(Rack.Client(1), Rack.At(15), RequestState.InitReboot));
    }

    [Theory]
    [InlineData(RequestState.InitReboot)]
    [InlineData(RequestState.Rebinding)]
    public void Without_a_record_only_an_authoritative_server_speaks(RequestState state)
    {
        var rack = Rack.With();
        Assert.Equal(RefusalReason.NoRecord, rack.Refused(Rack.Client(1), Rack.At(15), state));
        var guest = rack.Subnet with { Mode = SubnetMode.Proxy };
        Assert.IsType<RequestOutcome.Silent>(rack.Table.Request(guest, Rack.Client(1), state, Rack.At(15)));
    }

    [Theory]
    [InlineData(RequestState.Renewing)]
    [InlineData(RequestState.Rebinding)]
    public void Extending_gives_the_whole_lease_time_again(RequestState state)
    {
        var rack = Rack.With();
        var lease = rack.Boot(Rack.Client(1)).Lease;
        rack.Clock.Advance(TimeSpan.FromMinutes(30));
        var extended = rack.Granted(Rack.Client(1), lease.Address, state);
        Assert.Equal(lease.Expires + TimeSpan.FromMinutes(30), extended.Lease.Expires);
        Assert.Same(lease, extended.Previous);
    }

    [Theory]
    [InlineData(RequestState.Renewing)]
    [InlineData(RequestState.Rebinding)]
    public void Nobody_extends_the_lease_of_another(RequestState state)
    {
        var rack = Rack.With();
        var lease = rack.Boot(Rack.Client(1)).Lease;
        Assert.Equal(RefusalReason.InUse, rack.Refused(Rack.Client(2), lease.Address, state));
    }

    [Fact]
    public void A_renewal_without_option_82_keeps_the_stored_one_and_the_name()
    {
        var rack = Rack.With();
        var relayed = Rack.Client(1) with { RelayInformation = [1, 2, 0xab, 0xcd], HostName = "node1" };
        var lease = rack.Boot(relayed).Lease;
        var renewed = rack.Granted(Rack.Client(1), lease.Address, RequestState.Renewing).Lease;
        Assert.Equal([1, 2, 0xab, 0xcd], renewed.RelayInformation);
        Assert.Equal("node1", renewed.HostName);
    }

    [Fact]
    public void A_machine_moves_to_its_new_reservation()
    {
        var rack = Rack.With();
        var old = rack.Boot(Rack.Client(1)).Lease.Address;
        rack.Configure(rack.Subnet, (1, "10.0.0.200"));
        Assert.Equal(RefusalReason.OtherAddress, rack.Refused(Rack.Client(1), old, RequestState.Renewing));
        Assert.Equal(Rack.At(200), rack.Boot(Rack.Client(1)).Lease.Address);
    }

    [Fact]
    public void A_lease_outside_the_new_pools_is_kept_and_renewed_but_not_offered_again()
    {
        var rack = Rack.With();
        var old = rack.Boot(Rack.Client(1)).Lease.Address;
        rack.Configure(Rack.Net("10.0.0.50-10.0.0.60"));
        Assert.Equal(Rack.Mac(1), rack.Table.OwnerOf(old));
        rack.Granted(Rack.Client(1), old, RequestState.Renewing);
        Assert.Equal(Rack.At(50), rack.Offered(Rack.Client(1)).Address);
    }

    [Fact]
    public void A_lease_outside_every_network_is_kept_and_not_renewed()
    {
        var rack = Rack.With();
        var old = rack.Boot(Rack.Client(1)).Lease.Address;
        rack.Configure(Rack.Net("10.1.0.50-10.1.0.60", network: "10.1.0.0/24"));
        Assert.Equal(LeaseStanding.Bound, rack.Table.Find(old)!.Value.Standing);
        Assert.Equal(RefusalReason.WrongNetwork, rack.Refused(Rack.Client(1), old, RequestState.Rebinding));
    }

    [Fact]
    public void A_reload_keeps_the_order_of_the_longest_unused()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.12"));
        rack.Boot(Rack.Client(1));
        rack.Boot(Rack.Client(2));
        rack.Boot(Rack.Client(3));
        foreach (var (machine, host) in new[] { (2, 11), (3, 12), (1, 10) })
        {
            rack.Table.Release(Rack.Client(machine), Rack.At(host));
        }
        rack.Configure(Rack.Net("10.0.0.9-10.0.0.12"));
        Assert.Equal([9, 11, 12, 10], Enumerable.Range(4, 4).Select(n => (int)(rack.Offered(Rack.Client(n)).Address.Value & 255)));
    }

    [Fact]
    public void A_rolled_back_first_grant_leaves_the_address_held_for_its_client_only()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10"));
        rack.Table.Rollback(rack.Boot(Rack.Client(1)));
        Assert.Null(rack.Table.OwnerOf(Rack.At(10)));
        Assert.Equal(RefusalReason.InUse, rack.Refused(Rack.Client(2), Rack.At(10)));
        rack.Granted(Rack.Client(1), Rack.At(10));
    }

    [Fact]
    public void A_rolled_back_renewal_leaves_the_lease_as_it_was()
    {
        var rack = Rack.With();
        var lease = rack.Boot(Rack.Client(1)).Lease;
        rack.Clock.Advance(TimeSpan.FromMinutes(30));
        rack.Table.Rollback(rack.Granted(Rack.Client(1), lease.Address, RequestState.Renewing));
        Assert.Same(lease, rack.Table.ActiveFor(Rack.Mac(1)));
        rack.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Null(rack.Table.ActiveFor(Rack.Mac(1)));
    }

    [Fact]
    public void A_rollback_does_not_undo_a_later_grant()
    {
        var rack = Rack.With();
        var first = rack.Boot(Rack.Client(1));
        var second = rack.Granted(Rack.Client(1), first.Lease.Address);
        rack.Table.Rollback(first);
        Assert.Same(second.Lease, rack.Table.ActiveFor(Rack.Mac(1)));
    }

    [Fact]
    public void Repeated_requests_that_are_all_rolled_back_leave_no_lease()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10"));
        var grants = new[] { rack.Boot(Rack.Client(1)), rack.Granted(Rack.Client(1), Rack.At(10)), rack.Granted(Rack.Client(1), Rack.At(10)) };
        foreach (var grant in grants)
        {
            rack.Table.Rollback(grant);
        }
        Assert.Null(rack.Table.OwnerOf(Rack.At(10)));
        Assert.Null(rack.Table.ActiveFor(Rack.Mac(1)));
        rack.Granted(Rack.Client(1), Rack.At(10));
    }

    [Fact]
    public void A_released_address_is_remembered_and_may_go_to_others()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.11"));
        var lease = rack.Boot(Rack.Client(1)).Lease;
        Assert.Null(rack.Table.Release(Rack.Client(2), lease.Address));
        var record = rack.Table.Release(Rack.Client(1), lease.Address);
        Assert.Equal((LeaseState.Released, Rack.Mac(1)), (record!.State, record.Hardware));
        Assert.Null(rack.Table.ActiveFor(Rack.Mac(1)));
        Assert.Null(rack.Table.Release(Rack.Client(1), lease.Address));
        Assert.Equal(LeaseChoice.Previous, rack.Offered(Rack.Client(1)).Choice);
    }

    [Fact]
    public void A_chosen_other_server_frees_the_offer()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10"));
        rack.Offered(Rack.Client(1));
        rack.Table.ForgetOffer(Rack.Client(1));
        Assert.Equal(Rack.At(10), rack.Offered(Rack.Client(2)).Address);
    }

    [Fact]
    public void A_machine_in_two_networks_has_a_lease_in_each()
    {
        var rack = new Rack();
        var left = Rack.Net();
        var right = Rack.Net("10.1.0.10-10.1.0.20", network: "10.1.0.0/24");
        rack.Table.Configure(new LeaseLayout { Subnets = [left, right] });
        rack.Granted(Rack.Client(1), Rack.At(10));
        rack.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = IPv4Address.Parse("10.1.0.10");
        Assert.IsType<RequestOutcome.Grant>(rack.Table.Request(right, Rack.Client(1), RequestState.Selecting, second));
        Assert.Equal(second, rack.Table.ActiveFor(Rack.Mac(1))!.Address);
        Assert.Equal(Rack.Mac(1), rack.Table.OwnerOf(Rack.At(10)));
    }
}
