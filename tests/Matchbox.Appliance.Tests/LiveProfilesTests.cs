using System.Diagnostics;
using System.Text.Json;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines.Inventory;

namespace Matchbox.Appliance.Tests;

/// <summary>The live profiles in <c>configs/live</c>.</summary>
public sealed class LiveProfilesTests : IDisposable
{
    private static readonly string Live = Path.Combine(SourceTree.Root, "configs", "live");

    private readonly string _root = Directory.CreateTempSubdirectory("matchbox-live-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void They_are_sound_and_none_installs()
    {
        var reading = CatalogFolder.Read(Live);
        Assert.Empty(reading.Faults);
        Assert.Equal(["inventory", "memtest", "memtest-efi", "rescue"], reading.Catalog.Profiles.Keys.Order(StringComparer.Ordinal));
        Assert.All(reading.Catalog.Offers, offer => Assert.Null(offer.Fault));
        Assert.All(reading.Catalog.Offers, offer => Assert.False(offer.Installs, offer.Profile.Id));
    }

    [Fact]
    public async Task The_collector_tells_what_a_server_has()
    {
        Write("sys/block/sda/size", "976773168");
        Write("sys/block/sda/device/model", "Samsung SSD 860 ");
        Write("sys/block/sda/device/wwid", "naa.5002538e40a1b2c3");
        Write("sys/block/sda/queue/rotational", "0");
        Write("sys/block/nvme0n1/size", "2000409264");
        Write("sys/block/nvme0n1/device/serial", "S4EV \"quoted\" \\ \u001b[31m\u00e9");
        Write("sys/block/loop0/size", "100");
        Write("sys/block/sr0/size", "100");
        Write("sys/block/sdz/size", "0");
        Link("dev/disk/by-id/ata-Samsung_SSD_860_S4EVNX0R", "../../sda");
        Link("dev/disk/by-id/wwn-0x5002538e40a1b2c3", "../../sda");
        Link("dev/disk/by-id/nvme-SAMSUNG_S4EV", "../../nvme0n1");
        Write("sys/class/net/lo/address", "00:00:00:00:00:00");
        Write("sys/class/net/eth0/address", "52:54:00:77:00:01");
        Write("sys/class/net/eth0/speed", "10000");
        Write("sys/class/net/eth0/carrier", "1");
        Link("sys/class/net/eth0/device/driver", "../../bus/drivers/ixgbe");
        Write("sys/class/net/eth1/address", "52:54:00:77:00:02");
        Write("sys/class/net/eth1/speed", "-1");
        Write("sys/class/net/eth1/device/vendor", "0x8086");
        Write("proc/cpuinfo", string.Concat(Enumerable.Range(0, 8).Select(i => $"processor\t: {i}\nmodel name\t: AMD EPYC 7313\nphysical id\t: {i / 4}\ncpu cores\t: 2\n\n")));
        Write("proc/meminfo", "MemTotal:       65843200 kB\nMemFree: 1 kB\n");
        Write("sys/class/dmi/id/sys_vendor", "Supermicro");
        Write("sys/class/dmi/id/product_serial", "S1234");
        Write("sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", "\u0006\0\0\0\u0001");

        var inventory = await CollectAsync();

        Assert.Equal(2, inventory.Disks.Count);
        Assert.Equal(
            new InventoryDisk
            {
                Path = "/dev/sda", Id = "/dev/disk/by-id/wwn-0x5002538e40a1b2c3", Wwn = "naa.5002538e40a1b2c3", Model = "Samsung SSD 860", Size = 500107862016, Rotational = false,
            },
            inventory.Disks.Single(disk => disk.Path == "/dev/sda"));
        var nvme = inventory.Disks.Single(disk => disk.Path == "/dev/nvme0n1");
        Assert.Equal(("/dev/disk/by-id/nvme-SAMSUNG_S4EV", "S4EV \"quoted\" \\ [31m"), (nvme.Device, nvme.Serial));
        Assert.Equal(
            [new InventoryCard { Name = "eth0", Mac = "52:54:00:77:00:01", Driver = "ixgbe", Speed = 10000, Link = true }, new InventoryCard { Name = "eth1", Mac = "52:54:00:77:00:02", Link = false }],
            inventory.Cards);
        Assert.Equal(new InventoryProcessor { Model = "AMD EPYC 7313", Sockets = 2, Cores = 4, Threads = 8 }, inventory.Processor);
        Assert.Equal((65843200L * 1024, "Supermicro", "S1234", "uefi", true), (inventory.Memory, inventory.System!.Manufacturer, inventory.System.Serial, inventory.Firmware, inventory.SecureBoot));
    }

    [Fact]
    public async Task The_collector_tells_of_a_machine_that_says_nothing() => Assert.Equal("0 disks, 0 network cards, 0 GiB of memory, bios", (await CollectAsync()).Summary);

    // The script stands in the Butane config, ten spaces in.
    private async Task<MachineInventory> CollectAsync()
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "needs a shell");
        var lines = await File.ReadAllLinesAsync(Path.Combine(Live, "ignition", "inventory.yaml"), TestContext.Current.CancellationToken);
        var script = Path.Combine(_root, "inventory.sh");
        await File.WriteAllLinesAsync(
            script, lines.SkipWhile(line => !line.Contains("inline: |", StringComparison.Ordinal)).Skip(1).TakeWhile(line => line.Length == 0 || line[0] == ' ').Select(line => line.Length > 10 ? line[10..] : ""),
            TestContext.Current.CancellationToken);
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", [script]) { RedirectStandardOutput = true, Environment = { ["ROOT"] = _root } })!;
        var text = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
        using var document = JsonDocument.Parse(text);
        var inventory = InventoryReader.Read(document.RootElement, out var wrong);
        Assert.True(inventory is not null, wrong);
        return inventory;
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + (path.StartsWith("proc", StringComparison.Ordinal) || path.Contains("efivars", StringComparison.Ordinal) ? "" : "\n"));
    }

    private void Link(string path, string target)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.CreateSymbolicLink(file, target);
    }
}
