using System.Globalization;
using System.Text.Json;

namespace Matchbox.Core.Machines.Inventory;

/// <summary>Reads the inventory of a report. Hostile input is ordinary input: everything is bounded and printable, or refused in words. Pure.</summary>
public static class InventoryReader
{
    /// <summary>Octets of a whole report with an inventory.</summary>
    public const int MaxBody = 64 << 10;

    /// <summary>The most disks, and the most network cards.</summary>
    public const int MaxItems = 64;

    /// <summary>The most characters of a text; the rest is cut off.</summary>
    public const int MaxText = 128;

    /// <summary>Members that are not known are passed over, and null stands for what is not known.</summary>
    /// <param name="document">The <c>inventory</c> member of the report.</param>
    /// <param name="wrong">What is wrong, and where.</param>
    /// <returns>Null when something is wrong.</returns>
    public static MachineInventory? Read(JsonElement document, out string wrong)
    {
        try
        {
            wrong = "";
            var root = new Part(document, "inventory");
            return new MachineInventory
            {
                Disks = root.List("disks", DiskOf),
                Cards = root.List("cards", CardOf),
                Processor = root.Object("cpu", ProcessorOf),
                Memory = root.Number("memory"),
                System = root.Object("system", SystemOf),
                Firmware = root.Text("firmware") switch
                {
                    null => null,
                    "uefi" => "uefi",
                    "bios" => "bios",
                    _ => throw new FormatException("inventory.firmware is \"uefi\" or \"bios\""),
                },
                SecureBoot = root.Flag("secureBoot"),
            };
        }
        catch (FormatException fault)
        {
            wrong = fault.Message;
        }
        catch (InvalidOperationException)
        {
            wrong = "inventory holds a text that is no valid Unicode";
        }
        return null;
    }

    private static InventoryDisk DiskOf(Part disk) => new()
    {
        Path = disk.Text("path") ?? throw new FormatException($"{disk.Name}.path has to be there"),
        Id = disk.Text("id"),
        Serial = disk.Text("serial"),
        Wwn = disk.Text("wwn"),
        Model = disk.Text("model"),
        Size = disk.Number("size"),
        Rotational = disk.Flag("rotational"),
    };

    private static InventoryCard CardOf(Part card) => new()
    {
        Name = card.Text("name") ?? throw new FormatException($"{card.Name}.name has to be there"),
        Mac = card.Text("mac"),
        Driver = card.Text("driver"),
        Speed = card.Number("speed"),
        Link = card.Flag("link"),
    };

    private static InventoryProcessor ProcessorOf(Part cpu) => new()
    {
        Model = cpu.Text("model"),
        Sockets = cpu.Number("sockets"),
        Cores = cpu.Number("cores"),
        Threads = cpu.Number("threads"),
    };

    private static InventorySystem SystemOf(Part system) => new()
    {
        Manufacturer = system.Text("manufacturer"),
        Product = system.Text("product"),
        Serial = system.Text("serial"),
        Uuid = system.Text("uuid"),
        Board = system.Text("board"),
        BiosVendor = system.Text("biosVendor"),
        BiosVersion = system.Text("biosVersion"),
        BiosDate = system.Text("biosDate"),
    };

    /// <summary>An object of the document, with its place for errors.</summary>
    private readonly struct Part
    {
        private readonly JsonElement _element;

        public Part(JsonElement element, string name)
        {
            _element = element;
            Name = name;
            Require(element.ValueKind == JsonValueKind.Object, "an object");
        }

        public string Name { get; }

        public string? Text(string member)
        {
            if (!TryGet(member, JsonValueKind.String, "a text", out var value))
            {
                return null;
            }
            var text = value.GetString()!.Trim();
            text = ClientText.Escape(text.Length > MaxText ? text[..MaxText] : text);
            return text.Length == 0 ? null : text;
        }

        public long Number(string member) =>
            !TryGet(member, JsonValueKind.Number, "a whole number from 0", out var value) ? 0
            : value.TryGetInt64(out var number) && number >= 0 ? number
            : throw Fault(member, "a whole number from 0");

        public bool? Flag(string member) =>
            !_element.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.Null ? null
            : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
            : throw Fault(member, "true or false");

        public T? Object<T>(string member, Func<Part, T> read)
            where T : class => TryGet(member, JsonValueKind.Object, "an object", out var value) ? read(new Part(value, $"{Name}.{member}")) : null;

        public List<T> List<T>(string member, Func<Part, T> read)
        {
            if (!TryGet(member, JsonValueKind.Array, "a list", out var list))
            {
                return [];
            }
            if (list.GetArrayLength() > MaxItems)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{Name}.{member} has more than {MaxItems} entries"));
            }
            var items = new List<T>(list.GetArrayLength());
            foreach (var item in list.EnumerateArray())
            {
                items.Add(read(new Part(item, string.Create(CultureInfo.InvariantCulture, $"{Name}.{member}[{items.Count}]"))));
            }
            return items;
        }

        private bool TryGet(string member, JsonValueKind kind, string what, out JsonElement value) =>
            _element.TryGetProperty(member, out value) && value.ValueKind != JsonValueKind.Null && (value.ValueKind == kind ? true : throw Fault(member, what));

        private void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new FormatException($"{Name} has to be {what}");
            }
        }

        private FormatException Fault(string member, string what) => new($"{Name}.{member} has to be {what}");
    }
}
