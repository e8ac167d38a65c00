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

public sealed class KeyedDocumentsTests
{
    [Fact]
    public void What_an_earlier_version_kept_by_text_gives_way_and_is_never_there_twice()
    {
        using var file = new TemporaryDatabase();
        new LiteDbMachineStore(file.Database).Save([new Machine { Id = "SN-1", Name = "new" }], []);
        file.Database.Dispose();
        using (var earlier = new LiteDB.LiteDatabase(file.Path))
        {
            var machines = earlier.GetCollection("machines");
            var body = machines.FindAll().Single()["body"].AsString;
            machines.DeleteAll();
            foreach (var id in (string[])["SN-1", "SN-2", "SN-3"])
            {
                machines.Insert(new LiteDB.BsonDocument { ["_id"] = id, ["body"] = body.Replace("SN-1", id, StringComparison.Ordinal).Replace("new", "old", StringComparison.Ordinal) });
            }
        }
        var store = new LiteDbMachineStore(file.Reopen());
        Assert.Equal(3, store.Load().Count);
        store.Save([new Machine { Id = "SN-1", Name = "new" }, new Machine { Id = "sn-3", Name = "other" }], ["SN-2", "sn-1"]);
        var kept = new LiteDbMachineStore(file.Reopen()).Load().Select(machine => (machine.Id, machine.Name)).Order();
        Assert.Equal([("SN-1", "new"), ("SN-3", "old"), ("sn-3", "other")], kept.OrderBy(machine => machine.Id, StringComparer.Ordinal));
    }
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
    public async Task First_writes_and_reads_of_all_stores_at_once_do_no_harm()
    {
        for (var start = 0; start < 20; start++)
        {
            using var file = new TemporaryDatabase();
            var machines = new LiteDbMachineStore(file.Database);
            var events = new LiteDbEventStore(file.Database);
            var verdicts = new LiteDbSubnetVerdicts(file.Database);
            var network = Matchbox.Protocols.IPv4Network.Parse("10.77.0.0/24");
            var at = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
            using var line = new Barrier(3);
            await Task.WhenAll(
                AtOnce(round => machines.Save([new Machine { Id = $"m{round}" }], [])),
                AtOnce(round =>
                {
                    events.Append([new ApplianceEvent { Sequence = round + 1, At = at, Kind = EventKind.Progress, Machine = "m", Known = round % 2 == 0, Text = "t" }]);
                    _ = events.Read("m", long.MaxValue, 10);
                }),
                AtOnce(round =>
                {
                    _ = verdicts.WasOpened(network, "eth0");
                    verdicts.Opened(network, "eth0", at);
                }));
            Assert.Equal(10, machines.Load().Count);
            Assert.Equal(10, events.Read("m", long.MaxValue, 100).Count);
            Assert.True(verdicts.WasOpened(network, "eth0"));

            Task AtOnce(Action<int> act) => Task.Factory.StartNew(
                () =>
                {
                    line.SignalAndWait();
                    for (var round = 0; round < 10; round++)
                    {
                        act(round);
                    }
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
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
