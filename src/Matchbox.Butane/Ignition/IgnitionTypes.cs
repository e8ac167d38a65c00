using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

// Ignition's config, all versions of spec 3 in one place, with what Butane adds to its structs. A version is the minor version of
// the spec: 4 is 3.4.0. A field that a later version brings is one line with From; one that changed is two lines.
// Order is that of the real tools: findings and JSON follow it.

/// <summary>A config. Root of everything.</summary>
internal static class Config
{
    /// <summary>Butane's own version and variant: they say which dialect the rest is in.</summary>
    public static readonly Field Version = Field.Text("version").Sugar();
    public static readonly Field Variant = Field.Text("variant").Sugar();
    public static readonly Field Ignition = Field.Struct("ignition", IgnitionSection.Type).Written();
    public static readonly Field KernelArguments = Field.Struct("kernel_arguments", KernelArgument.Type).From(3);
    public static readonly Field Passwd = Field.Struct("passwd", PasswdSection.Type);
    public static readonly Field Storage = Field.Struct("storage", StorageSection.Type);
    public static readonly Field Systemd = Field.Struct("systemd", SystemdSection.Type);

    public static readonly StructType Type = new("Config", Version, Variant, Ignition, KernelArguments, Passwd, Storage, Systemd);
}

internal static class IgnitionSection
{
    public static readonly Field Config = Field.Struct("config", ConfigSection.Type);
    public static readonly Field Proxy = Field.Struct("proxy", ProxySection.Type).From(1);
    public static readonly Field Security = Field.Struct("security", SecuritySection.Type);
    public static readonly Field Timeouts = Field.Struct("timeouts", TimeoutSection.Type);

    /// <summary>In Ignition alone: Butane's version is another one and stands at the root.</summary>
    public static readonly Field Version = Field.Text("version").Written().JsonOnly();

    public static readonly StructType Type = new("Ignition", Config, Proxy, Security, Timeouts, Version);
}

internal static class ConfigSection
{
    public static readonly Field Merge30 = Field.List("merge", ConfigReference.Type).UpTo(0);
    public static readonly Field Merge = Field.List("merge", Resource.Type).From(1);
    public static readonly Field Replace30 = Field.Struct("replace", ConfigReference.Type).UpTo(0);
    public static readonly Field Replace = Field.Struct("replace", Resource.Type).From(1);

    public static readonly StructType Type = new("IgnitionConfig", Merge30, Merge, Replace30, Replace);
}

/// <summary>Spec 3.0 alone: where a config to merge or to replace by is.</summary>
internal static class ConfigReference
{
    public static readonly Field Source = Field.OptionalText("source").Written();
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type = new("ConfigReference", Source, Verification) { Key = static record => record.Text(Source) ?? "" };
}

/// <summary>Spec 3.0 alone: where a certificate authority is.</summary>
internal static class CaReference
{
    public static readonly Field Source = Field.Text("source").Written();
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type = new("CaReference", Source, Verification) { Key = static record => record.Text(Source)! };
}

/// <summary>Spec 3.0 alone: contents of a file.</summary>
internal static class FileContents
{
    public static readonly Field Compression = Field.OptionalText("compression");
    public static readonly Field Source = Field.OptionalText("source");
    public static readonly Field Inline = Field.OptionalText("inline").Sugar();
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type = new("FileContents", Compression, Source, Inline, Verification) { Key = static record => record.Text(Source) ?? "" };
}

/// <summary>Something to fetch, from spec 3.1 on.</summary>
internal static class Resource
{
    public static readonly Field Compression = Field.OptionalText("compression");
    public static readonly Field HttpHeaders = Field.List("http_headers", HttpHeader.Type);
    public static readonly Field Source = Field.OptionalText("source");
    public static readonly Field Inline = Field.OptionalText("inline").Sugar();
    public static readonly Field Local = Field.OptionalText("local").Sugar();
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type =
        new("Resource", Compression, HttpHeaders, Source, Inline, Local, Verification) { Key = static record => record.Text(Source) ?? "" };
}

