using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>The names of Ignition's types in Go, which its error texts tell.</summary>
internal static class GoTypes
{
    private static readonly Dictionary<Field, string> Elements = new()
    {
        [ProxySection.NoProxy] = "NoProxyItem",
        [KernelArgument.ShouldExist] = "KernelArgument",
        [KernelArgument.ShouldNotExist] = "KernelArgument",
        [PasswdUser.Groups] = "Group",
        [PasswdUser.SshAuthorizedKeys] = "SSHAuthorizedKey",
        [Filesystem.MountOptions] = "MountOption",
        [Filesystem.Options] = "FilesystemOption",
        [LuksVolume.OpenOptions] = "OpenOption",
        [LuksVolume.Options] = "LuksOption",
        [RaidArray.Devices] = "Device",
        [RaidArray.Options] = "RaidOption",
    };

    private static readonly HashSet<Field> Node =
    [
        DirectoryNode.Group, DirectoryNode.Overwrite, DirectoryNode.Path, DirectoryNode.User,
        FileNode.Group, FileNode.Overwrite, FileNode.Path, FileNode.User,
        LinkNode.Group, LinkNode.Overwrite, LinkNode.Path, LinkNode.User,
    ];

    public static string ShortNameOf(StructType type, int version) => type == ClevisCustom.Type && version <= 2 ? "Custom" : type.Name;

    public static string NameOf(StructType type, int version) => "types." + ShortNameOf(type, version);

    public static string ElementOf(Field field) => "types." + (Elements.GetValueOrDefault(field) ?? field.ElementName);

    public static string NameOf(Field field, int version) => field.Kind switch
    {
        FieldKind.Text => "string",
        FieldKind.Number => "int",
        FieldKind.Flag => "bool",
        FieldKind.TextList => "[]" + ElementOf(field),
        FieldKind.StructList when field == Resource.HttpHeaders => "types.HTTPHeaders",
        FieldKind.StructList => "[]" + NameOf(field.Type!, version),
        _ => NameOf(field.Type!, version),
    };

    /// <summary>The struct inside a file, a directory or a link that a field really belongs to; null: it is its own.</summary>
    public static string? EmbeddedIn(StructType type, Field field) =>
        Node.Contains(field) ? "Node"
        : type == FileNode.Type ? "FileEmbedded1"
        : type == DirectoryNode.Type ? "DirectoryEmbedded1"
        : type == LinkNode.Type ? "LinkEmbedded1"
        : null;
}
