using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

/// <summary>
/// What Ignition v0.35, which Flatcar carries on, finds wrong in a config of spec 2.0 to 2.4, in its words. A struct that is wrong in
/// itself is not looked into.
/// </summary>
internal static class Ignition2Rules
{
    private static readonly Dictionary<StructType, Rule> Rules = new()
    {
        [Config.Type] = StorageRules.CheckFilesystemNames,
        [Reference.Type] = SourceRules.CheckReference,
        [CaReference.Type] = SourceRules.CheckCa,
        [FileContents.Type] = SourceRules.CheckContents,
        [VerificationSection.Type] = SourceRules.CheckVerification,
        [ProxySection.Type] = SourceRules.CheckProxy,
        [PasswdUser.Type] = PasswdRules.CheckUser,
        [DirectoryNode.Type] = StorageRules.CheckDirectory,
        [FileNode.Type] = StorageRules.CheckFile,
        [LinkNode.Type] = StorageRules.CheckLink,
        [NodeUser.Type] = StorageRules.CheckUser,
        [NodeGroup.Type] = StorageRules.CheckGroup,
        [Disk.Type] = DiskRules.CheckDisk,
        [Partition.Type] = DiskRules.CheckPartition,
        [RaidArray.Type] = DiskRules.CheckRaid,
        [Filesystem.Type] = DiskRules.CheckFilesystem,
        [MountSection.Type] = DiskRules.CheckMount,
        [Unit.Type] = UnitRules.CheckUnit,
        [Dropin.Type] = UnitRules.CheckDropin,
        [NetworkdUnit.Type] = UnitRules.CheckNetworkdUnit,
        [NetworkdDropin.Type] = UnitRules.CheckNetworkdDropin,
    };

    /// <summary>Looks at one struct. False: it is wrong in itself, and what is in it is not told.</summary>
    internal delegate bool Rule(Record record, int version, DocumentPath at, Report report);

    public static void Validate(Record config, int version, Report report) => Walk(config, version, DocumentPath.Root, report);

    private static void Walk(Record record, int version, DocumentPath at, Report report)
    {
        if (Rules.TryGetValue(record.Type, out var rule) && !rule(record, version, at, report))
        {
            return;
        }
        foreach (var field in record.Type.Fields)
        {
            if (field.Kind == FieldKind.Struct && field.IsKnownTo(version) && record.Struct(field) is { } child)
            {
                Walk(child, version, at.Append(field.Json), report);
            }
            else if (field.Kind == FieldKind.StructList && field.IsKnownTo(version))
            {
                var children = record.List(field);
                for (var i = 0; i < children.Count; i++)
                {
                    Walk(children[i], version, at.Append(field.Json).Append(i), report);
                }
            }
        }
    }
}
