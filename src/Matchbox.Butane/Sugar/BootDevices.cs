using System.Globalization;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Sugar;

/// <summary>
/// Fedora CoreOS's <c>boot_device</c>: its own partitions mirrored on several disks, its root encrypted. The layouts are those of
/// the system's images; a new one gets a name of its own.
/// </summary>
internal static class BootDevices
{
    private const string ReservedType = "8DA63339-0007-60C0-C436-083AC8230908";
    private const string BiosType = "21686148-6449-6E6F-744E-656564454649";
    private const string PrepType = "9E1A2D38-C612-4316-AA26-8B49521E5A8B";
    private const string EspType = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
    private const long BootMiB = 384;

    private static readonly DocumentPath Source = DocumentPath.Root.Append("boot_device");

    public static bool WantsLuks(Record? luks) => luks is not null
        && (luks.IsTrue(BootDeviceLuks.Tpm2) || luks.List(BootDeviceLuks.Tang).Count > 0 || luks.Struct(BootDeviceLuks.Cex)?.IsTrue(CexSection.Enabled) == true);

    /// <summary>A config with nothing but the boot disk; null when the config does not change it.</summary>
    public static Record? Render(Record? bootDevice)
    {
        var luks = bootDevice?.Struct(BootDevice.Luks);
        var mirrors = bootDevice?.Struct(BootDevice.Mirror)?.Texts(BootDeviceMirror.Devices) ?? [];
        if (bootDevice is null || (!WantsLuks(luks) && mirrors.Count == 0))
        {
            return null;
        }
        var layout = bootDevice.Text(BootDevice.Layout);
        var rendered = new Record(Config.Type);
        var storage = rendered.Open(Config.Storage);
        if (mirrors.Count > 0)
        {
            AddMirror(storage, mirrors, layout ?? "x86_64");
        }
        if (WantsLuks(luks))
        {
            AddLuks(storage, luks!, layout, mirrors.Count > 0);
        }
        var root = WantsLuks(luks) ? "/dev/mapper/root" : "/dev/md/md-root";
        storage.Add(StorageSection.Filesystems, FilesystemOn(root, "xfs", "root", Source));
        return rendered;
    }

    private static void AddMirror(Record storage, IReadOnlyList<string> devices, string layout)
    {
        var mirror = Source.Append("mirror");
        var hasEsp = layout is "x86_64" or "aarch64";
        for (var i = 0; i < devices.Count; i++)
        {
            var number = i + 1;
            var at = mirror.Append("devices").Append(i);
            var disk = new Record(Disk.Type) { Origin = at, IsGenerated = true }.Set(Disk.Device, devices[i]).Set(Disk.WipeTable, true);
            disk.Add(Disk.Partitions, layout switch
            {
                "x86_64" => PartitionOf("bios", number, 1, BiosType),
                "ppc64le" => PartitionOf("prep", number, 4, PrepType),
                _ => PartitionOf("reserved", number, 1, ReservedType),
            });
            disk.Add(Disk.Partitions, hasEsp ? PartitionOf("esp", number, 127, EspType) : PartitionOf("reserved", number, 1, ReservedType));
            disk.Add(Disk.Partitions, PartitionOf("boot", number, BootMiB, null));
            disk.Add(Disk.Partitions, PartitionOf("root", number, null, null));
            storage.Add(StorageSection.Disks, disk);
            if (hasEsp)
            {
                storage.Add(StorageSection.Filesystems, FilesystemOn(PartitionDevice("esp", number), "vfat", Name("esp", number), at));
            }
        }
        storage.Add(StorageSection.Raid, RaidOf("boot", devices.Count, mirror)
            // The superblock at the end: a BIOS' GRUB sees a plain filesystem.
            .Set(RaidArray.Options, ["--metadata=1.0"]));
        storage.Add(StorageSection.Raid, RaidOf("root", devices.Count, mirror));
        storage.Add(StorageSection.Filesystems, FilesystemOn("/dev/md/md-boot", "ext4", "boot", mirror));
    }

    private static void AddLuks(Record storage, Record luks, string? layout, bool isMirrored)
    {
        var at = Source.Append("luks");
        var device = layout switch
        {
            "s390x-eckd" => luks.Text(BootDeviceLuks.Device) + "2",
            "s390x-zfcp" => luks.Text(BootDeviceLuks.Device) + "4",
            _ => isMirrored ? "/dev/md/md-root" : "/dev/disk/by-partlabel/root",
        };
        var volume = new Record(LuksVolume.Type) { Origin = at, IsGenerated = true }
            .Set(LuksVolume.Device, device)
            .Set(LuksVolume.Discard, luks.Flag(BootDeviceLuks.Discard))
            .SetOrigin(LuksVolume.Discard, at.Append("discard"))
            .Set(LuksVolume.Label, "luks-root")
            .Set(LuksVolume.Name, "root")
            .Set(LuksVolume.WipeVolume, true);
        if (luks.Struct(BootDeviceLuks.Cex) is { } cex && cex.IsTrue(CexSection.Enabled))
        {
            volume.Set(LuksVolume.Cex, new Record(CexSection.Type) { Origin = at }.Set(CexSection.Enabled, true));
        }
        else
        {
            var clevis = new Record(ClevisSection.Type) { Origin = at }
                .Set(ClevisSection.Threshold, luks.Number(BootDeviceLuks.Threshold))
                .Set(ClevisSection.Tpm2, luks.Flag(BootDeviceLuks.Tpm2));
            foreach (var tang in luks.List(BootDeviceLuks.Tang))
            {
                clevis.Add(ClevisSection.Tang, tang);
            }
            volume.Set(LuksVolume.Clevis, clevis);
        }
        storage.Add(StorageSection.Luks, volume);
    }

    private static Record PartitionOf(string name, int number, long? size, string? type) => new Record(Partition.Type)
        .Set(Partition.Label, Name(name, number))
        .Set(Partition.SizeMiB, size)
        .Set(Partition.TypeGuid, type);

    // The levels and the labels were text before spec 3.3, and are optional since: both fields hold the same.
    private static Record RaidOf(string name, int count, DocumentPath at) => new Record(RaidArray.Type) { Origin = at, IsGenerated = true }
        .Set(RaidArray.Devices, Enumerable.Range(1, count).Select(number => PartitionDevice(name, number)))
        .Set(RaidArray.Level32, "raid1")
        .Set(RaidArray.Level, "raid1")
        .Set(RaidArray.Name, $"md-{name}");

    private static Record FilesystemOn(string device, string format, string label, DocumentPath at) => new Record(Filesystem.Type) { Origin = at, IsGenerated = true }
        .Set(Filesystem.Device, device)
        .Set(Filesystem.Format, format)
        .Set(Filesystem.Label, label)
        .Set(Filesystem.WipeFilesystem, true);

    private static string Name(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");

    private static string PartitionDevice(string name, int number) => $"/dev/disk/by-partlabel/{Name(name, number)}";
}
