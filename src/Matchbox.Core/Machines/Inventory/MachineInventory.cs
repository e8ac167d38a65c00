namespace Matchbox.Core.Machines.Inventory;

/// <summary>What a machine is made of, as its own live boot reported it. Claims of whoever runs on it: bounded, printable, for people to choose from.</summary>
public sealed record MachineInventory
{
    /// <summary>When it was reported.</summary>
    public DateTimeOffset At { get; init; }

    public required IReadOnlyList<InventoryDisk> Disks { get; init; }

    public required IReadOnlyList<InventoryCard> Cards { get; init; }

    public InventoryProcessor? Processor { get; init; }

    /// <summary>Octets of memory; 0: not reported.</summary>
    public long Memory { get; init; }

    public InventorySystem? System { get; init; }

    /// <summary><c>uefi</c> or <c>bios</c>; null: not reported.</summary>
    public string? Firmware { get; init; }

    /// <summary>Is Secure Boot on; null: not reported, or there is none.</summary>
    public bool? SecureBoot { get; init; }

    /// <summary>In a line, for the timeline.</summary>
    public string Summary => $"{Disks.Count} disks, {Cards.Count} network cards, {Memory >> 30} GiB of memory{(Firmware is null ? "" : $", {Firmware}")}{(SecureBoot == true ? " with Secure Boot" : "")}";

    /// <summary>The one disk that is named by serial number, WWN or path; null, with why in words: none, or several.</summary>
    public InventoryDisk? Find(string name, out string why)
    {
        var found = Disks.Where(disk => disk.IsNamed(name)).ToArray();
        why = found.Length switch
        {
            0 => $"no disk has the serial number, WWN or path '{ClientText.Escape(name)}': there are {string.Join(", ", Disks.Select(disk => disk.Path))}",
            1 when found[0].Device is null => $"disk {found[0].Path} has no path that a config could name",
            1 => "",
            _ => $"several disks are called '{ClientText.Escape(name)}': {string.Join(", ", found.Select(disk => disk.Path))}",
        };
        return why.Length == 0 ? found[0] : null;
    }
}

/// <summary>A disk.</summary>
public sealed record InventoryDisk
{
    /// <summary>Its name at that boot, such as <c>/dev/sda</c>.</summary>
    public required string Path { get; init; }

    /// <summary>A name that it keeps, below <c>/dev/disk/by-id</c>; null: not reported.</summary>
    public string? Id { get; init; }

    public string? Serial { get; init; }

    public string? Wwn { get; init; }

    public string? Model { get; init; }

    /// <summary>Octets; 0: not reported.</summary>
    public long Size { get; init; }

    /// <summary>It turns; null: not reported.</summary>
    public bool? Rotational { get; init; }

    /// <summary>
    /// What a config names it by: the name that it keeps, or the one of that boot where there is none. Null where neither is a plain path:
    /// it goes into configs and scripts as it stands.
    /// </summary>
    public string? Device => IsPlain(Id) ? Id : IsPlain(Path) ? Path : null;

    public bool IsNamed(string name) =>
        name.Length > 0 && (name == Path || name == Id || name.Equals(Serial, StringComparison.OrdinalIgnoreCase) || name.Equals(Wwn, StringComparison.OrdinalIgnoreCase));

    private static bool IsPlain(string? path) =>
        path is not null && path.StartsWith("/dev/", StringComparison.Ordinal) && !path.Contains("..", StringComparison.Ordinal)
        && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or ':' or '+' or '-' or '@');
}

/// <summary>A network card.</summary>
public sealed record InventoryCard
{
    public required string Name { get; init; }

    public string? Mac { get; init; }

    public string? Driver { get; init; }

    /// <summary>Megabits a second; 0: not reported, or no link.</summary>
    public long Speed { get; init; }

    /// <summary>There is a link; null: not reported.</summary>
    public bool? Link { get; init; }
}

/// <summary>The processors, which are taken to be alike.</summary>
public sealed record InventoryProcessor
{
    public string? Model { get; init; }

    public long Sockets { get; init; }

    public long Cores { get; init; }

    public long Threads { get; init; }
}

/// <summary>What SMBIOS says.</summary>
public sealed record InventorySystem
{
    public string? Manufacturer { get; init; }

    public string? Product { get; init; }

    public string? Serial { get; init; }

    public string? Uuid { get; init; }

    public string? Board { get; init; }

    public string? BiosVendor { get; init; }

    public string? BiosVersion { get; init; }

    public string? BiosDate { get; init; }
}
