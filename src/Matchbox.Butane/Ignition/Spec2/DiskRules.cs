using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

/// <summary>Disks, partitions, RAID arrays and filesystems.</summary>
internal static class DiskRules
{
    public const string Collision = "partition numbers collide";
    public const string OldCreate = "the create object has been deprecated in favor of mount-level options";

    private const int SectorsPerMiB = 2048;
    private const int MaxCompared = 4096;

    private static readonly Field[] Described =
    [
        Partition.Label, Partition.TypeGuid, Partition.Guid, Partition.Start, Partition.Size, Partition.StartMiB, Partition.SizeMiB,
    ];

    public static bool CheckDisk(Record record, int version, DocumentPath at, Report report)
    {
        Faults.Add(DeviceFault(record), at, "device", report);
        CheckTable(record.List(Disk.Partitions), at.Append("partitions"), report);
        return true;
    }

    public static bool CheckPartition(Record record, int version, DocumentPath at, Report report)
    {
        var isFine = true;
        if (record.Flag(Partition.ShouldExist) == false
            && Array.Exists(Described, field => !record.IsZero(field, version)))
        {
            report.Error(at, "shouldExist specified false with other options also specified");
            isFine = false;
        }
        if (version >= 3 && record.Has(Partition.Size))
        {
            report.Warn(at.Append("size"), "size is deprecated; use sizeMB instead");
        }
        if (version >= 3 && record.Has(Partition.Start))
        {
            report.Warn(at.Append("start"), "start is deprecated; use startMB instead");
        }
        Faults.Add(Rules.DiskRules.LabelFault(record.Text(Partition.Label)), at, "label", report);
        Faults.Add(Rules.DiskRules.GuidFault(record.Text(Partition.Guid)), at, "guid", report);
        Faults.Add(Rules.DiskRules.GuidFault(record.Text(Partition.TypeGuid)), at, "typeGuid", report);
        return isFine;
    }

    public static bool CheckRaid(Record record, int version, DocumentPath at, Report report)
    {
        var devices = record.Texts(RaidArray.Devices);
        for (var i = 0; i < devices.Count; i++)
        {
            if (StorageRules.PathFault(devices[i]) is { } fault)
            {
                report.Error(at.Append("devices").Append(i), fault);
            }
        }
        Faults.Add(LevelFault(record), at, "level", report);
        return true;
    }

    public static bool CheckFilesystem(Record record, int version, DocumentPath at, Report report)
    {
        var isFine = Faults.Add(FilesystemFaults(record), at, report);
        if (version >= 1 && record.Struct(Filesystem.Mount)?.Has(MountSection.Create) == true)
        {
            report.Warn(at, OldCreate);
        }
        Faults.Add(isFine ? FilesystemPathFault(record) : null, at, "path", report);
        return isFine;
    }

    public static bool CheckMount(Record record, int version, DocumentPath at, Report report)
    {
        if (FormatFault(record, version) is { } fault)
        {
            report.Error(at, fault);
            return false;
        }
        Faults.Add(StorageRules.PathFault(record.Text(MountSection.Device)!), at, "device", report);
        Faults.Add(FilesystemLabelFault(record), at, "label", report);
        return true;
    }

    internal static string? DeviceFault(Record disk) =>
        disk.Text(Disk.Device) is { Length: > 0 } device ? StorageRules.PathFault(device) : "disk device is required";

    internal static bool NumbersCollide(IReadOnlyList<Record> partitions)
    {
        var numbers = new HashSet<long>();
        return partitions.Any(item => HasNumber(item) && !numbers.Add(item.Number(Partition.Number)!.Value));
    }

    internal static string? LevelFault(Record raid) => raid.Text(RaidArray.Level) switch
    {
        "linear" or "raid0" or "0" or "stripe" =>
            raid.Number(RaidArray.Spares) is null or 0 ? null : "spares unsupported for arrays with a level greater than 0",
        "raid1" or "1" or "mirror" or "raid4" or "4" or "raid5" or "5" or "raid6" or "6" or "raid10" or "10" => null,
        _ => "unrecognized raid level",
    };

    internal static IEnumerable<string> FilesystemFaults(Record filesystem)
    {
        var mount = filesystem.Struct(Filesystem.Mount);
        var hasPath = filesystem.Has(Filesystem.Path);
        if (mount is null && !hasPath)
        {
            yield return "filesystem is missing mount or path";
        }
        if (mount is not null && hasPath)
        {
            yield return "filesystem has both mount and path defined";
        }
        if (mount?.Has(MountSection.Create) != true)
        {
            yield break;
        }
        if (mount.IsTrue(MountSection.WipeFilesystem))
        {
            yield return "cannot use both create object and wipeFilesystem field";
        }
        if (mount.Texts(MountSection.Options).Count > 0)
        {
            yield return "cannot use both create object and mount-level options field";
        }
    }

    internal static string? FilesystemPathFault(Record filesystem) =>
        filesystem.Text(Filesystem.Path) is { } path && StorageRules.PathFault(path) is { } fault
            ? $"filesystem {GoText.Quote(filesystem.Text(Filesystem.Name)!)}: {fault}"
            : null;

    internal static string? FormatFault(Record mount, int version) => mount.Text(MountSection.Format) switch
    {
        "ext4" or "btrfs" or "xfs" => null,
        "swap" or "vfat" when version >= 1 => null,
        _ => "invalid filesystem format",
    };

    internal static string? FilesystemLabelFault(Record mount) => mount.Text(MountSection.Label) is { } label
        ? Rules.DiskRules.FilesystemLabelFault(label, mount.Text(MountSection.Format))
        : null;

    private static void CheckTable(IReadOnlyList<Record> partitions, DocumentPath at, Report report)
    {
        Tell(NumbersCollide(partitions), Collision);
        Tell(Overlap(partitions), "partitions overlap");
        Tell(partitions.Any(IsMisaligned), "partitions misaligned");
        Tell(
            partitions.Any(static item => !HasNumber(item)) && partitions.Any(static item => item.Flag(Partition.ShouldExist) == false),
            "shouldExist is false for a partition and other partition(s) has start or size 0");
        Tell(
            partitions.Any(static item => item.Has(Partition.Start) || item.Has(Partition.Size))
                && partitions.Any(static item => item.Has(Partition.StartMiB) || item.Has(Partition.SizeMiB)),
            "cannot mix MBs and sectors within a disk");

        void Tell(bool isWrong, string message)
        {
            if (isWrong)
            {
                report.Error(at, message);
            }
        }
    }

    private static bool HasNumber(Record partition) => partition.Number(Partition.Number) is not (null or 0);

    private static bool IsMisaligned(Record partition) =>
        partition.Number(Partition.Start) is { } start && start % SectorsPerMiB != 0
        || partition.Number(Partition.Size) is { } size && size % SectorsPerMiB != 0;

    // In sectors and MiB alike: the two are not mixed. A start of 0 is wherever there is room.
    private static bool Overlap(IReadOnlyList<Record> partitions)
    {
        var placed = new List<(long Start, long End)>();
        foreach (var partition in partitions.Take(MaxCompared))
        {
            var size = partition.Number(Partition.SizeMiB) ?? partition.Number(Partition.Size) ?? 0;
            if ((partition.Number(Partition.StartMiB) ?? partition.Number(Partition.Start)) is { } start and not 0)
            {
                placed.Add((start, size == 0 ? start : unchecked(start + size - 1)));
            }
        }
        placed.Sort();
        for (var i = 1; i < placed.Count; i++)
        {
            if (placed[i].Start <= placed[i - 1].End)
            {
                return true;
            }
        }
        return false;
    }
}
