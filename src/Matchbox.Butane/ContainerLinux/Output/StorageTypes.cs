using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Output;

internal static class StorageSection
{
    public static readonly Field Directories = Field.List("directories", StoredDirectory.Type);
    public static readonly Field Disks = Field.List("disks", Disk.Type);
    public static readonly Field Files = Field.List("files", StoredFile.Type);
    public static readonly Field Filesystems = Field.List("filesystems", Filesystem.Type);
    public static readonly Field Links = Field.List("links", Link.Type);
    public static readonly Field Raid = Field.List("raid", RaidArray.Type);

    public static readonly StructType Type = new("Storage", Directories, Disks, Files, Filesystems, Links, Raid);
}

/// <summary>What files, directories and links have in common. Each has fields of its own, which stand before all others.</summary>
internal sealed class NodeFields
{
    public Field Filesystem { get; } = Field.Text("filesystem").Written();

    public Field Group { get; } = Field.Struct("group", Owner.Group).OptionalUpTo(int.MaxValue);

    public Field Overwrite { get; } = Field.OptionalFlag("overwrite");

    public Field Path { get; } = Field.Text("path").Written();

    public Field User { get; } = Field.Struct("user", Owner.User).OptionalUpTo(int.MaxValue);

    public StructType With(string name, params Field[] own) => new(name, [Filesystem, Group, Overwrite, Path, User, .. own]);
}

internal static class Owner
{
    public static readonly Field GroupId = Field.OptionalNumber("id");
    public static readonly Field GroupName = Field.Text("name");
    public static readonly Field UserId = Field.OptionalNumber("id");
    public static readonly Field UserName = Field.Text("name");

    public static readonly StructType Group = new("NodeGroup", GroupId, GroupName);
    public static readonly StructType User = new("NodeUser", UserId, UserName);
}

internal static class StoredDirectory
{
    public static readonly NodeFields Node = new();
    public static readonly Field Mode = Field.OptionalNumber("mode");

    public static readonly StructType Type = Node.With("Directory", Mode);
}

internal static class StoredFile
{
    public static readonly NodeFields Node = new();
    public static readonly Field Append = Field.Flag("append");
    public static readonly Field Contents = Field.Struct("contents", FileContents.Type);
    public static readonly Field Mode = Field.OptionalNumber("mode");

    public static readonly StructType Type = Node.With("File", Append, Contents, Mode);
}

internal static class FileContents
{
    public static readonly Field Compression = Field.Text("compression");
    public static readonly Field Source = Field.Text("source");
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type = new("FileContents", Compression, Source, Verification);
}

internal static class Link
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

    public static readonly StructType Type = new("Disk", Device, Partitions, WipeTable);
}

internal static class Partition
{
    public static readonly Field Guid = Field.Text("guid");
    public static readonly Field Label = Field.OptionalText("label");
    public static readonly Field Number = Field.Number("number");
    public static readonly Field SizeMiB = Field.OptionalNumber("size_mib").Named("sizeMiB");
    public static readonly Field StartMiB = Field.OptionalNumber("start_mib").Named("startMiB");
    public static readonly Field TypeGuid = Field.Text("type_guid");

    public static readonly StructType Type = new("Partition", Guid, Label, Number, SizeMiB, StartMiB, TypeGuid);
}

internal static class Filesystem
{
    public static readonly Field Mount = Field.Struct("mount", Output.Mount.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Name = Field.Text("name");
    public static readonly Field Path = Field.OptionalText("path");

    public static readonly StructType Type = new("Filesystem", Mount, Name, Path);
}

internal static class Mount
{
    public static readonly Field Create = Field.Struct("create", MountCreate.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Device = Field.Text("device").Written();
    public static readonly Field Format = Field.Text("format").Written();
    public static readonly Field Label = Field.OptionalText("label");
    public static readonly Field Options = Field.Texts("options");
    public static readonly Field Uuid = Field.OptionalText("uuid");
    public static readonly Field WipeFilesystem = Field.Flag("wipe_filesystem");

    public static readonly StructType Type = new("Mount", Create, Device, Format, Label, Options, Uuid, WipeFilesystem);
}

internal static class MountCreate
{
    public static readonly Field Force = Field.Flag("force");
    public static readonly Field Options = Field.Texts("options");

    public static readonly StructType Type = new("Create", Force, Options);
}

internal static class RaidArray
{
    public static readonly Field Devices = Field.Texts("devices").Written();
    public static readonly Field Level = Field.Text("level").Written();
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field Options = Field.Texts("options");
    public static readonly Field Spares = Field.Number("spares");

    public static readonly StructType Type = new("Raid", Devices, Level, Name, Options, Spares);
}
