using Matchbox.Butane.ContainerLinux.Output;
using Matchbox.Butane.Decoding;
using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Checks;

/// <summary>What Ignition 0.35 checks in the section <c>storage</c> of a config of version 2.3.0.</summary>
internal static class StorageChecks
{
    private const long LargestMode = 0xFFF;         // 07777

    public static CheckTable AddTo(CheckTable table)
    {
        foreach (var node in (ReadOnlySpan<NodeFields>)[StoredFile.Node, StoredDirectory.Node, Link.Node])
        {
            table.Field(node.Path, (record, complain) => CheckPath(record.Text(node.Path)!, complain));
        }
        return table
            .Struct(Owner.User, (user, complain) => CheckOwner(user, Owner.UserId, Owner.UserName, complain))
            .Struct(Owner.Group, (group, complain) => CheckOwner(group, Owner.GroupId, Owner.GroupName, complain))
            .Struct(StoredFile.Type, CheckAppend)
            .Field(StoredFile.Mode, (file, complain) => CheckMode(file.Number(StoredFile.Mode), complain))
            .Field(StoredDirectory.Mode, (directory, complain) => CheckMode(directory.Number(StoredDirectory.Mode), complain))
            .Field(FileContents.Compression, CheckCompression)
            .Field(FileContents.Source, CheckSource)
            .Field(Disk.Device, CheckDevice)
            .Field(Disk.Partitions, CheckPartitionNumbers)
            .Field(Partition.Label, CheckPartitionLabel)
            .Field(Partition.Guid, (partition, complain) => CheckGuid(partition.Text(Partition.Guid)!, complain))
            .Field(Partition.TypeGuid, (partition, complain) => CheckGuid(partition.Text(Partition.TypeGuid)!, complain))
            .Struct(Filesystem.Type, CheckFilesystem)
            .Field(Filesystem.Path, CheckFilesystemPath)
            .Struct(Mount.Type, CheckFormat)
            .Field(Mount.Device, (mount, complain) => CheckPath(mount.Text(Mount.Device)!, complain))
            .Field(Mount.Label, CheckFilesystemLabel)
            .Field(RaidArray.Level, CheckRaidLevel)
            .Field(RaidArray.Devices, CheckRaidDevices);
    }

    private static void CheckPath(string path, Complain complain)
    {
        if (!path.StartsWith('/'))
        {
            complain(Severity.Error, "path not absolute");
        }
    }

    private static void CheckOwner(Record owner, Field id, Field name, Complain complain)
    {
        if (owner.Has(id) && owner.Text(name)!.Length > 0)
        {
            complain(Severity.Error, "cannot set both id and name");
        }
    }

    private static void CheckAppend(Record file, Complain complain)
    {
        if (file.IsTrue(StoredFile.Append) && file.IsTrue(StoredFile.Node.Overwrite))
        {
            complain(Severity.Error, "cannot set both append and overwrite to true");
        }
    }

    private static void CheckMode(long? mode, Complain complain)
    {
        if (mode is < 0 or > LargestMode)
        {
            complain(Severity.Error, "illegal file mode");
        }
    }

    private static void CheckCompression(Record contents, Complain complain)
    {
        if (contents.Text(FileContents.Compression) is not ("" or "gzip"))
        {
            complain(Severity.Error, "invalid compression method");
        }
    }

    private static void CheckSource(Record contents, Complain complain)
    {
        var source = contents.Text(FileContents.Source)!;
        if (Ignition.Spec2.SourceRules.UrlFault(source) is { } fault)
        {
            complain(Severity.Error, $"invalid url {GoText.Quote(source)}: {fault}");
        }
    }

    private static void CheckDevice(Record disk, Complain complain)
    {
        var device = disk.Text(Disk.Device)!;
        if (device.Length == 0)
        {
            complain(Severity.Error, "disk device is required");
        }
        else
        {
            CheckPath(device, complain);
        }
    }

