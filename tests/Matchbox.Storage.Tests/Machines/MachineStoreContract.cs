using Matchbox.Core.Machines;
using Matchbox.Core.Machines.Inventory;
using Matchbox.Protocols;

namespace Matchbox.Storage.Tests.Machines;

/// <summary>What every machine store promises. A new store adds one class that opens it.</summary>
public abstract class MachineStoreContract : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected abstract IMachineStore Open();

    /// <summary>Closes and opens again, as a restart does.</summary>
    protected abstract IMachineStore Reopen();

    public abstract void Dispose();

    [Fact]
    public void A_new_store_is_empty() => Assert.Empty(Open().Load());

    [Fact]
    public void Every_field_of_a_machine_survives_a_restart()
    {
        var machine = Full("52:54:00:77:00:01");
        Open().Save([machine], []);
        var loaded = Assert.Single(Reopen().Load());
        Assert.Equal(machine.Installation.Attempts, loaded.Installation.Attempts);
        Assert.Equal(machine.Macs, loaded.Macs);
        Assert.Equal(machine.Labels, loaded.Labels);
        Assert.Equal(machine.Replaced, loaded.Replaced);
        Assert.Equal(machine.Inventory!.Disks, loaded.Inventory!.Disks);
        Assert.Equal(machine.Inventory.Cards, loaded.Inventory.Cards);
        Assert.Equal(machine.Inventory with { Disks = [], Cards = [] }, loaded.Inventory with { Disks = [], Cards = [] });
        Assert.Equal(
            machine with { Macs = default, Labels = Empty.Labels, Installation = Installation.None, Delivery = null, Replaced = null, Inventory = null },
            loaded with { Macs = default, Labels = Empty.Labels, Installation = Installation.None, Delivery = null, Replaced = null, Inventory = null });
        Assert.Equal((IEnumerable<string>)machine.Delivery!.Ended, loaded.Delivery!.Ended);
        Assert.Equal(machine.Delivery.First, loaded.Delivery.First);
        Assert.Equal((machine.Delivery.Nonce, machine.Delivery.FetchedAt), (loaded.Delivery.Nonce, loaded.Delivery.FetchedAt));
        Assert.Equal(machine.Installation with { Attempts = default }, loaded.Installation with { Attempts = default });
    }

    [Fact]
    public void The_last_save_counts_and_a_removed_machine_is_gone()
    {
        var store = Open();
        store.Save([Full("52:54:00:77:00:01"), Full("52:54:00:77:00:02")], []);
        store.Save([Full("52:54:00:77:00:01") with { Name = "renamed" }], ["52-54-00-77-00-02"]);
        Assert.Equal("renamed", Assert.Single(Reopen().Load()).Name);
    }

    [Fact]
    public void Ids_that_differ_in_case_are_two()
    {
        var store = Open();
        store.Save([new Machine { Id = "SN-ab1" }, new Machine { Id = "SN-AB1" }, new Machine { Id = "sn-ab1" }], ["SN-Ab1"]);
        store.Save([], ["sn-ab1"]);
        Assert.Equal(["SN-AB1", "SN-ab1"], Reopen().Load().Select(machine => machine.Id).Order(StringComparer.Ordinal));
    }

    private static Machine Empty { get; } = new() { Id = "empty" };

    private static Machine Full(string mac) => new()
    {
        Id = HardwareAddress.Parse(mac).ToHyphenString(),
        Origin = MachineOrigin.Added,
        Name = "node",
        Macs = [HardwareAddress.Parse(mac), HardwareAddress.Parse("02:00:00:00:00:09")],
        Uuid = new MachineUuid(Guid.Parse("7a62656e-6368-4c61-8000-525400770001")),
        Serial = "S-1",
        Labels = Empty.Labels.Add("rack", "r1"),
        FirstSeenAt = Noon,
        Ignored = new PersonMark(Noon, "a"),
        Protected = new PersonMark(Noon, "b"),
        Running = new RunningProfile("live", Noon),
        Inventory = new MachineInventory
        {
            At = Noon,
            Disks = [new InventoryDisk { Path = "/dev/sda", Id = "/dev/disk/by-id/x", Serial = "S", Wwn = "0x5", Model = "m", Size = 5, Rotational = true }],
            Cards = [new InventoryCard { Name = "eth0", Mac = "52:54:00:77:00:01", Driver = "d", Speed = 10, Link = true }],
            Processor = new InventoryProcessor { Model = "m", Sockets = 1, Cores = 2, Threads = 4 },
            Memory = 1L << 36,
            System = new InventorySystem { Manufacturer = "a", Product = "b", Serial = "c", Uuid = "d", Board = "e", BiosVendor = "f", BiosVersion = "g", BiosDate = "h" },
            Firmware = "uefi",
            SecureBoot = true,
        },
        Retired = new RetiredIdentity("m0", "node0", Noon, "d") { Uuid = new MachineUuid(Guid.Parse("7a62656e-6368-4c61-8000-525400770009")) },
        Replaced = [new RetiredIdentity("m1", "node1", Noon, "e") { Mac = HardwareAddress.Parse("02:00:00:00:00:0a") }],
        BootOnce = new OnceBoot { Profile = "rescue", At = Noon, ExpiresAt = Noon.AddHours(1), By = "c", Nonce = "n" },
        LastSeen = new Sighting { At = Noon, Subnet = "10.77.0.0/24", Address = IPv4Address.Parse("10.77.0.5"), Architecture = "x64 UEFI", VendorClass = "PXEClient" },
        Delivery = ConfigDelivery.Begin(new ConfigDelivery { Nonce = "n0" }, "n1").Deliver("ignition", IPv4Address.Parse("10.77.0.5"), Noon).Fetched(Noon.AddMinutes(1)),
        Installation = new Installation
        {
            Arming = new Arming { Id = "a", ProfileId = "p", Digest = "d", ArmedAt = Noon, ExpiresAt = Noon.AddHours(4), By = "uid 0" },
            Attempts = [new InstallAttempt { Number = 1, ArmingId = "a", ProfileId = "p", Nonce = "n", TokenHash = "h", StartedAt = Noon }],
            InstalledAt = Noon,
            InstalledProfile = "p0",
            Completed = new InstallAttempt { Number = 2, ArmingId = "z", ProfileId = "p0", Nonce = "m", TokenHash = "g", StartedAt = Noon },
            Hold = new HoldNote("because", Noon),
        },
    };
}
