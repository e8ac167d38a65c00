using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Matchbox.Core.Machines.Inventory;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox machines inventory</c>: what a machine is made of, as a live boot of its own reported it.</summary>
internal static class InventoryCommand
{
    public static Command Create(Func<ParseResult, ControlClient> client, Option<bool> json)
    {
        var name = new Argument<string>("machine") { Description = "MAC, UUID, serial number, name or id" };
        var inventory = new Command("inventory",
            "Show a machine's disks, network cards, processors, memory and firmware, as its live profile `inventory` reported them (docs/lifecycle.md).") { name };
        inventory.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var found = await control.GetAsync($"{MachinesCommand.PathOf(parsed.GetValue(name)!)}/inventory", RestJson.Default.MachineInventory, cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(found, RestJson.Default.MachineInventory));
                return;
            }
            Write(found);
        });
        return inventory;
    }

    private static void Write(MachineInventory found)
    {
        (string Key, string? Value)[] lines =
        [
            ("reported", $"{found.At:u}"),
            ("system", Join(found.System?.Manufacturer, found.System?.Product, found.System?.Serial is { } serial ? $"serial {serial}" : null)),
            ("board", found.System?.Board),
            ("firmware", Join(found.Firmware, found.SecureBoot switch { true => "Secure Boot on", false => "Secure Boot off", null => null }, found.System?.BiosVendor, found.System?.BiosVersion)),
            ("processor", found.Processor is { } cpu ? Join(cpu.Model, string.Create(CultureInfo.InvariantCulture, $"{cpu.Sockets} sockets, {cpu.Cores} cores, {cpu.Threads} threads")) : null),
            ("memory", found.Memory > 0 ? SizeOf(found.Memory) : null),
        ];
        foreach (var (key, value) in lines.Where(line => !string.IsNullOrEmpty(line.Value)))
        {
            Console.WriteLine($"{key + ":",-14}{value}");
        }
        Console.WriteLine();
        Table.Write(Console.Out, ["DISK", "SIZE", "SERIAL", "WWN", "MODEL"], found.Disks.Select(disk => (string[])
            [disk.Path, disk.Size > 0 ? SizeOf(disk.Size) : "-", disk.Serial ?? "-", disk.Wwn ?? "-", disk.Model ?? "-"]));
        Console.WriteLine();
        Table.Write(Console.Out, ["CARD", "MAC", "LINK", "DRIVER"], found.Cards.Select(card => (string[])
            [card.Name, card.Mac ?? "-", card.Link is true ? card.Speed > 0 ? string.Create(CultureInfo.InvariantCulture, $"{card.Speed} Mb/s") : "up" : "down", card.Driver ?? "-"]));
    }

    private static string Join(params string?[] parts) => string.Join(", ", parts.Where(part => !string.IsNullOrEmpty(part)));

    // Powers of ten for disks and of two for memory would confuse more than they would tell: of two for both.
    private static string SizeOf(long octets) => string.Create(CultureInfo.InvariantCulture, $"{octets / (double)(1L << 30):0.#} GiB");
}
