using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Sugar;

/// <summary>What Fedora CoreOS's own partitions need. Paths are those of the Ignition config.</summary>
internal static class PartitionRules
{
    private const long SmallestRootMiB = 8192;

    // The system's own partitions are found by these numbers.
    private static readonly Dictionary<string, long> Reserved = new(StringComparer.Ordinal)
    {
        ["BIOS-BOOT"] = 1,
        ["PowerPC-PReP-boot"] = 1,
        ["EFI-SYSTEM"] = 2,
        ["boot"] = 3,
        ["root"] = 4,
    };

    public static void Check(Record config, Dialect dialect, Report report)
    {
        var disks = config.Struct(Config.Storage)?.List(StorageSection.Disks) ?? [];
        for (var i = 0; i < disks.Count; i++)
        {
            var partitions = disks[i].List(Disk.Partitions);
            for (var p = 0; p < partitions.Count; p++)
            {
                if (partitions[p].Text(Partition.Label) is not { } label)
                {
                    continue;
                }
                var at = DocumentPath.Root.Append("storage").Append("disks").Append(i).Append("partitions").Append(p);
                // Before fcos 1.3 nobody looked at its size.
                if (label == "root" && dialect.Minor >= 3)
                {
                    CheckRoot(partitions, p, at, report);
                }
                if (!disks[i].IsTrue(Disk.WipeTable) && Reserved.TryGetValue(label, out var number) && (partitions[p].Number(Partition.Number) ?? 0) != number)
                {
                    report.Warn(at.Append("label"), "incorrect partition number; a new partition will be created using reserved label");
                }
            }
        }
    }

    private static void CheckRoot(IReadOnlyList<Record> partitions, int root, DocumentPath at, Report report)
    {
        var size = partitions[root].Number(Partition.SizeMiB) ?? 0;
        if (size != 0)
        {
            if (size < SmallestRootMiB)
            {
                report.Warn(at.Append("size_mib"), "root should have 8GiB of space assigned");
            }
            return;
        }
        for (var next = root + 1; next < partitions.Count; next++)
        {
            if (partitions[next].Number(Partition.StartMiB) is null or 0)
            {
                report.Warn(at.Append("label"), "root partition cannot expand; it is set to fill available space but is followed by an auto-positioned partition");
                return;
            }
        }
    }
}