internal static class HttpHeader
{
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field Value = Field.OptionalText("value");

    public static readonly StructType Type = new("HTTPHeader", Name, Value) { Key = static record => record.Text(Name)! };
}

internal static class VerificationSection
{
    public static readonly Field Hash = Field.OptionalText("hash");

    public static readonly StructType Type = new("Verification", Hash);
}

internal static class ProxySection
{
    public static readonly Field HttpProxy = Field.OptionalText("http_proxy");
    public static readonly Field HttpsProxy = Field.OptionalText("https_proxy");
    public static readonly Field NoProxy = Field.Texts("no_proxy");

    public static readonly StructType Type = new("Proxy", HttpProxy, HttpsProxy, NoProxy);
}

internal static class SecuritySection
{
    public static readonly Field Tls = Field.Struct("tls", TlsSection.Type);

    public static readonly StructType Type = new("Security", Tls);
}

internal static class TlsSection
{
    public static readonly Field CertificateAuthorities30 = Field.List("certificate_authorities", CaReference.Type).UpTo(0);
    public static readonly Field CertificateAuthorities = Field.List("certificate_authorities", Resource.Type).From(1);

    public static readonly StructType Type = new("TLS", CertificateAuthorities30, CertificateAuthorities);
}

internal static class TimeoutSection
{
    public static readonly Field HttpResponseHeaders = Field.OptionalNumber("http_response_headers");
    public static readonly Field HttpTotal = Field.OptionalNumber("http_total");

    public static readonly StructType Type = new("Timeouts", HttpResponseHeaders, HttpTotal);
}

internal static class KernelArgument
{
    private const string Space = "KernelArgument";

    public static readonly Field ShouldExist = Field.Texts("should_exist", "KernelArgument").SharingKeys(Space);
    public static readonly Field ShouldNotExist = Field.Texts("should_not_exist", "KernelArgument").SharingKeys(Space);

    public static readonly StructType Type = new("KernelArguments", ShouldExist, ShouldNotExist);
}

internal static class PasswdSection
{
    public static readonly Field Groups = Field.List("groups", PasswdGroup.Type);
    public static readonly Field Users = Field.List("users", PasswdUser.Type);

    public static readonly StructType Type = new("Passwd", Groups, Users);
}

internal static class PasswdGroup
{
    public static readonly Field Gid = Field.OptionalNumber("gid");
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field PasswordHash = Field.OptionalText("password_hash");
    public static readonly Field ShouldExist = Field.OptionalFlag("should_exist").From(2);
    public static readonly Field System = Field.OptionalFlag("system");

    public static readonly StructType Type =
        new("PasswdGroup", Gid, Name, PasswordHash, ShouldExist, System) { Key = static record => record.Text(Name)! };
}

internal static class PasswdUser
{
    public static readonly Field Gecos = Field.OptionalText("gecos");
    public static readonly Field Groups = Field.Texts("groups", "Group");
    public static readonly Field HomeDir = Field.OptionalText("home_dir");
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field NoCreateHome = Field.OptionalFlag("no_create_home");
    public static readonly Field NoLogInit = Field.OptionalFlag("no_log_init");
    public static readonly Field NoUserGroup = Field.OptionalFlag("no_user_group");
    public static readonly Field PasswordHash = Field.OptionalText("password_hash");
    public static readonly Field PrimaryGroup = Field.OptionalText("primary_group");
    public static readonly Field SshAuthorizedKeys = Field.Texts("ssh_authorized_keys", "SSHAuthorizedKey");
    public static readonly Field SshAuthorizedKeysLocal = Field.Texts("ssh_authorized_keys_local").From(4).Sugar();
    public static readonly Field Shell = Field.OptionalText("shell");
    public static readonly Field ShouldExist = Field.OptionalFlag("should_exist").From(2);
    public static readonly Field System = Field.OptionalFlag("system");
    public static readonly Field Uid = Field.OptionalNumber("uid");