    private static void CheckPartitionNumbers(Record disk, Complain complain)
    {
        var numbers = new HashSet<long>();
        foreach (var partition in disk.List(Disk.Partitions))
        {
            if (partition.Number(Partition.Number) is { } number and not 0 && !numbers.Add(number))
            {
                complain(Severity.Error, "partition numbers collide");
                return;
            }
        }
    }

    private static void CheckPartitionLabel(Record partition, Complain complain)
    {
        if (partition.Text(Partition.Label) is not { } label)
        {
            return;
        }
        if (LooseText.ToBytes(label).Length > 36)      // 72 bytes of UTF-16 in the table
        {
            complain(Severity.Error, "partition labels may not exceed 36 characters");
        }
        if (label.Contains(':', StringComparison.Ordinal))
        {
            complain(Severity.Warning, "partition label will be truncated to text before the colon");
        }
    }

    private static void CheckGuid(string guid, Complain complain)
    {
        if (guid.Length > 0 && !(Guid.TryParseExact(guid, "D", out _) && !guid.AsSpan().ContainsAny(' ', '+', 'x')))
        {
            complain(Severity.Error, "doesn't match the form \"01234567-89AB-CDEF-EDCB-A98765432101\"");
        }
    }

    private static void CheckFilesystem(Record filesystem, Complain complain)
    {
        var mount = filesystem.Struct(Filesystem.Mount);
        if (mount is null)
        {
            if (!filesystem.Has(Filesystem.Path))
            {
                complain(Severity.Error, "filesystem is missing mount or path");
            }
            return;
        }
        if (filesystem.Has(Filesystem.Path))
        {
            complain(Severity.Error, "filesystem has both mount and path defined");
        }
        if (!mount.Has(Mount.Create))
        {
            return;
        }
        if (mount.IsTrue(Mount.WipeFilesystem))
        {
            complain(Severity.Error, "cannot use both create object and wipeFilesystem field");
        }
        if (mount.Texts(Mount.Options).Count > 0)
        {
            complain(Severity.Error, "cannot use both create object and mount-level options field");
        }
        complain(Severity.Warning, "the create object has been deprecated in favor of mount-level options");
    }

    private static void CheckFilesystemPath(Record filesystem, Complain complain)
    {
        if (filesystem.Text(Filesystem.Path) is { } path && !path.StartsWith('/'))
        {
            complain(Severity.Error, $"filesystem {GoText.Quote(filesystem.Text(Filesystem.Name)!)}: path not absolute");
        }
    }

    private static void CheckFormat(Record mount, Complain complain)
    {
        if (mount.Text(Mount.Format) is not ("ext4" or "btrfs" or "xfs" or "swap" or "vfat"))
        {
            complain(Severity.Error, "invalid filesystem format");
        }
    }

    private static void CheckFilesystemLabel(Record mount, Complain complain)
    {
        var format = mount.Text(Mount.Format);
        var limit = format switch
        {
            "ext4" => 16,
            "btrfs" => 256,
            "xfs" => 12,
            "swap" => 15,
            "vfat" => 11,
            _ => int.MaxValue,
        };
        if (mount.Text(Mount.Label) is { } label && LooseText.ToBytes(label).Length > limit)
        {
            complain(Severity.Error, $"filesystem labels cannot be longer than {limit} characters when using {format}");
        }
    }

    private static void CheckRaidLevel(Record raid, Complain complain)
    {
        switch (raid.Text(RaidArray.Level))
        {
            case "linear" or "raid0" or "0" or "stripe":
                if (raid.Number(RaidArray.Spares) is not (null or 0))
                {
                    complain(Severity.Error, "spares unsupported for arrays with a level greater than 0");
                }
                break;
            case "raid1" or "1" or "mirror" or "raid4" or "4" or "raid5" or "5" or "raid6" or "6" or "raid10" or "10":
                break;
            default:
                complain(Severity.Error, "unrecognized raid level");
                break;
        }
    }

    private static void CheckRaidDevices(Record raid, Complain complain)
    {
        foreach (var device in raid.Texts(RaidArray.Devices))
        {
            CheckPath(device, complain);
        }
    }
}
