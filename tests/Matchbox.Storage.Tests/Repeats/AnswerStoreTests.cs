using Matchbox.Core.Repeats;
using Matchbox.Storage.LiteDb;
using Matchbox.Storage.Tests.Machines;
using Matchbox.Testing;

namespace Matchbox.Storage.Tests.Repeats;

/// <summary>What every store of answers promises. A new store adds one class that opens it.</summary>
public abstract class AnswerStoreContract : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected abstract IAnswerStore Open();

    /// <summary>Closes and opens again, as a restart does.</summary>
    protected abstract IAnswerStore Reopen();

    public abstract void Dispose();

    [Fact]
    public void Answers_survive_a_restart_the_oldest_first()
    {
        var store = Open();
        Assert.Empty(store.Load());
        store.Save(new StoredAnswer("bb", Noon.AddSeconds(2), "f", 201, "application/json", "\"e\"", [0, 255, 1]), []);
        store.Save(new StoredAnswer("aa", Noon, null, 200, null, null, []), []);
        var kept = Reopen().Load();
        Assert.Equal(["aa", "bb"], kept.Select(answer => answer.Key));
        Assert.Equal(new StoredAnswer("aa", Noon, null, 200, null, null, kept[0].Body), kept[0]);
        Assert.Equal(new StoredAnswer("bb", Noon.AddSeconds(2), "f", 201, "application/json", "\"e\"", kept[1].Body), kept[1]);
        Assert.Equal([0, 255, 1], kept[1].Body);
        Assert.Empty(kept[0].Body);
    }

    [Fact]
    public void The_last_save_counts_and_what_is_forgotten_is_gone()
    {
        var store = Open();
        store.Save(new StoredAnswer("a", Noon, "f", 200, null, null, [1]), []);
        store.Save(new StoredAnswer("b", Noon, "f", 200, null, null, [2]), []);
        store.Save(new StoredAnswer("b", Noon, "f", 200, null, null, [3]), ["a", "never there"]);
        Assert.Equal([3], Assert.Single(Reopen().Load()).Body);
    }
}

public sealed class LiteDbAnswerStoreTests : AnswerStoreContract
{
    private readonly TemporaryDatabase _file = new();

    public override void Dispose() => _file.Dispose();

    protected override IAnswerStore Open() => new LiteDbAnswerStore(_file.Database);

    protected override IAnswerStore Reopen() => new LiteDbAnswerStore(_file.Reopen());
}

public sealed class MemoryAnswerStoreTests : AnswerStoreContract
{
    private readonly MemoryAnswerStore _store = new();

    public override void Dispose()
    {
    }

    protected override IAnswerStore Open() => _store;

    protected override IAnswerStore Reopen() => _store;
}
