using Matchbox.Core.Catalogs.Documents;
using Matchbox.Storage.LiteDb;
using Matchbox.Storage.Tests.Machines;
using Matchbox.Testing;

namespace Matchbox.Storage.Tests.Catalogs;

public sealed class LiteDbDocumentStoreTests : DocumentStoreContract
{
    private readonly TemporaryDatabase _file = new();

    public override void Dispose() => _file.Dispose();

    protected override IDocumentStore Open() => new LiteDbDocumentStore(_file.Database);

    protected override IDocumentStore Reopen() => new LiteDbDocumentStore(_file.Reopen());
}

public sealed class MemoryDocumentStoreTests : DocumentStoreContract
{
    private readonly MemoryDocumentStore _store = new();

    public override void Dispose()
    {
    }

    protected override IDocumentStore Open() => _store;

    protected override IDocumentStore Reopen() => _store;
}