    public static readonly StructType Type = new(
        "PasswdUser", Gecos, Groups, HomeDir, Name, NoCreateHome, NoLogInit, NoUserGroup, PasswordHash, PrimaryGroup, SshAuthorizedKeys,
        SshAuthorizedKeysLocal, Shell, ShouldExist, System, Uid) { Key = static record => record.Text(Name)! };
}

internal static class StorageSection
{
    private const string Space = "Node";

    public static readonly Field Directories = Field.List("directories", DirectoryNode.Type).SharingKeys(Space);
    public static readonly Field Disks = Field.List("disks", Disk.Type);
    public static readonly Field Files = Field.List("files", FileNode.Type).SharingKeys(Space);
    public static readonly Field Filesystems = Field.List("filesystems", Filesystem.Type);
    public static readonly Field Links = Field.List("links", LinkNode.Type).SharingKeys(Space);
    public static readonly Field Luks = Field.List("luks", LuksVolume.Type).From(2);
    public static readonly Field Raid = Field.List("raid", RaidArray.Type);
    public static readonly Field Trees = Field.List("trees", Tree.Type).From(1).Sugar();

    public static readonly StructType Type = new("Storage", Directories, Disks, Files, Filesystems, Links, Luks, Raid, Trees);
}

internal static class NodeUser
{
    public static readonly Field Id = Field.OptionalNumber("id");
    public static readonly Field Name = Field.OptionalText("name");

    public static readonly StructType Type = new("NodeUser", Id, Name);
}

internal static class NodeGroup
{
    public static readonly Field Id = Field.OptionalNumber("id");
    public static readonly Field Name = Field.OptionalText("name");

    public static readonly StructType Type = new("NodeGroup", Id, Name);
}

internal static class DirectoryNode
{
    public static readonly Field Group = Field.Struct("group", NodeGroup.Type);
    public static readonly Field Overwrite = Field.OptionalFlag("overwrite");
    public static readonly Field Path = Field.Text("path").Written();
    public static readonly Field User = Field.Struct("user", NodeUser.Type);
    public static readonly Field Mode = Field.OptionalNumber("mode");

    public static readonly StructType Type = new("Directory", Group, Overwrite, Path, User, Mode) { Key = static record => record.Text(Path)! };
}

internal static class FileNode
{
    public static readonly Field Group = Field.Struct("group", NodeGroup.Type);
    public static readonly Field Overwrite = Field.OptionalFlag("overwrite");
    public static readonly Field Path = Field.Text("path").Written();
    public static readonly Field User = Field.Struct("user", NodeUser.Type);
    public static readonly Field Append30 = Field.List("append", FileContents.Type).UpTo(0).Concatenated();
    public static readonly Field Append = Field.List("append", Resource.Type).From(1).Concatenated();
    public static readonly Field Contents30 = Field.Struct("contents", FileContents.Type).UpTo(0);
    public static readonly Field Contents = Field.Struct("contents", Resource.Type).From(1);
    public static readonly Field Mode = Field.OptionalNumber("mode");

    public static readonly StructType Type =
        new("File", Group, Overwrite, Path, User, Append30, Append, Contents30, Contents, Mode) { Key = static record => record.Text(Path)! };
}

internal static class LinkNode
{
    public static readonly Field Group = Field.Struct("group", NodeGroup.Type);
    public static readonly Field Overwrite = Field.OptionalFlag("overwrite");
    public static readonly Field Path = Field.Text("path").Written();
    public static readonly Field User = Field.Struct("user", NodeUser.Type);
    public static readonly Field Hard = Field.OptionalFlag("hard");
    public static readonly Field Target32 = Field.Text("target").UpTo(2).Written();
    public static readonly Field Target = Field.OptionalText("target").From(3);

    public static readonly StructType Type =
        new("Link", Group, Overwrite, Path, User, Hard, Target32, Target) { Key = static record => record.Text(Path)! };
}

