using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Source;

/// <summary>The Go types of plain fields, as error texts show them.</summary>
internal static class FieldTypes
{
    private static readonly Dictionary<Field, string> Named = new()
    {
        [UpdateSection.Group] = "types.UpdateGroup",
        [UpdateSection.Server] = "types.UpdateServer",
        [UpdateSection.PcrPolicyServer] = "types.UpdatePCRPolicyServer",
        [UpdateSection.DownloadUser] = "types.UpdateDownloadUser",
        [UpdateSection.DownloadPassword] = "types.UpdateDownloadPassword",
        [UpdateSection.MachineAlias] = "types.UpdateMachineAlias",
        [LocksmithSection.RebootStrategy] = "types.RebootStrategy",
        [LocksmithSection.WindowStart] = "types.WindowStart",
        [LocksmithSection.WindowLength] = "types.WindowLength",
        [UserCreate.Uid] = "uint",
        [Group.Gid] = "uint",
        [FlannelOptions.NetworkConfig(FlannelOptions.Common)] = "types.NetworkConfig",
    };

    public static string Of(Field field) =>
        Named.GetValueOrDefault(field) ?? (field.Kind == FieldKind.Number ? "int" : "string");
}
