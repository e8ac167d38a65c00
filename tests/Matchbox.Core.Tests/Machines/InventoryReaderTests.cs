using System.Text.Json;
using Matchbox.Core.Machines.Inventory;

namespace Matchbox.Core.Tests.Machines;

/// <summary>Inventories as machines report them, and as nobody should.</summary>
public class InventoryReaderTests
{
    private const string Whole = """
        { "disks": [ { "path": "/dev/sda", "id": "/dev/disk/by-id/wwn-0x5002", "serial": "S1", "wwn": "0x5002", "model": " SSD ", "size": 500107862016, "rotational": false, "colour": "red" },
                     { "path": "/dev/sdb", "serial": null, "size": 0 } ],
          "cards": [ { "name": "eth0", "mac": "52:54:00:77:00:01", "driver": "ixgbe", "speed": 10000, "link": true } ],
          "cpu": { "model": "AMD", "sockets": 1, "cores": 16, "threads": 32 }, "memory": 68719476736,
          "system": { "manufacturer": "Supermicro", "serial": "S1234" }, "firmware": "uefi", "secureBoot": false, "more": [[]] }
        """;

    [Fact]
    public void What_is_reported_is_read_and_what_is_not_known_is_passed_over()
    {
        var inventory = Read(Whole, out _)!;
        Assert.Equal(
            new InventoryDisk { Path = "/dev/sda", Id = "/dev/disk/by-id/wwn-0x5002", Serial = "S1", Wwn = "0x5002", Model = "SSD", Size = 500107862016, Rotational = false },
            inventory.Disks[0]);
        Assert.Equal(new InventoryDisk { Path = "/dev/sdb" }, inventory.Disks[1]);
        Assert.Equal(new InventoryCard { Name = "eth0", Mac = "52:54:00:77:00:01", Driver = "ixgbe", Speed = 10000, Link = true }, Assert.Single(inventory.Cards));
        Assert.Equal((16, 68719476736, "S1234", "uefi", false), (inventory.Processor!.Cores, inventory.Memory, inventory.System!.Serial, inventory.Firmware, inventory.SecureBoot));
        Assert.Equal("2 disks, 1 network cards, 64 GiB of memory, uefi", inventory.Summary);
        Assert.Equal("0 disks, 0 network cards, 0 GiB of memory", Read("{}", out _)!.Summary);
    }

    [Theory]
    [InlineData("[]", "inventory has to be an object")]
    [InlineData("null", "inventory has to be an object")]
    [InlineData("""{ "disks": {} }""", "inventory.disks has to be a list")]
    [InlineData("""{ "disks": [ {} ] }""", "inventory.disks[0].path has to be there")]
    [InlineData("""{ "disks": [ { "path": "/dev/sda" }, 7 ] }""", "inventory.disks[1] has to be an object")]
    [InlineData("""{ "disks": [ { "path": 7 } ] }""", "inventory.disks[0].path has to be a text")]
    [InlineData("""{ "memory": -1 }""", "inventory.memory has to be a whole number from 0")]
    [InlineData("""{ "memory": 1e400 }""", "inventory.memory has to be a whole number from 0")]
    [InlineData("""{ "memory": "1" }""", "inventory.memory has to be a whole number from 0")]
    [InlineData("""{ "secureBoot": "yes" }""", "inventory.secureBoot has to be true or false")]
    [InlineData("""{ "firmware": "openboot" }""", "inventory.firmware is \"uefi\" or \"bios\"")]
    [InlineData("""{ "system": [] }""", "inventory.system has to be an object")]
    [InlineData("""{ "cpu": { "model": "\ud800" } }""", "inventory holds a text that is no valid Unicode")]
    public void What_is_wrong_is_said_with_its_place(string json, string wrong)
    {
        Assert.Null(Read(json, out var said));
        Assert.Equal(wrong, said);
    }

    [Fact]
    public void Counts_and_texts_are_bounded_and_texts_are_printable()
    {
        static string Disks(int count) => $$"""{ "disks": [ {{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{ "path": "/dev/d{{i}}" }"""))}} ] }""";
        Assert.Equal(InventoryReader.MaxItems, Read(Disks(InventoryReader.MaxItems), out _)!.Disks.Count);
        Assert.Null(Read(Disks(InventoryReader.MaxItems + 1), out var many));
        Assert.Contains("more than 64", many, StringComparison.Ordinal);

        var model = Read($$"""{ "cpu": { "model": "\u001b[31m{{new string('x', 10_000)}}" } }""", out _)!.Processor!.Model!;
        Assert.StartsWith("\\u001b[31m", model, StringComparison.Ordinal);
        Assert.InRange(model.Length, 100, 200);
    }

    [Theory]
    [InlineData("S1", "/dev/sda")]
    [InlineData("s1", "/dev/sda")]
    [InlineData("0x5002", "/dev/sda")]
    [InlineData("/dev/disk/by-id/wwn-0x5002", "/dev/sda")]
    [InlineData("/dev/sdb", "/dev/sdb")]
    public void A_disk_is_found_by_serial_number_WWN_or_path(string name, string path) => Assert.Equal(path, Read(Whole, out _)!.Find(name, out _)!.Path);

    [Theory]
    [InlineData("""{ "disks": [ { "path": "/dev/sda" } ] }""", "S9", "there are /dev/sda")]
    [InlineData("""{ "disks": [ { "path": "/dev/sda" } ] }""", "", "there are /dev/sda")]
    [InlineData("""{ "disks": [ { "path": "/dev/sda", "serial": "S" }, { "path": "/dev/sdb", "serial": "S" } ] }""", "S", "several disks")]
    [InlineData("""{ "disks": [ { "path": "/dev/sda; reboot", "serial": "S" } ] }""", "S", "no path that a config could name")]
    [InlineData("""{ "disks": [ { "path": "/dev/../etc/passwd", "serial": "S" } ] }""", "S", "no path that a config could name")]
    [InlineData("""{ "disks": [ { "path": "sda", "id": "/dev/{{ x }}", "serial": "S" } ] }""", "S", "no path that a config could name")]
    public void What_names_no_one_disk_or_no_plain_path_is_refused(string json, string name, string word)
    {
        Assert.Null(Read(json, out _)!.Find(name, out var why));
        Assert.Contains(word, why, StringComparison.Ordinal);
    }

    [Fact]
    public void No_prefix_and_no_changed_octet_of_a_report_throws()
    {
        var octets = System.Text.Encoding.UTF8.GetBytes(Whole);
        var random = new Random(1);
        for (var i = 0; i < 5_000; i++)
        {
            var changed = octets.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            changed[random.Next(changed.Length)] = (byte)"[]{}\",0"[random.Next(7)];
            try
            {
                using var document = JsonDocument.Parse(changed.AsMemory(0, random.Next(2) == 0 ? changed.Length : random.Next(changed.Length)), new JsonDocumentOptions { MaxDepth = 8 });
                _ = InventoryReader.Read(document.RootElement, out _);
            }
            catch (JsonException)
            {
            }
        }
    }

    private static MachineInventory? Read(string json, out string wrong)
    {
        using var document = JsonDocument.Parse(json);
        return InventoryReader.Read(document.RootElement, out wrong);
    }
}
