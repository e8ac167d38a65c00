using Matchbox.Butane.ContainerLinux.Source;
using Matchbox.Butane.Schema;
using Spec2 = Matchbox.Butane.Ignition.Spec2;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>Disks, arrays and filesystems.</summary>
internal static class BlockDevices
{
    private static readonly Dictionary<string, string> TypeGuids = new()
    {
        ["raid_containing_root"] = "be9067b9-ea49-4f15-b4f6-f36f8c9e1818",
        ["linux_filesystem_data"] = "0fc63daf-8483-4772-8e79-3d69d8477de4",
        ["swap_partition"] = "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f",
        ["raid_partition"] = "a19d880f-05fc-4d3b-a006-743f0f84911e",
    };

    public static void AddDisks(ConversionState state)
    {
        var disks = state.Config.Struct(Config.Storage)?.List(StorageSection.Disks) ?? [];
        var nodes = state.Document?.At("storage", "disks");
        for (var i = 0; i < disks.Count; i++)
        {
            var disk = disks[i].CopyTo(Spec2.Disk.Type, Disk.Device, Disk.WipeTable);
            var node = nodes?.Item(i)?.At("partitions");
            var partitions = disks[i].List(Disk.Partitions);
            for (var j = 0; j < partitions.Count; j++)
            {
                if (PartitionOf(partitions[j], node?.Item(j), state.Findings) is { } partition)
                {
                    disk.Add(Spec2.Disk.Partitions, partition);
                }
            }
            state.Ignition.Open(Spec2.Config.Storage).Add(Spec2.StorageSection.Disks, disk);
        }
    }

    public static void AddArrays(ConversionState state)
    {
        foreach (var array in state.Config.Struct(Config.Storage)?.List(StorageSection.Raid) ?? [])
        {
            state.Ignition.Open(Spec2.Config.Storage).Add(
                Spec2.StorageSection.Raid,
                array.CopyTo(
                    Spec2.RaidArray.Type, RaidArray.Name, RaidArray.Level, RaidArray.Spares, RaidArray.Devices, RaidArray.Options));
        }
    }

    public static void AddFilesystems(ConversionState state)
    {
        foreach (var source in state.Config.Struct(Config.Storage)?.List(StorageSection.Filesystems) ?? [])
        {
            var filesystem = source.CopyTo(Spec2.Filesystem.Type, Filesystem.Name, Filesystem.Path);
            if (source.Struct(Filesystem.Mount) is { } mount)
            {
                var made = mount.CopyTo(
                    Spec2.MountSection.Type, Mount.Device, Mount.Format, Mount.WipeFilesystem, Mount.Label, Mount.Uuid, Mount.Options);
                made.Set(
                    Spec2.MountSection.Create,
                    mount.Struct(Mount.Create)?.CopyTo(Spec2.CreateSection.Type, MountCreate.Force, MountCreate.Options));
                filesystem.Set(Spec2.Filesystem.Mount, made);
            }
            state.Ignition.Open(Spec2.Config.Storage).Add(Spec2.StorageSection.Filesystems, filesystem);
        }
    }

    private static Record? PartitionOf(Record source, SourceNode? node, FindingList findings)
    {
        if (!Dimension.TryParse(source.Text(Partition.Size)!, out var size, out var error))
        {
            findings.Error(error, node?.At("size"));
            return null;
        }
        if (!Dimension.TryParse(source.Text(Partition.Start)!, out var start, out error))
        {
            findings.Error(error, node?.At("start"));
            return null;
        }
        var typeGuid = source.Text(Partition.TypeGuid)!;
        return source.CopyTo(Spec2.Partition.Type, Partition.Label, Partition.Number, Partition.Guid)
            .Set(Spec2.Partition.SizeMiB, size)
            .Set(Spec2.Partition.StartMiB, start)
            .Set(Spec2.Partition.TypeGuid, TypeGuids.GetValueOrDefault(typeGuid, typeGuid));
    }
}
