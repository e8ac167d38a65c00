using Matchbox.Core.Events;

namespace Matchbox.Storage.Tests.Machines;

/// <summary>What every event store promises.</summary>
public abstract class EventStoreContract : IDisposable
{
    private long _sequence;

    protected abstract IEventStore Open();

    protected abstract IEventStore Reopen();

    protected abstract int PerMachine { get; }

    public abstract void Dispose();

    [Fact]
    public void Events_come_back_newest_first_also_after_a_restart()
    {
        Open().Append([Event("a"), Event("b"), Event("a"), Event(null)]);
        var store = Reopen();
        Assert.Equal(4, store.LastSequence);
        Assert.Equal([4, 3, 2, 1], store.Read(null, long.MaxValue, 10).Select(happened => happened.Sequence));
        Assert.Equal([3, 1], store.Read("a", long.MaxValue, 10).Select(happened => happened.Sequence));
        Assert.Equal([1], store.Read("a", 3, 10).Select(happened => happened.Sequence));
        Assert.Equal([4], store.Read(null, long.MaxValue, 1).Select(happened => happened.Sequence));
        Assert.Equal("v", store.Read("b", long.MaxValue, 1)[0].Data["k"]);
    }

    [Fact]
    public void A_machines_events_become_anothers_and_stay_in_order_and_bounded()
    {
        var store = Open();
        store.Append([Event("old"), Event("new", known: false), Event("old"), Event("other"), Event("old", known: false), Event("new")]);
        store.Move("old", "new");
        IsMoved(store);
        store = Reopen();
        IsMoved(store);
        store.Append([.. Enumerable.Range(0, PerMachine).Select(_ => Event("old"))]);
        store.Move("old", "new");
        store.Move("nobody", "other");
        Assert.InRange(store.Read("new", long.MaxValue, 10_000).Count, PerMachine, PerMachine + 2);
        Assert.Single(store.Read("other", long.MaxValue, 10));

        static void IsMoved(IEventStore present)
        {
            Assert.Empty(present.Read("old", long.MaxValue, 10));
            Assert.Equal([6, 5, 3, 2, 1], present.Read("new", long.MaxValue, 10).Select(happened => happened.Sequence));
            Assert.All(present.Read("new", long.MaxValue, 10), happened => Assert.Equal("new", happened.Machine));
            Assert.Equal([4], present.Read("other", long.MaxValue, 10).Select(happened => happened.Sequence));
        }
    }

    [Fact]
    public void A_machine_keeps_a_bounded_number()
    {
        var store = Open();
        for (var i = 0; i < 6; i++)
        {
            store.Append([.. Enumerable.Range(0, 100).Select(_ => Event("a")), Event("b")]);
        }
        Assert.Equal(PerMachine, Reopen().Read("a", long.MaxValue, 10_000).Count);
        Assert.Equal(6, store.LastSequence / 101);
    }

    [Fact]
    public void Strangers_push_out_only_strangers()
    {
        var store = Open();
        store.Append([Event("known")]);
        for (var i = 0; i < 120; i++)
        {
            store.Append([.. Enumerable.Range(0, 100).Select(n => Event($"stranger{n}", known: false))]);
        }
        var reopened = Reopen();
        Assert.Single(reopened.Read("known", long.MaxValue, 10));
        Assert.InRange(reopened.Read(null, long.MaxValue, 100_000).Count, 1_000, 11_999);
        Assert.NotEmpty(reopened.Read("stranger5", long.MaxValue, 5));
    }

    private ApplianceEvent Event(string? machine, bool known = true) => new()
    {
        Sequence = ++_sequence,
        At = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
        Kind = EventKind.Progress,
        Machine = machine,
        Known = known,
        Text = "t",
        Data = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("k", "v"),
    };
}
