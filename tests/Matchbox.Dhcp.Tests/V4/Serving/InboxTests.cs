using Matchbox.Dhcp.V4.Serving;
using Microsoft.Extensions.Time.Testing;

namespace Matchbox.Dhcp.Tests.V4.Serving;

public sealed class InboxTests
{
    [Fact]
    public void What_is_worth_most_is_taken_first_each_in_its_order()
    {
        var inbox = new Inbox<string>(4, 4);
        inbox.Add("stranger 1", 1, priority: false);
        inbox.Add("request 1", 2, priority: true);
        inbox.Add("stranger 2", 3, priority: false);
        inbox.Add("request 2", 4, priority: true);

        Assert.Equal(["request 1", "request 2", "stranger 1", "stranger 2"], Drain(inbox));
        Assert.True(inbox.IsEmpty);
    }

    [Fact]
    public void A_full_ring_drops_its_oldest_and_says_so_and_the_other_keeps_all()
    {
        var inbox = new Inbox<int>(2, 2);
        Assert.False(inbox.Add(100, 0, priority: true));
        Assert.False(inbox.Add(1, 0, priority: false));
        Assert.False(inbox.Add(2, 0, priority: false));
        Assert.True(inbox.Add(3, 0, priority: false));
        Assert.Equal([100, 2, 3], Drain(inbox));
    }

    [Fact]
    public void Rings_go_round()
    {
        var inbox = new Inbox<int>(3, 3);
        for (var i = 0; i < 100; i++)
        {
            inbox.Add(i, i, priority: false);
            Assert.True(inbox.TryTake(out var item, out var at, out var priority));
            Assert.Equal((i, (long)i, false), (item, at, priority));
        }
    }

    [Fact]
    public void A_storm_is_one_event_a_minute()
    {
        var clock = new FakeTimeProvider();
        var limit = new RateLimit(TimeSpan.FromMinutes(1), clock);
        Assert.True(limit.Allows("a"));
        Assert.False(limit.Allows("a"));
        Assert.True(limit.Allows("b"));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(limit.Allows("a"));
    }

    private static List<T> Drain<T>(Inbox<T> inbox)
    {
        var items = new List<T>();
        while (inbox.TryTake(out var item, out _, out _))
        {
            items.Add(item);
        }
        return items;
    }
}
