using Matchbox.Core.Leases;

namespace Matchbox.Core.Tests.Leases;

/// <summary>Leases do not end because the wall clock moved, within a process or across restarts.</summary>
public class ClockTests
{
    [Theory]
    [InlineData(+3650)]
    [InlineData(-3650)]
    public void A_step_of_the_wall_clock_neither_ends_nor_prolongs_a_lease(int days)
    {
        var rack = Rack.With();
        rack.Boot(Rack.Client(1));
        rack.Clock.Step(TimeSpan.FromDays(days));
        rack.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(rack.Table.ActiveFor(Rack.Mac(1)));
        rack.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(rack.Table.ActiveFor(Rack.Mac(1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(+3650)]
    [InlineData(-3650)]
    public void After_a_restart_what_was_left_on_record_is_left(int days)
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.11"));
        var first = rack.Boot(Rack.Client(1)).Lease;
        rack.Clock.Advance(TimeSpan.FromMinutes(20));
        var last = rack.Boot(Rack.Client(2)).Lease;              // the newest stamp: 40 minutes of the first lease are left
        rack.Clock.Step(TimeSpan.FromDays(days));
        rack.Clock.Advance(TimeSpan.FromHours(5));
        rack.Restart(first, last);
        rack.Clock.Advance(TimeSpan.FromMinutes(39));
        Assert.IsType<OfferOutcome.Exhausted>(rack.Table.Offer(rack.Subnet, Rack.Client(3), null));
        Assert.Equal(first.Address, rack.Table.ActiveFor(Rack.Mac(1))!.Address);
        rack.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(first.Address, rack.Offered(Rack.Client(3)).Address);
    }

    [Fact]
    public void What_had_ended_on_record_is_free_after_a_restart()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.11"));
        var gone = rack.Boot(Rack.Client(1)).Lease;
        rack.Clock.Advance(TimeSpan.FromHours(2));
        var last = rack.Boot(Rack.Client(2)).Lease;
        rack.Restart(gone, last);
        Assert.Equal(gone.Address, rack.Offered(Rack.Client(3)).Address);
    }

    [Fact]
    public void A_wrong_clock_at_one_start_is_made_good_for_the_next_ones()
    {
        var rack = Rack.With(Rack.Net("10.0.0.10-10.0.0.11"));
        rack.Clock.Step(TimeSpan.FromDays(-20000));              // a flat battery: 1971
        rack.Restart();
        var first = rack.Boot(Rack.Client(1)).Lease;
        rack.Clock.Step(TimeSpan.FromDays(20000));               // NTP has come; the service restarts
        var again = rack.Restart(first);
        first = Assert.Single(again);
        var second = rack.Boot(Rack.Client(2)).Lease;
        rack.Clock.Advance(TimeSpan.FromMinutes(1));
        rack.Restart(first, second);                             // and crashes
        Assert.NotNull(rack.Table.ActiveFor(Rack.Mac(1)));
        Assert.IsType<OfferOutcome.Exhausted>(rack.Table.Offer(rack.Subnet, Rack.Client(3), null));
    }

    [Fact]
    public void Records_never_go_back_in_time()
    {
        var rack = Rack.With();
        var before = rack.Boot(Rack.Client(1)).Lease;
        rack.Clock.Step(TimeSpan.FromDays(-400));
        rack.Restart(before);
        var after = rack.Boot(Rack.Client(2)).Lease;
        Assert.True(after.Granted >= before.Granted);
        Assert.True(after.Revision > before.Revision);
    }

    [Fact]
    public void An_infinite_lease_never_ends_and_survives_restarts()
    {
        var rack = Rack.With(Rack.Net() with { LeaseTime = TimeSpan.FromSeconds(uint.MaxValue) });
        var lease = rack.Boot(Rack.Client(1)).Lease;
        Assert.Equal(DateTimeOffset.MaxValue, lease.Expires);
        rack.Clock.Advance(TimeSpan.FromDays(3650));
        Assert.Empty(rack.Restart(lease));
        rack.Clock.Advance(TimeSpan.FromDays(3650));
        Assert.Equal(lease, rack.Table.ActiveFor(Rack.Mac(1)));
        Assert.Equal(Timeout.InfiniteTimeSpan, rack.Table.Find(lease.Address)!.Value.Remaining);
    }

    [Fact]
    public void Quarantine_and_memory_of_released_leases_survive_restarts()
    {
        var rack = Rack.With();
        var released = rack.Boot(Rack.Client(1)).Lease.Address;
        var declined = rack.Boot(Rack.Client(2)).Lease.Address;
        var records = new[]
        {
            rack.Table.Release(Rack.Client(1), released)!,
            Assert.IsType<DeclineOutcome.Quarantined>(rack.Table.Decline(Rack.Client(2), declined)).Record,
        };
        rack.Restart(records);
        Assert.Equal(LeaseChoice.Previous, rack.Offered(Rack.Client(1)).Choice);
        Assert.Equal(LeaseStanding.Declined, rack.Table.Find(declined)!.Value.Standing);
        Assert.Equal(RefusalReason.InUse, rack.Refused(Rack.Client(2), declined));
    }
}
