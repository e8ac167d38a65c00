using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

/// <summary>Disks, partitions, RAID arrays and filesystems.</summary>
internal static class DiskRules
{
    private const int SectorsPerMiB = 2048;
    private const int MaxCompared = 4096;

    private static readonly Field[] Described =
    [
        Partition.Label, Partition.TypeGuid, Partition.Guid, Partition.Start, Partition.Size, Partition.StartMiB, Partition.SizeMiB,
    ];

    public static bool CheckDisk(Record record, int version, DocumentPath at, Report report)
    {
        var device = record.Text(Disk.Device)!;
        if (!device.StartsWith('/'))
        {
            report.Error(at.Append("device"), device.Length == 0 ? "disk device is required" : "path not absolute");
        }
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
        Add(at, "label", Rules.DiskRules.LabelFault(record.Text(Partition.Label)), report);
        Add(at, "guid", Rules.DiskRules.GuidFault(record.Text(Partition.Guid)), report);
        Add(at, "typeGuid", Rules.DiskRules.GuidFault(record.Text(Partition.TypeGuid)), report);
        return isFine;
    }

    public static bool CheckRaid(Record record, int version, DocumentPath at, Report report)
    {
        var devices = record.Texts(RaidArray.Devices);
        for (var i = 0; i < devices.Count; i++)
        {
            if (!devices[i].StartsWith('/'))
            {
                report.Error(at.Append("devices").Append(i), "path not absolute");
            }
        }
        var fault = record.Text(RaidArray.Level) switch
        {
            "linear" or "raid0" or "0" or "stripe" =>
                record.Number(RaidArray.Spares) is null or 0 ? null : "spares unsupported for arrays with a level greater than 0",
            "raid1" or "1" or "mirror" or "raid4" or "4" or "raid5" or "5" or "raid6" or "6" or "raid10" or "10" => null,
            _ => "unrecognized raid level",
        };
        Add(at, "level", fault, report);
        return true;
    }

    public static bool CheckFilesystem(Record record, int version, DocumentPath at, Report report)
    {
        var mount = record.Struct(Filesystem.Mount);
        var path = record.Text(Filesystem.Path);
        var faults = new List<string>();
        if (mount is null && path is null)
        {
            faults.Add("filesystem is missing mount or path");
        }
        if (mount is not null && path is not null)
        {
            faults.Add("filesystem has both mount and path defined");
        }
        var isOldWay = mount?.Struct(MountSection.Create) is not null;
        if (isOldWay && mount!.IsTrue(MountSection.WipeFilesystem))
        {
            faults.Add("cannot use both create object and wipeFilesystem field");
        }
        if (isOldWay && mount!.Texts(MountSection.Options).Count > 0)
        {
            faults.Add("cannot use both create object and mount-level options field");
        }
        faults.ForEach(fault => report.Error(at, fault));
        if (isOldWay && version >= 1)
        {
            report.Warn(at, "the create object has been deprecated in favor of mount-level options");
        }
        if (faults.Count == 0 && path is not null && !path.StartsWith('/'))
        {
            report.Error(at.Append("path"), $"filesystem {GoText.Quote(record.Text(Filesystem.Name)!)}: path not absolute");
        }
        return faults.Count == 0;
    }

    public static bool CheckMount(Record record, int version, DocumentPath at, Report report)
    {
        var format = record.Text(MountSection.Format)!;
        if (!(format is "ext4" or "btrfs" or "xfs" || (version >= 1 && format is "swap" or "vfat")))
        {
            report.Error(at, "invalid filesystem format");
            return false;
        }
        if (!record.Text(MountSection.Device)!.StartsWith('/'))
        {
            report.Error(at.Append("device"), "path not absolute");
        }
        if (record.Text(MountSection.Label) is { } label)
        {
            Add(at, "label", Rules.DiskRules.FilesystemLabelFault(label, format), report);
        }
        return true;
    }

    private static void CheckTable(IReadOnlyList<Record> partitions, DocumentPath at, Report report)
    {
        var numbers = new HashSet<long>();
        Tell(partitions.Any(item => HasNumber(item) && !numbers.Add(item.Number(Partition.Number)!.Value)), "partition numbers collide");
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

    private static void Add(DocumentPath at, string key, string? fault, Report report)
    {
        if (fault is not null)
        {
            report.Error(at.Append(key), fault);
        }
    }
}
