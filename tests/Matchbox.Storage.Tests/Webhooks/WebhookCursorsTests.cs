using Matchbox.Storage.LiteDb;
using Matchbox.Storage.Tests.Machines;

namespace Matchbox.Storage.Tests.Webhooks;

/// <summary>How far webhooks have come.</summary>
public sealed class LiteDbWebhookCursorsTests : IDisposable
{
    private readonly TemporaryDatabase _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void All_are_replaced_together_and_survive_a_restart()
    {
        var cursors = new LiteDbWebhookCursors(_file.Database);
        Assert.Empty(cursors.Load());
        cursors.Save(new Dictionary<string, long> { ["gone"] = 1 });
        cursors.Save(new Dictionary<string, long> { ["Chat"] = 2, ["chat"] = long.MaxValue });
        var kept = new LiteDbWebhookCursors(_file.Reopen()).Load();
        Assert.Equal([("Chat", 2L), ("chat", long.MaxValue)], kept.Select(cursor => (cursor.Key, cursor.Value)).Order());
    }
}
