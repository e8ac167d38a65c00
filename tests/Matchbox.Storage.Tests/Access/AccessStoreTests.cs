using Matchbox.Core.Access;
using Matchbox.Core.Access.Audit;
using Matchbox.Storage.LiteDb;
using Matchbox.Storage.Tests.Machines;
using Matchbox.Testing;

namespace Matchbox.Storage.Tests.Access;

public sealed class LiteDbAccessStoreTests : AccessStoreContract
{
    private readonly TemporaryDatabase _file = new();

    public override void Dispose() => _file.Dispose();

    protected override IAccessStore Open() => new LiteDbAccessStore(_file.Database);

    protected override IAccessStore Reopen() => new LiteDbAccessStore(_file.Reopen());
}

public sealed class MemoryAccessStoreTests : AccessStoreContract
{
    private readonly MemoryAccessStore _store = new();

    public override void Dispose()
    {
    }

    protected override IAccessStore Open() => _store;

    protected override IAccessStore Reopen() => _store;
}

public sealed class LiteDbAuditStoreTests : AuditStoreContract
{
    private readonly TemporaryDatabase _file = new();

    public override void Dispose() => _file.Dispose();

    protected override IAuditStore Open() => new LiteDbAuditStore(_file.Database);

    protected override IAuditStore Reopen() => new LiteDbAuditStore(_file.Reopen());

    protected override int Refusals => LiteDbAuditStore.Refusals;
}

public sealed class MemoryAuditStoreTests : AuditStoreContract
{
    private readonly MemoryAuditStore _store = new();

    public override void Dispose()
    {
    }

    protected override IAuditStore Open() => _store;

    protected override IAuditStore Reopen() => _store;

    protected override int Refusals => MemoryAuditStore.Refusals;
}
