using Matchbox.Core.Webhooks;
using Matchbox.Storage.LiteDb;
using Matchbox.Storage.Tests.Machines;
using Matchbox.Testing;

namespace Matchbox.Storage.Tests.Webhooks;

public sealed class LiteDbWebhookStoreTests : WebhookStoreContract
{
    private readonly TemporaryDatabase _file = new();

    public override void Dispose() => _file.Dispose();

    protected override IWebhookStore Open() => new LiteDbWebhookStore(_file.Database);

    protected override IWebhookStore Reopen() => new LiteDbWebhookStore(_file.Reopen());
}

public sealed class MemoryWebhookStoreTests : WebhookStoreContract
{
    private readonly MemoryWebhookStore _store = new();

    public override void Dispose()
    {
    }

    protected override IWebhookStore Open() => _store;

    protected override IWebhookStore Reopen() => _store;
}
