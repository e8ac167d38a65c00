using Matchbox.Butane.ContainerLinux.Conversion;
using Matchbox.Butane.Decoding;
using Matchbox.Butane.Go;
using Matchbox.Butane.Ignition.Rules;
using Matchbox.Butane.Ignition.Spec2;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;
using DiskRules = Matchbox.Butane.Ignition.Spec2.DiskRules;
using StorageRules = Matchbox.Butane.Ignition.Spec2.StorageRules;
using UnitFile = Matchbox.Butane.Ignition.UnitFile;

namespace Matchbox.Butane.ContainerLinux.Checks;

/// <summary>
/// What the Ignition 0.35 in ct checks in a config of version 2.3.0. Its rules are those of <see cref="Ignition2Rules"/>, but for a few
/// that are younger there, and it shows some of them at another place.
/// </summary>
internal static class OutputChecks
{
    public static CheckTable Table { get; } = new CheckTable()
        .Struct(Config.Type, CheckFilesystemNames)
        .Field(Reference.Source, reference => SourceRules.UrlFault(reference.Text(Reference.Source)!))
        .Field(CaReference.Source, authority => SourceRules.UrlFault(authority.Text(CaReference.Source)!))
        .Struct(VerificationSection.Type, SourceRules.HashFault)
        .Struct(PasswdUser.Type, CheckUser)
        .Field(FileNode.Node.Path, file => StorageRules.PathFault(file.Text(FileNode.Node.Path)!))
        .Field(DirectoryNode.Node.Path, directory => StorageRules.PathFault(directory.Text(DirectoryNode.Node.Path)!))
        .Field(LinkNode.Node.Path, link => StorageRules.PathFault(link.Text(LinkNode.Node.Path)!))
        .Struct(NodeUser.Type, StorageRules.UserFault)
        .Struct(NodeGroup.Type, StorageRules.GroupFault)
        .Struct(FileNode.Type, StorageRules.AppendFault)
        .Field(FileNode.Mode, file => StorageRules.ModeFault(file.Number(FileNode.Mode)))
        .Field(DirectoryNode.Mode, directory => StorageRules.ModeFault(directory.Number(DirectoryNode.Mode)))
        .Field(FileContents.Compression, contents => ResourceRules.CompressionFault(contents.Text(FileContents.Compression)))
        .Field(FileContents.Source, SourceFault)
        .Field(Disk.Device, DiskRules.DeviceFault)
        .Field(Disk.Partitions, disk => DiskRules.NumbersCollide(disk.List(Disk.Partitions)) ? DiskRules.Collision : null)
        .Field(Partition.Label, CheckPartitionLabel)
        .Field(Partition.Guid, partition => Ignition.Rules.DiskRules.GuidFault(partition.Text(Partition.Guid)))
        .Field(Partition.TypeGuid, partition => Ignition.Rules.DiskRules.GuidFault(partition.Text(Partition.TypeGuid)))
        .Struct(Filesystem.Type, CheckFilesystem)
        .Field(Filesystem.Path, DiskRules.FilesystemPathFault)
        .Struct(MountSection.Type, mount => DiskRules.FormatFault(mount, ConversionState.Version))
        .Field(MountSection.Device, mount => StorageRules.PathFault(mount.Text(MountSection.Device)!))
        .Field(MountSection.Label, DiskRules.FilesystemLabelFault)
        .Field(RaidArray.Level, DiskRules.LevelFault)
        .Field(RaidArray.Devices, CheckRaidDevices)
        .Field(Unit.Contents, CheckUnitContents)
        .Field(Unit.Name, unit => SystemdRules.NameFault(unit.Text(Unit.Name)!))
        .Struct(Dropin.Type, UnitRules.DropinFaults)
        .Struct(NetworkdUnit.Type, UnitRules.NetworkdUnitFaults)
        .Struct(NetworkdDropin.Type, UnitRules.NetworkdDropinFaults);

    private static void CheckFilesystemNames(Record config, Complain complain)
    {
        foreach (var warning in StorageRules.FilesystemNameWarnings(config))
        {
            complain(Severity.Warning, warning);
        }
    }

    private static void CheckUser(Record user, Complain complain)
    {
        if (!user.Has(PasswdUser.Create))
        {
            return;
        }
        complain(Severity.Warning, PasswdRules.OldCreate);
        foreach (var fault in PasswdRules.UserFaults(user, ConversionState.Version))
        {
            complain(Severity.Error, fault);
        }
    }

    private static string? SourceFault(Record contents)
    {
        var source = contents.Text(FileContents.Source)!;
        return SourceRules.UrlFault(source) is { } fault ? $"invalid url {GoText.Quote(source)}: {fault}" : null;
    }

    private static void CheckPartitionLabel(Record partition, Complain complain)
    {
        if (partition.Text(Partition.Label) is not { } label)
        {
            return;
        }
        if (LooseText.ByteCount(label) > 36)        // 72 bytes of UTF-16 in the table
        {
            complain(Severity.Error, "partition labels may not exceed 36 characters");
        }
        if (label.Contains(':', StringComparison.Ordinal))
        {
            complain(Severity.Warning, "partition label will be truncated to text before the colon");
        }
    }

    private static void CheckFilesystem(Record filesystem, Complain complain)
    {
        foreach (var fault in DiskRules.FilesystemFaults(filesystem))
        {
            complain(Severity.Error, fault);
        }
        if (filesystem.Struct(Filesystem.Mount)?.Has(MountSection.Create) == true)
        {
            complain(Severity.Warning, DiskRules.OldCreate);
        }
    }

    private static void CheckRaidDevices(Record raid, Complain complain)
    {
        foreach (var device in raid.Texts(RaidArray.Devices))
        {
            if (StorageRules.PathFault(device) is { } fault)
            {
                complain(Severity.Error, fault);
            }
        }
    }

    private static void CheckUnitContents(Record unit, Complain complain)
    {
        if (UnitFile.Fault(unit.Text(Unit.Contents)!, out var hasInstall, out var hasOptions) is { } fault)
        {
            complain(Severity.Error, fault);
        }
        else if (UnitRules.IsEnabled(unit) && hasOptions && !hasInstall)
        {
            complain(Severity.Warning, SystemdRules.UselessEnable(unit.Text(Unit.Name)!));
        }
    }
}