internal static class Disk
{
    public static readonly Field Device = Field.Text("device").Written();
    public static readonly Field Partitions = Field.List("partitions", Partition.Type);
    public static readonly Field WipeTable = Field.OptionalFlag("wipe_table");

    public static readonly StructType Type = new("Disk", Device, Partitions, WipeTable) { Key = static record => record.Text(Device)! };
}

internal static class Partition
{
    public static readonly Field Guid = Field.OptionalText("guid");
    public static readonly Field Label = Field.OptionalText("label");
    public static readonly Field Number = Field.Number("number");
    public static readonly Field Resize = Field.OptionalFlag("resize").From(2);
    public static readonly Field ShouldExist = Field.OptionalFlag("should_exist");
    public static readonly Field SizeMiB = Field.OptionalNumber("size_mib").Named("sizeMiB");
    public static readonly Field StartMiB = Field.OptionalNumber("start_mib").Named("startMiB");
    public static readonly Field TypeGuid = Field.OptionalText("type_guid");
    public static readonly Field WipePartitionEntry = Field.OptionalFlag("wipe_partition_entry");

    public static readonly StructType Type =
        new("Partition", Guid, Label, Number, Resize, ShouldExist, SizeMiB, StartMiB, TypeGuid, WipePartitionEntry) { Key = KeyOf };

    // The number, or the label of a partition that has none.
    private static string KeyOf(Record record) =>
        record.Number(Number) is { } number and not 0 ? FormattableString.Invariant($"number:{number}")
        : record.Text(Label) is { } label ? $"label:{label}"
        : "";
}

internal static class Filesystem
{
    public static readonly Field Device = Field.Text("device").Written();
    public static readonly Field Format = Field.OptionalText("format");
    public static readonly Field Label = Field.OptionalText("label");
    public static readonly Field MountOptions = Field.Texts("mount_options").From(1).Concatenated();
    public static readonly Field Options = Field.Texts("options").Concatenated();
    public static readonly Field Path = Field.OptionalText("path");
    public static readonly Field Uuid = Field.OptionalText("uuid");
    public static readonly Field WipeFilesystem = Field.OptionalFlag("wipe_filesystem");
    public static readonly Field WithMountUnit = Field.OptionalFlag("with_mount_unit").From(1).Sugar();

    public static readonly StructType Type =
        new("Filesystem", Device, Format, Label, MountOptions, Options, Path, Uuid, WipeFilesystem, WithMountUnit) { Key = static record => record.Text(Device)! };
}

internal static class LuksVolume
{
    public static readonly Field Cex = Field.Struct("cex", CexSection.Type).From(5);
    public static readonly Field Clevis = Field.Struct("clevis", ClevisSection.Type).OptionalUpTo(2);
    public static readonly Field Device = Field.OptionalText("device");
    public static readonly Field Discard = Field.OptionalFlag("discard").From(4);
    public static readonly Field KeyFile = Field.Struct("key_file", Resource.Type);
    public static readonly Field Label = Field.OptionalText("label");
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field OpenOptions = Field.Texts("open_options").From(4).Concatenated();
    public static readonly Field Options = Field.Texts("options").Concatenated();
    public static readonly Field Uuid = Field.OptionalText("uuid");
    public static readonly Field WipeVolume = Field.OptionalFlag("wipe_volume");

    public static readonly StructType Type =
        new("Luks", Cex, Clevis, Device, Discard, KeyFile, Label, Name, OpenOptions, Options, Uuid, WipeVolume) { Key = static record => record.Text(Name)! };
}

internal static class CexSection
{
    public static readonly Field Enabled = Field.OptionalFlag("enabled");

    public static readonly StructType Type = new("Cex", Enabled);
}

internal static class ClevisSection
{
    public static readonly Field Custom = Field.Struct("custom", ClevisCustom.Type).OptionalUpTo(2);
    public static readonly Field Tang = Field.List("tang", TangServer.Type);
    public static readonly Field Threshold = Field.OptionalNumber("threshold");
    public static readonly Field Tpm2 = Field.OptionalFlag("tpm2");

