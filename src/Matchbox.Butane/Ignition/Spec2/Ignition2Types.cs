using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

// Ignition's config of spec 2.0 to 2.4, which Container Linux used and Flatcar still reads. A version is the spec's minor version.
// Order is that of the real tool. Keys are for comparing configs: spec 2 itself has none.

/// <summary>A config of spec 2. Root of everything.</summary>
public static class Config
{
    public static readonly Field Ignition = Field.Struct("ignition", IgnitionSection.Type).Written();
    public static readonly Field Networkd = Field.Struct("networkd", NetworkdSection.Type);
    public static readonly Field Passwd = Field.Struct("passwd", PasswdSection.Type);
    public static readonly Field Storage = Field.Struct("storage", StorageSection.Type);
    public static readonly Field Systemd = Field.Struct("systemd", SystemdSection.Type);

    public static readonly StructType Type = new("Config", Ignition, Networkd, Passwd, Storage, Systemd);
}

public static class IgnitionSection
{
    public static readonly Field Config = Field.Struct("config", ConfigSection.Type);
    public static readonly Field Proxy = Field.Struct("proxy", ProxySection.Type).From(4);
    public static readonly Field Security = Field.Struct("security", SecuritySection.Type).From(2);
    public static readonly Field Timeouts = Field.Struct("timeouts", TimeoutSection.Type).From(1);
    public static readonly Field Version = Field.Text("version");

    public static readonly StructType Type = new("Ignition", Config, Proxy, Security, Timeouts, Version);
}

public static class ConfigSection
{
    public static readonly Field Append = Field.List("append", Reference.Type);
    public static readonly Field Replace = Field.Struct("replace", Reference.Type).OptionalUpTo(int.MaxValue);

    public static readonly StructType Type = new("IgnitionConfig", Append, Replace);
}

/// <summary>Where a config to append or to replace by is.</summary>
public static class Reference
{
    public static readonly Field HttpHeaders = Field.List("http_headers", HttpHeader.Type).From(4);
    public static readonly Field Source = Field.Text("source").Written();
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type =
        new("ConfigReference", HttpHeaders, Source, Verification) { Key = static record => record.Text(Source)! };
}

public static class CaReference
{
    public static readonly Field HttpHeaders = Field.List("http_headers", HttpHeader.Type).From(4);
    public static readonly Field Source = Field.Text("source").Written();
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type =
        new("CaReference", HttpHeaders, Source, Verification) { Key = static record => record.Text(Source)! };
}

public static class HttpHeader
{
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field Value = Field.Text("value").Written();

    public static readonly StructType Type = new("HTTPHeader", Name, Value) { Key = static record => record.Text(Name)! };
}

public static class VerificationSection
{
    public static readonly Field Hash = Field.OptionalText("hash");

    public static readonly StructType Type = new("Verification", Hash);
}

public static class ProxySection
{
    public static readonly Field HttpProxy = Field.Text("http_proxy");
    public static readonly Field HttpsProxy = Field.Text("https_proxy");
    public static readonly Field NoProxy = Field.Texts("no_proxy", "NoProxyItem");

    public static readonly StructType Type = new("Proxy", HttpProxy, HttpsProxy, NoProxy);
}

public static class SecuritySection
{
    public static readonly Field Tls = Field.Struct("tls", TlsSection.Type);

    public static readonly StructType Type = new("Security", Tls);
}

public static class TlsSection
{
    public static readonly Field CertificateAuthorities = Field.List("certificate_authorities", CaReference.Type);

    public static readonly StructType Type = new("TLS", CertificateAuthorities);
}

public static class TimeoutSection
{
    public static readonly Field HttpResponseHeaders = Field.OptionalNumber("http_response_headers");
    public static readonly Field HttpTotal = Field.OptionalNumber("http_total");

    public static readonly StructType Type = new("Timeouts", HttpResponseHeaders, HttpTotal);
}

public static class NetworkdSection
{
    public static readonly Field Units = Field.List("units", NetworkdUnit.Type);

    public static readonly StructType Type = new("Networkd", Units);
}

public static class NetworkdUnit
{
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Dropins = Field.List("dropins", NetworkdDropin.Type).From(2);
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type = new("Networkdunit", Contents, Dropins, Name) { Key = static record => record.Text(Name)! };
}

