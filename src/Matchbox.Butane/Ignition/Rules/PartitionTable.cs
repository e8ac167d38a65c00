using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Rules;

/// <summary>The partitions of one disk beside each other. Of each kind of fault only the first is told.</summary>
internal static class PartitionTable
{
    private const int MaxCompared = 512;

    public static void Check(IReadOnlyList<Record> partitions, DocumentPath at, Report report)
    {
        Add(SameNumber(partitions), "partition numbers collide");
        Add(Overlapping(partitions), "partitions overlap");
        if (partitions.Any(static item => item.Number(Partition.Number) is null or 0)
            && partitions.Any(static item => item.Flag(Partition.ShouldExist) == false))
        {
            report.Error(at, "shouldExist is false for a partition and other partition(s) has start or size 0");
        }
        Add(SameLabel(partitions), "cannot use the same partition label twice");

        void Add(int item, string message)
        {
            if (item >= 0)
            {
                report.Error(at.Append(item), message);
            }
        }
    }

    private static int SameNumber(IReadOnlyList<Record> partitions)
    {
        var numbers = new HashSet<long>();
        for (var i = 0; i < partitions.Count; i++)
        {
            if (partitions[i].Number(Partition.Number) is { } number and not 0 && !numbers.Add(number))
            {
                return i;
            }
        }
        return -1;
    }

    private static int SameLabel(IReadOnlyList<Record> partitions)
    {
        var labels = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < partitions.Count; i++)
        {
            if (partitions[i].Text(Partition.Label) is { } label && !labels.Add(label))
            {
                return i;
            }
        }
        return -1;
    }

    // The later of the first two that overlap. A start of 0 is wherever there is room, and so overlaps nothing. Tables have room for
    // 128 entries; of a config that lists more than four times that only the first ones are compared.
    private static int Overlapping(IReadOnlyList<Record> partitions)
    {
        var placed = new List<(long Start, long End, int Item)>();
        for (var i = 0; i < Math.Min(partitions.Count, MaxCompared); i++)
        {
            if (partitions[i].Number(Partition.StartMiB) is { } start and not 0 && partitions[i].Number(Partition.SizeMiB) is { } size)
            {
                placed.Add((start, size == 0 ? start : unchecked(start + size - 1), i));
            }
        }
        foreach (var one in placed)
        {
            foreach (var other in placed)
            {
                if (one.Item != other.Item
                    && ((one.Start >= other.Start && one.Start <= other.End)
                        || (one.End >= other.Start && one.End <= other.End)
                        || (one.Start < other.Start && one.End > other.End)))
                {
                    return other.Item;
                }
            }
        }
        return -1;
    }
}
