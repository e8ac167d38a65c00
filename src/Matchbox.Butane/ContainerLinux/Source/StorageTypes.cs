using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Source;

internal static class StorageSection
{
    public static readonly Field Disks = Field.List("disks", Disk.Type);
    public static readonly Field Raid = Field.List("raid", RaidArray.Type);
    public static readonly Field Filesystems = Field.List("filesystems", Filesystem.Type);
    public static readonly Field Files = Field.List("files", StoredFile.Type);
    public static readonly Field Directories = Field.List("directories", StoredDirectory.Type);
    public static readonly Field Links = Field.List("links", Link.Type);

    public static readonly StructType Type = new("types.Storage", Disks, Raid, Filesystems, Files, Directories, Links);
}

internal static class Disk
{
    public static readonly Field Device = Field.Text("device");
    public static readonly Field WipeTable = Field.Flag("wipe_table");
    public static readonly Field Partitions = Field.List("partitions", Partition.Type);

    public static readonly StructType Type = new("types.Disk", Device, WipeTable, Partitions);
}

internal static class Partition
{
    public static readonly Field Label = Field.OptionalText("label");
    public static readonly Field Number = Field.Number("number");

    /// <summary>With a unit: <c>10GiB</c>. See <see cref="Conversion.Dimension"/>.</summary>
    public static readonly Field Size = Field.Text("size");
    public static readonly Field Start = Field.Text("start");
    public static readonly Field Guid = Field.Text("guid");
    public static readonly Field TypeGuid = Field.Text("type_guid");

    public static readonly StructType Type = new("types.Partition", Label, Number, Size, Start, Guid, TypeGuid);
}

internal static class RaidArray
{
    public static readonly Field Name = Field.Text("name");
    public static readonly Field Level = Field.Text("level");
    public static readonly Field Devices = Field.Texts("devices");
    public static readonly Field Spares = Field.Number("spares");
    public static readonly Field Options = Field.Texts("options");

    public static readonly StructType Type = new("types.Raid", Name, Level, Devices, Spares, Options);
}

internal static class Filesystem
{
    public static readonly Field Name = Field.Text("name");
    public static readonly Field Mount = Field.Struct("mount", Source.Mount.Type);
    public static readonly Field Path = Field.OptionalText("path");

    public static readonly StructType Type = new("types.Filesystem", Name, Mount, Path);
}

internal static class Mount
{
    public static readonly Field Device = Field.Text("device");
    public static readonly Field Format = Field.Text("format");
    public static readonly Field Create = Field.Struct("create", MountCreate.Type);
    public static readonly Field WipeFilesystem = Field.Flag("wipe_filesystem");
    public static readonly Field Label = Field.OptionalText("label");
    public static readonly Field Uuid = Field.OptionalText("uuid");
    public static readonly Field Options = Field.Texts("options");

    public static readonly StructType Type = new("types.Mount", Device, Format, Create, WipeFilesystem, Label, Uuid, Options);
}

/// <summary>The older way to say how a filesystem is made.</summary>
internal static class MountCreate
{
    public static readonly Field Force = Field.Flag("force");
    public static readonly Field Options = Field.Texts("options");

    public static readonly StructType Type = new("types.Create", Force, Options);
}

/// <summary>What files, directories and links have in common. Each puts them in an order of its own.</summary>
internal sealed class NodeFields
{
    public Field Filesystem { get; } = Field.Text("filesystem");

    public Field Path { get; } = Field.Text("path");

    public Field User { get; } = Field.Struct("user", Owner.User);

    public Field Group { get; } = Field.Struct("group", Owner.Group);

    public Field Overwrite { get; } = Field.OptionalFlag("overwrite");
}

internal static class StoredFile
{
    public static readonly NodeFields Node = new();
    public static readonly Field Mode = Field.OptionalNumber("mode");
    public static readonly Field Contents = Field.Struct("contents", FileContents.Type);
    public static readonly Field Append = Field.Flag("append");

    public static readonly StructType Type = new(
        "types.File", Node.Filesystem, Node.Path, Node.User, Node.Group, Mode, Contents, Node.Overwrite, Append);
}

internal static class StoredDirectory
{
    public static readonly NodeFields Node = new();
    public static readonly Field Mode = Field.OptionalNumber("mode");

    public static readonly StructType Type = new(
        "types.Directory", Node.Filesystem, Node.Path, Node.User, Node.Group, Mode, Node.Overwrite);
}

internal static class Link
{
    public static readonly NodeFields Node = new();
    public static readonly Field Hard = Field.Flag("hard");
    public static readonly Field Target = Field.Text("target");

    public static readonly StructType Type = new(
        "types.Link", Node.Filesystem, Node.Path, Node.User, Node.Group, Hard, Target, Node.Overwrite);
}

/// <summary>Who a file, a directory or a link belongs to.</summary>
internal static class Owner
{
    public static readonly Field UserId = Field.OptionalNumber("id");
    public static readonly Field UserName = Field.Text("name");
    public static readonly Field GroupId = Field.OptionalNumber("id");
    public static readonly Field GroupName = Field.Text("name");

    public static readonly StructType User = new("types.FileUser", UserId, UserName);
    public static readonly StructType Group = new("types.FileGroup", GroupId, GroupName);
}

/// <summary>What a file holds: one of the three.</summary>
internal static class FileContents
{
    public static readonly Field Remote = Field.Struct("remote", Source.Remote.Type);
    public static readonly Field Inline = Field.Text("inline");
    public static readonly Field Local = Field.Text("local");

    public static readonly StructType Type = new("types.FileContents", Remote, Inline, Local);
}

internal static class Remote
{
    public static readonly Field Url = Field.Text("url");
    public static readonly Field Compression = Field.Text("compression");
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type = new("types.Remote", Url, Compression, Verification);
}
