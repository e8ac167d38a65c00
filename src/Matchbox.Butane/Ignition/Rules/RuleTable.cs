using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Rules;

/// <summary>Looks at one struct and says what is wrong in it.</summary>
internal delegate void Rule(Record record, int version, DocumentPath at, Report report);

/// <summary>Which rule holds for which struct. A struct that is not here can hold anything.</summary>
internal static class RuleTable
{
    private static readonly Dictionary<StructType, Rule> Rules = new()
    {
        [Config.Type] = SystemdRules.PathConflicts,
        [IgnitionSection.Type] = IgnitionSectionRules.CheckIgnition,
        [ConfigSection.Type] = IgnitionSectionRules.CheckMerge,
        [TlsSection.Type] = IgnitionSectionRules.CheckTls,
        [ProxySection.Type] = IgnitionSectionRules.CheckProxy,
        [ConfigReference.Type] = ResourceRules.CheckConfigReference,
        [CaReference.Type] = ResourceRules.CheckCaReference,
        [FileContents.Type] = ResourceRules.CheckFileContents,
        [Resource.Type] = ResourceRules.CheckResource,
        [HttpHeader.Type] = ResourceRules.CheckHttpHeader,
        [VerificationSection.Type] = ResourceRules.CheckVerification,
        [StorageSection.Type] = StorageRules.CheckStorage,
        [DirectoryNode.Type] = StorageRules.CheckDirectory,
        [FileNode.Type] = StorageRules.CheckFile,
        [LinkNode.Type] = StorageRules.CheckLink,
        [NodeUser.Type] = StorageRules.CheckUser,
        [NodeGroup.Type] = StorageRules.CheckGroup,
        [Disk.Type] = DiskRules.CheckDisk,
        [Partition.Type] = DiskRules.CheckPartition,
        [Filesystem.Type] = DiskRules.CheckFilesystem,
        [RaidArray.Type] = DiskRules.CheckRaid,
        [LuksVolume.Type] = LuksRules.CheckLuks,
        [ClevisCustom.Type] = LuksRules.CheckCustom,
        [TangServer.Type] = LuksRules.CheckTang,
        [SystemdSection.Type] = SystemdRules.CheckSystemd,
        [Unit.Type] = SystemdRules.CheckUnit,
        [Dropin.Type] = SystemdRules.CheckDropin,
    };

    public static Rule Check { get; } = static (record, version, at, report) =>
    {
        if (Rules.TryGetValue(record.Type, out var rule))
        {
            rule(record, version, at, report);
        }
    };
}