public static class NetworkdDropin
{
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type = new("NetworkdDropin", Contents, Name) { Key = static record => record.Text(Name)! };
}

public static class PasswdSection
{
    public static readonly Field Groups = Field.List("groups", PasswdGroup.Type);
    public static readonly Field Users = Field.List("users", PasswdUser.Type);

    public static readonly StructType Type = new("Passwd", Groups, Users);
}

public static class PasswdGroup
{
    public static readonly Field Gid = Field.OptionalNumber("gid");
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field PasswordHash = Field.Text("password_hash");
    public static readonly Field System = Field.Flag("system");

    public static readonly StructType Type =
        new("PasswdGroup", Gid, Name, PasswordHash, System) { Key = static record => record.Text(Name)! };
}

public static class PasswdUser
{
    public static readonly Field Create = Field.Struct("create", UserCreate.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Gecos = Field.Text("gecos").From(1);
    public static readonly Field Groups = Field.Texts("groups", "Group").From(1);
    public static readonly Field HomeDir = Field.Text("home_dir").From(1);
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field NoCreateHome = Field.Flag("no_create_home").From(1);
    public static readonly Field NoLogInit = Field.Flag("no_log_init").From(1);
    public static readonly Field NoUserGroup = Field.Flag("no_user_group").From(1);
    public static readonly Field PasswordHash = Field.OptionalText("password_hash");
    public static readonly Field PrimaryGroup = Field.Text("primary_group").From(1);
    public static readonly Field SshAuthorizedKeys = Field.Texts("ssh_authorized_keys", "SSHAuthorizedKey");
    public static readonly Field Shell = Field.Text("shell").From(1);
    public static readonly Field System = Field.Flag("system").From(1);
    public static readonly Field Uid = Field.OptionalNumber("uid").From(1);

    public static readonly StructType Type = new(
        "PasswdUser", Create, Gecos, Groups, HomeDir, Name, NoCreateHome, NoLogInit, NoUserGroup, PasswordHash, PrimaryGroup,
        SshAuthorizedKeys, Shell, System, Uid) { Key = static record => record.Text(Name)! };
}

/// <summary>The old way to describe a user.</summary>
public static class UserCreate
{
    public static readonly Field Gecos = Field.Text("gecos");
    public static readonly Field Groups = Field.Texts("groups", "UsercreateGroup");
    public static readonly Field HomeDir = Field.Text("home_dir");
    public static readonly Field NoCreateHome = Field.Flag("no_create_home");
    public static readonly Field NoLogInit = Field.Flag("no_log_init");
    public static readonly Field NoUserGroup = Field.Flag("no_user_group");
    public static readonly Field PrimaryGroup = Field.Text("primary_group");
    public static readonly Field Shell = Field.Text("shell");
    public static readonly Field System = Field.Flag("system");
    public static readonly Field Uid = Field.OptionalNumber("uid");

    public static readonly StructType Type = new(
        "Usercreate", Gecos, Groups, HomeDir, NoCreateHome, NoLogInit, NoUserGroup, PrimaryGroup, Shell, System, Uid);
}

public static class StorageSection
{
    public static readonly Field Directories = Field.List("directories", DirectoryNode.Type).From(1);
    public static readonly Field Disks = Field.List("disks", Disk.Type);
    public static readonly Field Files = Field.List("files", FileNode.Type);
    public static readonly Field Filesystems = Field.List("filesystems", Filesystem.Type);
    public static readonly Field Links = Field.List("links", LinkNode.Type).From(1);
    public static readonly Field Raid = Field.List("raid", RaidArray.Type);

    public static readonly StructType Type = new("Storage", Directories, Disks, Files, Filesystems, Links, Raid);
}

public static class NodeUser
{
    public static readonly Field Id = Field.OptionalNumber("id");
    public static readonly Field Name = Field.Text("name").From(1);

    public static readonly StructType Type = new("NodeUser", Id, Name);
}

public static class NodeGroup
{
    public static readonly Field Id = Field.OptionalNumber("id");
    public static readonly Field Name = Field.Text("name").From(1);

