using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Sugar;

/// <summary>What Ignition can do and a variant's system cannot. Paths are those of the Ignition config.</summary>
internal static class ForbiddenFields
{
    public static void Check(Record config, Dialect dialect, Report report)
    {
        switch (dialect.Variant)
        {
            case Variant.Flatcar when dialect.Minor < 2:
                CheckLuks(config, LuksVolume.Clevis, "clevis is not supported in this spec version", dialect, report);
                break;
            case Variant.Flatcar:
                CheckLuks(config, LuksVolume.Cex, "cex is not currently supported on the target platform", dialect, report);
                break;
            case Variant.FedoraIot or Variant.RhelForEdge:
                CheckImage(config, dialect, report);
                break;
        }
    }

    private static void CheckLuks(Record config, Field field, string message, Dialect dialect, Report report)
    {
        var volumes = config.Struct(Config.Storage)?.List(StorageSection.Luks) ?? [];
        for (var i = 0; i < volumes.Count; i++)
        {
            if (!volumes[i].IsZero(field, dialect.Ignition))
            {
                report.Error(DocumentPath.Root.Append("storage").Append("luks").Append(i).Append(field.Json), message);
            }
        }
    }

    // Systems that come as images with their partitions and their kernel arguments made.
    private static void CheckImage(Record config, Dialect dialect, Report report)
    {
        var root = DocumentPath.Root;
        if (!config.IsZero(Config.KernelArguments, dialect.Ignition))
        {
            report.Error(root.Append("kernelArguments"), "kernel argument customization is not supported in this spec version");
        }
        if (config.Struct(Config.Storage) is not { } storage)
        {
            return;
        }
        foreach (var (field, what) in (ReadOnlySpan<(Field, string)>)
            [(StorageSection.Disks, "disk customization"), (StorageSection.Filesystems, "filesystem customization"), (StorageSection.Luks, "luks"), (StorageSection.Raid, "raid")])
        {
            if (storage.List(field).Count > 0)
            {
                report.Error(root.Append("storage").Append(field.Json), $"{what} is not supported in this spec version");
            }
        }
    }
}
