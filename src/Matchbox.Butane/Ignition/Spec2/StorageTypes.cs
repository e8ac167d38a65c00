using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

internal static class StorageSection
{
    public static readonly Field Directories = Field.List("directories", DirectoryNode.Type).From(1);
    public static readonly Field Disks = Field.List("disks", Disk.Type);
    public static readonly Field Files = Field.List("files", FileNode.Type);
    public static readonly Field Filesystems = Field.List("filesystems", Filesystem.Type);
    public static readonly Field Links = Field.List("links", LinkNode.Type).From(1);
    public static readonly Field Raid = Field.List("raid", RaidArray.Type);

    public static readonly StructType Type = new("Storage", Directories, Disks, Files, Filesystems, Links, Raid);
}

/// <summary>Who a file, a directory or a link belongs to.</summary>
internal static class NodeUser
{
    public static readonly Field Id = Field.OptionalNumber("id");
    public static readonly Field Name = Field.Text("name").From(1);

    public static readonly StructType Type = new("NodeUser", Id, Name);
}

internal static class NodeGroup
{
    public static readonly Field Id = Field.OptionalNumber("id");
    public static readonly Field Name = Field.Text("name").From(1);

    public static readonly StructType Type = new("NodeGroup", Id, Name);
}

/// <summary>What files, directories and links have in common. Each has fields of its own, which stand before all others.</summary>
internal sealed class NodeFields
{
    public Field Filesystem { get; } = Field.Text("filesystem").Written();

    public Field Group { get; } = Field.Struct("group", NodeGroup.Type).OptionalUpTo(int.MaxValue);

    public Field Overwrite { get; } = Field.OptionalFlag("overwrite").From(2);

    public Field Path { get; } = Field.Text("path").Written();

    public Field User { get; } = Field.Struct("user", NodeUser.Type).OptionalUpTo(int.MaxValue);

    public StructType With(string name, params Field[] own) =>
        new(name, [Filesystem, Group, Overwrite, Path, User, .. own]) { Key = record => record.Text(Path)! };
}

internal static class DirectoryNode
{
    public static readonly NodeFields Node = new();
    public static readonly Field Mode = Field.OptionalNumber("mode");

    public static readonly StructType Type = Node.With("Directory", Mode);
}

internal static class FileNode
{
    public static readonly NodeFields Node = new();
    public static readonly Field Append = Field.Flag("append").From(2);
    public static readonly Field Contents = Field.Struct("contents", FileContents.Type);
    public static readonly Field Mode = Field.OptionalNumber("mode");

    public static readonly StructType Type = Node.With("File", Append, Contents, Mode);
}

internal static class FileContents
{
    public static readonly Field Compression = Field.Text("compression");
    public static readonly Field HttpHeaders = Field.List("http_headers", HttpHeader.Type).From(4);
    public static readonly Field Source = Field.Text("source");
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type = new("FileContents", Compression, HttpHeaders, Source, Verification);
}

internal static class LinkNode
{
    public static readonly NodeFields Node = new();
    public static readonly Field Hard = Field.Flag("hard");
    public static readonly Field Target = Field.Text("target").Written();

    public static readonly StructType Type = Node.With("Link", Hard, Target);
}

internal static class Disk
{
    public static readonly Field Device = Field.Text("device").Written();
    public static readonly Field Partitions = Field.List("partitions", Partition.Type);
    public static readonly Field WipeTable = Field.Flag("wipe_table");

    public static readonly StructType Type = new("Disk", Device, Partitions, WipeTable) { Key = static record => record.Text(Device)! };
}

/// <summary>A partition. Sizes are in sectors of 512 bytes, or from 2.3 on in MiB.</summary>
internal static class Partition
{
    public static readonly Field Guid = Field.Text("guid").From(1);
    public static readonly Field Label = Field.OptionalText("label");
    public static readonly Field Number = Field.Number("number");
    public static readonly Field ShouldExist = Field.OptionalFlag("should_exist").From(3);
    public static readonly Field Size = Field.OptionalNumber("size");
    public static readonly Field SizeMiB = Field.OptionalNumber("size_mib").Named("sizeMiB").From(3);
    public static readonly Field Start = Field.OptionalNumber("start");
    public static readonly Field StartMiB = Field.OptionalNumber("start_mib").Named("startMiB").From(3);
    public static readonly Field TypeGuid = Field.Text("type_guid");
    public static readonly Field WipePartitionEntry = Field.Flag("wipe_partition_entry").From(3);

    public static readonly StructType Type = new(
        "Partition", Guid, Label, Number, ShouldExist, Size, SizeMiB, Start, StartMiB, TypeGuid, WipePartitionEntry);
}

internal static class RaidArray
{
    public static readonly Field Devices = Field.Texts("devices", "Device").Written();
    public static readonly Field Level = Field.Text("level").Written();
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field Options = Field.Texts("options", "RaidOption").From(1);
    public static readonly Field Spares = Field.Number("spares");

    public static readonly StructType Type =
        new("Raid", Devices, Level, Name, Options, Spares) { Key = static record => record.Text(Name)! };
}

internal static class Filesystem
{
    public static readonly Field Mount = Field.Struct("mount", MountSection.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Name = Field.Text("name");
    public static readonly Field Path = Field.OptionalText("path");

    public static readonly StructType Type = new("Filesystem", Mount, Name, Path) { Key = static record => record.Text(Name)! };
}

internal static class MountSection
{
    public static readonly Field Create = Field.Struct("create", CreateSection.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Device = Field.Text("device").Written();
    public static readonly Field Format = Field.Text("format").Written();
    public static readonly Field Label = Field.OptionalText("label").From(1);
    public static readonly Field Options = Field.Texts("options", "MountOption").From(1);
    public static readonly Field Uuid = Field.OptionalText("uuid").From(1);
    public static readonly Field WipeFilesystem = Field.Flag("wipe_filesystem").From(1);

    public static readonly StructType Type = new("Mount", Create, Device, Format, Label, Options, Uuid, WipeFilesystem);
}

/// <summary>The old way to create a filesystem.</summary>
internal static class CreateSection
{
    public static readonly Field Force = Field.Flag("force");
    public static readonly Field Options = Field.Texts("options", "CreateOption");

    public static readonly StructType Type = new("Create", Force, Options);
}
