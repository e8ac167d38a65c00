using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Storage.LiteDb;

namespace Matchbox.Storage.Tests.Machines;

public sealed class LiteDbMachineStoreTests : MachineStoreContract
{
    private readonly TemporaryDatabase _file = new();

    public override void Dispose() => _file.Dispose();

    protected override IMachineStore Open() => new LiteDbMachineStore(_file.Database);

    protected override IMachineStore Reopen() => new LiteDbMachineStore(_file.Reopen());
}

public sealed class LiteDbEventStoreTests : EventStoreContract
{
    private readonly TemporaryDatabase _file = new();

    public override void Dispose() => _file.Dispose();

    protected override IEventStore Open() => new LiteDbEventStore(_file.Database);

    protected override IEventStore Reopen() => new LiteDbEventStore(_file.Reopen());

    protected override int PerMachine => LiteDbEventStore.PerMachine;
}

public sealed class ApplianceDatabaseTests
{
    [Fact]
    public void A_file_of_a_newer_format_is_refused_with_its_number()
    {
        using var file = new TemporaryDatabase();
        file.Database.Dispose();
        using (var newer = new LiteDB.LiteDatabase(file.Path))
        {
            newer.UserVersion = 99;
        }
        var refused = Assert.Throws<InvalidDataException>(() => new ApplianceDatabase(file.Path));
        Assert.Contains("format 99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_owner_may_read_the_file()
    {
        using var file = new TemporaryDatabase();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.Path));
    }
}

/// <summary>A database in a folder of its own, removed at the end.</summary>
internal sealed class TemporaryDatabase : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("matchbox-").FullName;

    public TemporaryDatabase() => Database = new ApplianceDatabase(Path);

    public string Path => System.IO.Path.Combine(_folder, "appliance.db");

    public ApplianceDatabase Database { get; private set; }

    public ApplianceDatabase Reopen()
    {
        Database.Dispose();
        return Database = new ApplianceDatabase(Path);
    }

    public void Dispose()
    {
        Database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
