using Matchbox.Butane.ContainerLinux.Source;
using Matchbox.Butane.Schema;

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
        for (var i = 0; i < disks.Count; i++)
        {
            var disk = disks[i].CopyTo(Output.Disk.Type, Disk.Device, Disk.WipeTable);
            var node = state.Item(i, "storage", "disks")?.At("partitions");
            var partitions = disks[i].List(Disk.Partitions);
            for (var j = 0; j < partitions.Count; j++)
            {
                if (PartitionOf(partitions[j], node?.Item(j), state.Findings) is { } partition)
                {
                    disk.Add(Output.Disk.Partitions, partition);
                }
            }
            state.Ignition.Open(Output.Config.Storage).Add(Output.StorageSection.Disks, disk);
        }
    }

    public static void AddArrays(ConversionState state)
    {
        foreach (var array in state.Config.Struct(Config.Storage)?.List(StorageSection.Raid) ?? [])
        {
            state.Ignition.Open(Output.Config.Storage).Add(
                Output.StorageSection.Raid,
                array.CopyTo(
                    Output.RaidArray.Type, RaidArray.Name, RaidArray.Level, RaidArray.Spares, RaidArray.Devices, RaidArray.Options));
        }
    }

    public static void AddFilesystems(ConversionState state)
    {
        foreach (var source in state.Config.Struct(Config.Storage)?.List(StorageSection.Filesystems) ?? [])
        {
            var filesystem = source.CopyTo(Output.Filesystem.Type, Filesystem.Name, Filesystem.Path);
            if (source.Struct(Filesystem.Mount) is { } mount)
            {
                var made = mount.CopyTo(
                    Output.Mount.Type, Mount.Device, Mount.Format, Mount.WipeFilesystem, Mount.Label, Mount.Uuid, Mount.Options);
                made.Set(
                    Output.Mount.Create,
                    mount.Struct(Mount.Create)?.CopyTo(Output.MountCreate.Type, MountCreate.Force, MountCreate.Options));
                filesystem.Set(Output.Filesystem.Mount, made);
            }
            state.Ignition.Open(Output.Config.Storage).Add(Output.StorageSection.Filesystems, filesystem);
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
        return source.CopyTo(Output.Partition.Type, Partition.Label, Partition.Number, Partition.Guid)
            .Set(Output.Partition.SizeMiB, size)
            .Set(Output.Partition.StartMiB, start)
            .Set(Output.Partition.TypeGuid, TypeGuids.GetValueOrDefault(typeGuid, typeGuid));
    }
}
