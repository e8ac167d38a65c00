using Matchbox.Core.Leases;

namespace Matchbox.Core.Tests.Leases;

/// <summary>RFC 2131 §4.3.3.</summary>
public class DeclineTests
{
    [Fact]
    public void A_declined_address_rests_for_a_day()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10"));
        rack.Boot(Rack.Client(1));
        var record = Assert.IsType<DeclineOutcome.Quarantined>(rack.Table.Decline(Rack.Client(1), Rack.At(10))).Record;
        Assert.Equal((LeaseState.Declined, Rack.Mac(1)), (record.State, record.Hardware));
        rack.Clock.Advance(TimeSpan.FromHours(23));
        Assert.IsType<OfferOutcome.Exhausted>(rack.Table.Offer(rack.Subnet, Rack.Client(1), Rack.At(10)));
        Assert.Equal(RefusalReason.InUse, rack.Refused(Rack.Client(1), Rack.At(10)));
        rack.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Rack.At(10), rack.Offered(Rack.Client(1)).Address);
    }

    [Fact]
    public void Only_the_client_that_has_or_is_offered_an_address_may_decline_it()
    {
        var rack = Rack.With();
        var leased = rack.Boot(Rack.Client(1)).Lease.Address;
        var offered = rack.Offered(Rack.Client(2)).Address;
        Assert.IsType<DeclineOutcome.NotTheirs>(rack.Table.Decline(Rack.Client(2), leased));
        Assert.IsType<DeclineOutcome.NotTheirs>(rack.Table.Decline(Rack.Client(1), offered));
        Assert.IsType<DeclineOutcome.NotTheirs>(rack.Table.Decline(Rack.Client(3), Rack.At(19)));
        Assert.IsType<DeclineOutcome.Quarantined>(rack.Table.Decline(Rack.Client(2), offered));
    }

    [Fact]
    public void A_client_that_declines_everything_cannot_drain_the_pool()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.109"));
        var storms = 0;
        for (var round = 0; round < 300; round++)
        {
            storms += rack.Table.Decline(Rack.Client(1), rack.Boot(Rack.Client(1)).Lease.Address) is DeclineOutcome.Storm ? 1 : 0;
        }
        Assert.Equal(296, storms);
        Assert.Equal((96, 4), (Assert.Single(rack.Table.Counts()).Free, Assert.Single(rack.Table.Counts()).Declined));
    }

    [Fact]
    public void Nor_can_many_clients()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.109"));
        for (var machine = 0; machine < 300; machine++)
        {
            rack.Table.Decline(Rack.Client(machine), rack.Boot(Rack.Client(machine)).Lease.Address);
        }
        Assert.Equal(10, Assert.Single(rack.Table.Counts()).Declined);
    }

    [Fact]
    public void A_client_may_decline_again_an_hour_later()
    {
        var rack = Rack.With(settings: new LeaseTableSettings { DeclinesPerHour = 1 });
        Assert.IsType<DeclineOutcome.Quarantined>(rack.Table.Decline(Rack.Client(1), rack.Boot(Rack.Client(1)).Lease.Address));
        Assert.IsType<DeclineOutcome.Storm>(rack.Table.Decline(Rack.Client(1), rack.Boot(Rack.Client(1)).Lease.Address));
        rack.Clock.Advance(TimeSpan.FromHours(1));
        Assert.IsType<DeclineOutcome.Quarantined>(rack.Table.Decline(Rack.Client(1), rack.Boot(Rack.Client(1)).Lease.Address));
    }

    [Fact]
    public void A_storm_does_not_bring_the_same_address_straight_back()
    {
        var rack = Rack.With(settings: new LeaseTableSettings { DeclinesPerHour = 0 });
        var first = rack.Boot(Rack.Client(1)).Lease.Address;
        var released = Assert.IsType<DeclineOutcome.Storm>(rack.Table.Decline(Rack.Client(1), first)).Record;
        Assert.Equal(LeaseState.Released, released!.State);
        Assert.NotEqual(first, rack.Offered(Rack.Client(1)).Address);
    }

    [Fact]
    public void A_conflict_found_by_a_probe_is_quarantined_unless_the_address_is_leased()
    {
        var rack = Rack.With();
        var leased = rack.Boot(Rack.Client(1)).Lease.Address;
        Assert.Null(rack.Table.ConflictSeen(leased));
        var offered = rack.Offered(Rack.Client(2)).Address;
        Assert.Equal(LeaseState.Declined, rack.Table.ConflictSeen(offered)!.State);
        Assert.NotEqual(offered, rack.Offered(Rack.Client(2)).Address);
    }
}
