using Matchbox.Core.Access.Audit;

namespace Matchbox.Storage.Tests.Access;

/// <summary>What every store of the audit log promises.</summary>
public abstract class AuditStoreContract : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private long _sequence;

    protected abstract IAuditStore Open();

    protected abstract IAuditStore Reopen();

    protected abstract int Refusals { get; }

    public abstract void Dispose();

    [Fact]
    public void Entries_come_back_newest_first_also_after_a_restart()
    {
        Open().Append([Entry("alice"), Entry("", AuditKind.Refusal), Entry("bob") with { Before = "{}", After = "{\"a\":1}", Reason = "why" }]);
        var store = Reopen();
        Assert.Equal(3, store.LastSequence);
        var read = store.Read(new AuditQuery());
        Assert.Equal([3, 2, 1], read.Select(entry => entry.Sequence));
        Assert.Equal(("bob", "{}", "{\"a\":1}", "why", "200"), (read[0].Who, read[0].Before, read[0].After, read[0].Reason, read[0].Outcome));
        Assert.Equal(At, read[0].At);
    }

    [Fact]
    public void A_question_may_name_who_what_when_and_where_to_go_on()
    {
        var store = Open();
        store.Append([Entry("alice"), Entry("bob"), Entry("alice") with { Action = "DELETE /x", Object = "/x/7" }, Entry("", AuditKind.Refusal)]);
        store.Append([Entry("alice") with { At = At.AddHours(1) }]);
        Assert.Equal([5, 3, 1], Ask(new AuditQuery { Who = "alice" }));
        Assert.Equal([4], Ask(new AuditQuery { Kind = AuditKind.Refusal }));
        Assert.Equal([5, 3, 2, 1], Ask(new AuditQuery { Kind = AuditKind.Change }));
        Assert.Equal([3], Ask(new AuditQuery { Action = "delete" }));
        Assert.Equal([3], Ask(new AuditQuery { Object = "/x/" }));
        Assert.Equal([5], Ask(new AuditQuery { Since = At.AddMinutes(1) }));
        Assert.Equal([4, 3, 2, 1], Ask(new AuditQuery { Until = At }));
        Assert.Equal([5, 4], Ask(new AuditQuery { Limit = 2 }));
        Assert.Equal([2, 1], Ask(new AuditQuery { Before = 3 }));

        IEnumerable<long> Ask(AuditQuery query) => store.Read(query).Select(entry => entry.Sequence);
    }

    [Fact]
    public void Refusals_push_out_only_refusals()
    {
        var store = Open();
        store.Append([Entry("alice")]);
        for (var written = 0; written < Refusals + 500; written += 500)
        {
            store.Append([.. Enumerable.Range(0, 500).Select(_ => Entry("", AuditKind.Refusal))]);
        }
        store = Reopen();
        Assert.Equal(Refusals, store.Read(new AuditQuery { Kind = AuditKind.Refusal, Limit = int.MaxValue }).Count);
        Assert.Single(store.Read(new AuditQuery { Who = "alice" }));
    }

    private AuditEntry Entry(string who, AuditKind kind = AuditKind.Change) => new()
    {
        Sequence = ++_sequence,
        At = At,
        Kind = kind,
        Who = who,
        From = "10.0.0.1",
        Via = "rest",
        Action = "POST /api/v1/machines",
        Object = "/api/v1/machines",
        Outcome = "200",
    };
}