    public static readonly StructType Type = new("NodeGroup", Id, Name);
}

public static class DirectoryNode
{
    public static readonly Field Filesystem = Field.Text("filesystem").Written();
    public static readonly Field Group = Field.Struct("group", NodeGroup.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Overwrite = Field.OptionalFlag("overwrite").From(2);
    public static readonly Field Path = Field.Text("path").Written();
    public static readonly Field User = Field.Struct("user", NodeUser.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Mode = Field.OptionalNumber("mode");

    public static readonly StructType Type =
        new("Directory", Filesystem, Group, Overwrite, Path, User, Mode) { Key = static record => record.Text(Path)! };
}

public static class FileNode
{
    public static readonly Field Filesystem = Field.Text("filesystem").Written();
    public static readonly Field Group = Field.Struct("group", NodeGroup.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Overwrite = Field.OptionalFlag("overwrite").From(2);
    public static readonly Field Path = Field.Text("path").Written();
    public static readonly Field User = Field.Struct("user", NodeUser.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Append = Field.Flag("append").From(2);
    public static readonly Field Contents = Field.Struct("contents", FileContents.Type);
    public static readonly Field Mode = Field.OptionalNumber("mode");

    public static readonly StructType Type =
        new("File", Filesystem, Group, Overwrite, Path, User, Append, Contents, Mode) { Key = static record => record.Text(Path)! };
}

public static class FileContents
{
    public static readonly Field Compression = Field.Text("compression");
    public static readonly Field HttpHeaders = Field.List("http_headers", HttpHeader.Type).From(4);
    public static readonly Field Source = Field.Text("source");
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type = new("FileContents", Compression, HttpHeaders, Source, Verification);
}

public static class LinkNode
{
    public static readonly Field Filesystem = Field.Text("filesystem").Written();
    public static readonly Field Group = Field.Struct("group", NodeGroup.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Overwrite = Field.OptionalFlag("overwrite").From(2);
    public static readonly Field Path = Field.Text("path").Written();
    public static readonly Field User = Field.Struct("user", NodeUser.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Hard = Field.Flag("hard");
    public static readonly Field Target = Field.Text("target").Written();

    public static readonly StructType Type =
        new("Link", Filesystem, Group, Overwrite, Path, User, Hard, Target) { Key = static record => record.Text(Path)! };
}

public static class Disk
{
    public static readonly Field Device = Field.Text("device").Written();
    public static readonly Field Partitions = Field.List("partitions", Partition.Type);
    public static readonly Field WipeTable = Field.Flag("wipe_table");

    public static readonly StructType Type = new("Disk", Device, Partitions, WipeTable) { Key = static record => record.Text(Device)! };
}

/// <summary>A partition. Sizes are in sectors of 512 bytes, or from 2.3 on in MiB.</summary>
public static class Partition
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

public static class RaidArray
{
    public static readonly Field Devices = Field.Texts("devices", "Device").Written();
    public static readonly Field Level = Field.Text("level").Written();
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field Options = Field.Texts("options", "RaidOption").From(1);
    public static readonly Field Spares = Field.Number("spares");

    public static readonly StructType Type =
        new("Raid", Devices, Level, Name, Options, Spares) { Key = static record => record.Text(Name)! };
}

public static class Filesystem
{
    public static readonly Field Mount = Field.Struct("mount", MountSection.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Name = Field.Text("name");
    public static readonly Field Path = Field.OptionalText("path");

    public static readonly StructType Type = new("Filesystem", Mount, Name, Path) { Key = static record => record.Text(Name)! };
}

public static class MountSection
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
public static class CreateSection
{
    public static readonly Field Force = Field.Flag("force");
    public static readonly Field Options = Field.Texts("options", "CreateOption");

    public static readonly StructType Type = new("Create", Force, Options);
}

public static class SystemdSection
{
    public static readonly Field Units = Field.List("units", Unit.Type);

    public static readonly StructType Type = new("Systemd", Units);
}

public static class Unit
{
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Dropins = Field.List("dropins", Dropin.Type);
    public static readonly Field Enable = Field.Flag("enable");
    public static readonly Field Enabled = Field.OptionalFlag("enabled").From(1);
    public static readonly Field Mask = Field.Flag("mask");
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type =
        new("Unit", Contents, Dropins, Enable, Enabled, Mask, Name) { Key = static record => record.Text(Name)! };
}

public static class Dropin
{
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type = new("SystemdDropin", Contents, Name) { Key = static record => record.Text(Name)! };
}
