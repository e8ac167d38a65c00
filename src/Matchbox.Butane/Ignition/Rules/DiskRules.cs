using Matchbox.Butane.Decoding;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Rules;

/// <summary>Disks, partitions, RAID arrays and filesystems.</summary>
internal static class DiskRules
{
    private const string GuidForm = "doesn't match the form \"01234567-89AB-CDEF-EDCB-A98765432101\"";

    public static void CheckDisk(Record record, int version, DocumentPath at, Report report)
    {
        var device = record.Text(Disk.Device)!;
        if (device.Length == 0)
        {
            report.Error(at.Append("device"), "disk device is required");
            return;
        }
        Add(at, "device", PathRules.Fault(device), report);
        PartitionTable.Check(record.List(Disk.Partitions), at.Append("partitions"), report);
    }

    public static void CheckPartition(Record record, int version, DocumentPath at, Report report)
    {
        var label = record.Text(Partition.Label);
        var guid = record.Text(Partition.Guid);
        var typeGuid = record.Text(Partition.TypeGuid);
        if (record.Flag(Partition.ShouldExist) == false
            && (label is not null || !string.IsNullOrEmpty(guid) || !string.IsNullOrEmpty(typeGuid)
                || record.Has(Partition.StartMiB) || record.Has(Partition.SizeMiB)))
        {
            report.Error(at, "shouldExist specified false with other options also specified");
        }
        if (record.Number(Partition.Number) is null or 0 && label is null)
        {
            report.Error(at, "a partition number >= 1 or a label must be specified");
        }
        Add(at, "label", LabelFault(label), report);
        Add(at, "guid", GuidFault(guid), report);
        Add(at, "typeGuid", GuidFault(typeGuid), report);
    }

    public static void CheckRaid(Record record, int version, DocumentPath at, Report report)
    {
        var level = version <= 2 ? record.Text(RaidArray.Level32) : record.Text(RaidArray.Level);
        Add(at, "level", LevelFault(level, version, record.Number(RaidArray.Spares) is not (null or 0)), report);
        var (devices, place) = (record.Texts(RaidArray.Devices), at.Append("devices"));
        if (devices.Count == 0)
        {
            report.Error(place, "raid devices required");
        }
        for (var i = 0; i < devices.Count; i++)
        {
            if (PathRules.Fault(devices[i]) is { } fault)
            {
                report.Error(place.Append(i), fault);
            }
        }
    }

    public static void CheckFilesystem(Record record, int version, DocumentPath at, Report report)
    {
        var format = record.Text(Filesystem.Format);
        var label = record.Text(Filesystem.Label);
        Add(at, "path", PathRules.OptionalFault(record.Text(Filesystem.Path)), report);
        Add(at, "device", PathRules.Fault(record.Text(Filesystem.Device)!), report);
        Add(at, "format", FormatFault(record, format, version), report);
        Add(at, "label", string.IsNullOrEmpty(label) ? null : FilesystemLabelFault(label, format), report);
    }

    /// <summary>A filesystem on a whole disk that this config partitions or wipes.</summary>
    public static void FilesystemsOnDisks(Record storage, DocumentPath at, Report report)
    {
        var disks = storage.List(StorageSection.Disks);
        if (disks.Count == 0)
        {
            return;
        }
        var byDevice = new Dictionary<string, Record>(StringComparer.Ordinal);
        foreach (var disk in disks)
        {
            byDevice[disk.Text(Disk.Device)!] = disk;
        }
        var filesystems = storage.List(StorageSection.Filesystems);
        for (var i = 0; i < filesystems.Count; i++)
        {
            if (!byDevice.TryGetValue(filesystems[i].Text(Filesystem.Device)!, out var disk))
            {
                continue;
            }
            var message = disk.List(Disk.Partitions).Count > 0 ? "filesystem overwrites partitioned device"
                : disk.IsTrue(Disk.WipeTable) && !filesystems[i].IsTrue(Filesystem.WipeFilesystem)
                    ? "device matches disk with wipeTable enabled; filesystem will be wiped"
                : null;
            if (message is not null)
            {
                report.Warn(at.Append("filesystems").Append(i).Append("device"), message);
            }
        }
    }

    // Lengths are counted in bytes, as the tools that write the labels would.
    internal static string? LabelFault(string? label) =>
        label is null ? null
        : LooseText.ByteCount(label) > 36 ? "partition labels may not exceed 36 characters"
        : label.Contains(':') ? "partition label will be truncated to text before the colon"
        : null;

    internal static string? GuidFault(string? guid)
    {
        if (string.IsNullOrEmpty(guid))
        {
            return null;
        }
        if (guid.Length != 36)
        {
            return GuidForm;
        }
        for (var i = 0; i < guid.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? guid[i] != '-' : !char.IsAsciiHexDigit(guid[i]))
            {
                return GuidForm;
            }
        }
        return null;
    }

    private static string? LevelFault(string? level, int version, bool hasSpares) => level switch
    {
        null or "" when version >= 3 => "raid level is required",
        "linear" or "raid0" or "0" or "stripe" => hasSpares ? "spares unsupported for linear and raid0 arrays" : null,
        "raid1" or "1" or "mirror" or "raid4" or "4" or "raid5" or "5" or "raid6" or "6" or "raid10" or "10" => null,
        _ => "unrecognized raid level",
    };

    private static string? FormatFault(Record record, string? format, int version) => format switch
    {
        null or "" => IsDescribed(record)
            ? "format cannot be empty when path, label, uuid, wipeFilesystem, options, or mountOptions is specified"
            : null,
        "ext4" or "btrfs" or "xfs" or "swap" or "vfat" => null,
        "none" when version >= 3 => null,
        _ => "invalid filesystem format",
    };

    private static bool IsDescribed(Record record) =>
        !string.IsNullOrEmpty(record.Text(Filesystem.Path))
        || !string.IsNullOrEmpty(record.Text(Filesystem.Label))
        || !string.IsNullOrEmpty(record.Text(Filesystem.Uuid))
        || record.IsTrue(Filesystem.WipeFilesystem)
        || record.Texts(Filesystem.MountOptions).Count > 0
        || record.Texts(Filesystem.Options).Count > 0;

    internal static string? FilesystemLabelFault(string label, string? format)
    {
        if (string.IsNullOrEmpty(format))
        {
            return "filesystem must specify format if label is specified";
        }
        var longest = format switch { "ext4" => 16, "btrfs" => 256, "xfs" => 12, "swap" => 15, "vfat" => 11, _ => int.MaxValue };
        return LooseText.ByteCount(label) <= longest ? null
            : FormattableString.Invariant($"filesystem labels cannot be longer than {longest} characters when using {format}");
    }

    private static void Add(DocumentPath at, string key, string? fault, Report report)
    {
        if (fault is not null)
        {
            report.Error(at.Append(key), fault);
        }
    }
}