    public static readonly StructType Type = new("Clevis", Custom, Tang, Threshold, Tpm2);
}

internal static class ClevisCustom
{
    public static readonly Field Config32 = Field.Text("config").UpTo(2).Written();
    public static readonly Field Config = Field.OptionalText("config").From(3);
    public static readonly Field NeedsNetwork = Field.OptionalFlag("needs_network");
    public static readonly Field Pin32 = Field.Text("pin").UpTo(2).Written();
    public static readonly Field Pin = Field.OptionalText("pin").From(3);

    public static readonly StructType Type = new("ClevisCustom", Config32, Config, NeedsNetwork, Pin32, Pin);
}

internal static class TangServer
{
    public static readonly Field Advertisement = Field.OptionalText("advertisement").From(4);
    public static readonly Field Thumbprint = Field.OptionalText("thumbprint");
    public static readonly Field Url = Field.Text("url");

    public static readonly StructType Type = new("Tang", Advertisement, Thumbprint, Url) { Key = static record => record.Text(Url)! };
}

internal static class RaidArray
{
    public static readonly Field Devices = Field.Texts("devices", "Device").Written(2);
    public static readonly Field Level32 = Field.Text("level").UpTo(2).Written();
    public static readonly Field Level = Field.OptionalText("level").From(3);
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field Options = Field.Texts("options").Concatenated();
    public static readonly Field Spares = Field.OptionalNumber("spares");

    public static readonly StructType Type =
        new("Raid", Devices, Level32, Level, Name, Options, Spares) { Key = static record => record.Text(Name)! };
}

/// <summary>Butane alone: a folder of local files.</summary>
internal static class Tree
{
    public static readonly Field Group = Field.Struct("group", NodeGroup.Type).From(6);
    public static readonly Field Local = Field.Text("local");
    public static readonly Field Path = Field.OptionalText("path");
    public static readonly Field User = Field.Struct("user", NodeUser.Type).From(6);
    public static readonly Field FileMode = Field.OptionalNumber("file_mode").From(6);
    public static readonly Field DirMode = Field.OptionalNumber("dir_mode").From(6);

    public static readonly StructType Type = new("Tree", Group, Local, Path, User, FileMode, DirMode);
}

internal static class SystemdSection
{
    public static readonly Field Units = Field.List("units", Unit.Type);
    public static readonly Field Quadlets = Field.List("quadlets", Quadlet.Type).From(7).Sugar();

    public static readonly StructType Type = new("Systemd", Units, Quadlets);
}

internal static class Unit
{
    public static readonly Field Contents = Field.OptionalText("contents");
    public static readonly Field ContentsLocal = Field.OptionalText("contents_local").From(4).Sugar();
    public static readonly Field Dropins = Field.List("dropins", Dropin.Type);
    public static readonly Field Enabled = Field.OptionalFlag("enabled");
    public static readonly Field Mask = Field.OptionalFlag("mask");
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type =
        new("Unit", Contents, ContentsLocal, Dropins, Enabled, Mask, Name) { Key = static record => record.Text(Name)! };
}

internal static class Dropin
{
    public static readonly Field Contents = Field.OptionalText("contents");
    public static readonly Field ContentsLocal = Field.OptionalText("contents_local").From(4).Sugar();
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type = new("Dropin", Contents, ContentsLocal, Name) { Key = static record => record.Text(Name)! };
}

/// <summary>Butane alone: a container that systemd runs through Podman.</summary>
internal static class Quadlet
{
    public static readonly Field Contents = Field.OptionalText("contents");
    public static readonly Field ContentsLocal = Field.OptionalText("contents_local");
    public static readonly Field Dropins = Field.List("dropins", Dropin.Type);
    public static readonly Field Name = Field.Text("name");
    public static readonly Field Rootful = Field.Flag("rootful");

    public static readonly StructType Type = new("Quadlet", Contents, ContentsLocal, Dropins, Name, Rootful);
}
