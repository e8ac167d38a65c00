using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Source;

// Container Linux Config as ct v0.9.4 knows it. It has no versions: 0 stands for all. The names of the types are those of ct, which
// its error texts show; the order of the fields is the order in which they are checked.

/// <summary>A Container Linux Config. Root of everything.</summary>
internal static class Config
{
    /// <summary>Undocumented, and only ever 0.</summary>
    public static readonly Field Version = Field.Number("version");
    public static readonly Field Ignition = Field.Struct("ignition", IgnitionSection.Type);
    public static readonly Field Storage = Field.Struct("storage", StorageSection.Type);
    public static readonly Field Systemd = Field.Struct("systemd", SystemdSection.Type);
    public static readonly Field Networkd = Field.Struct("networkd", NetworkdSection.Type);
    public static readonly Field Passwd = Field.Struct("passwd", PasswdSection.Type);
    public static readonly Field Etcd = Field.Struct("etcd", EtcdOptions.Common);
    public static readonly Field Flannel = Field.Struct("flannel", FlannelOptions.Common);
    public static readonly Field Update = Field.Struct("update", UpdateSection.Type);
    public static readonly Field Docker = Field.Struct("docker", DockerSection.Type);
    public static readonly Field Locksmith = Field.Struct("locksmith", LocksmithSection.Type);

    public static readonly StructType Type = new(
        "types.Config", Version, Ignition, Storage, Systemd, Networkd, Passwd, Etcd, Flannel, Update, Docker, Locksmith);
}

internal static class IgnitionSection
{
    public static readonly Field Config = Field.Struct("config", ConfigSection.Type);
    public static readonly Field Timeouts = Field.Struct("timeouts", TimeoutSection.Type);
    public static readonly Field Security = Field.Struct("security", SecuritySection.Type);

    public static readonly StructType Type = new("types.Ignition", Config, Timeouts, Security);
}

internal static class ConfigSection
{
    public static readonly Field Append = Field.List("append", ConfigReference.Type);
    public static readonly Field Replace = Field.Struct("replace", ConfigReference.Type);

    public static readonly StructType Type = new("types.IgnitionConfig", Append, Replace);
}

internal static class ConfigReference
{
    public static readonly Field Source = Field.Text("source");
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type = new("types.ConfigReference", Source, Verification);
}

internal static class VerificationSection
{
    public static readonly Field Hash = Field.Struct("hash", HashSection.Type);

    public static readonly StructType Type = new("types.Verification", Hash);
}

internal static class HashSection
{
    public static readonly Field Function = Field.Text("function");
    public static readonly Field Sum = Field.Text("sum");

    public static readonly StructType Type = new("types.Hash", Function, Sum);
}

internal static class TimeoutSection
{
    public static readonly Field HttpResponseHeaders = Field.OptionalNumber("http_response_headers");
    public static readonly Field HttpTotal = Field.OptionalNumber("http_total");

    public static readonly StructType Type = new("types.Timeouts", HttpResponseHeaders, HttpTotal);
}

internal static class SecuritySection
{
    public static readonly Field Tls = Field.Struct("tls", TlsSection.Type);

    public static readonly StructType Type = new("types.Security", Tls);
}

internal static class TlsSection
{
    public static readonly Field CertificateAuthorities = Field.List("certificate_authorities", CaReference.Type);

    public static readonly StructType Type = new("types.TLS", CertificateAuthorities);
}

internal static class CaReference
{
    public static readonly Field Source = Field.Text("source");
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type = new("types.CaReference", Source, Verification);
}

internal static class SystemdSection
{
    public static readonly Field Units = Field.List("units", SystemdUnit.Type);

    public static readonly StructType Type = new("types.Systemd", Units);
}

internal static class SystemdUnit
{
    public static readonly Field Name = Field.Text("name");
    public static readonly Field Enable = Field.Flag("enable");
    public static readonly Field Enabled = Field.OptionalFlag("enabled");
    public static readonly Field Mask = Field.Flag("mask");
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Dropins = Field.List("dropins", SystemdDropin.Type);

    public static readonly StructType Type = new("types.SystemdUnit", Name, Enable, Enabled, Mask, Contents, Dropins);
}

internal static class SystemdDropin
{
    public static readonly Field Name = Field.Text("name");
    public static readonly Field Contents = Field.Text("contents");

    public static readonly StructType Type = new("types.SystemdUnitDropIn", Name, Contents);
}

internal static class NetworkdSection
{
    public static readonly Field Units = Field.List("units", NetworkdUnit.Type);

    public static readonly StructType Type = new("types.Networkd", Units);
}

internal static class NetworkdUnit
{
    public static readonly Field Name = Field.Text("name");
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Dropins = Field.List("dropins", NetworkdDropin.Type);

    public static readonly StructType Type = new("types.NetworkdUnit", Name, Contents, Dropins);
}

internal static class NetworkdDropin
{
    public static readonly Field Name = Field.Text("name");
    public static readonly Field Contents = Field.Text("contents");

    public static readonly StructType Type = new("types.NetworkdUnitDropIn", Name, Contents);
}

internal static class PasswdSection
{
    public static readonly Field Users = Field.List("users", User.Type);
    public static readonly Field Groups = Field.List("groups", Group.Type);

    public static readonly StructType Type = new("types.Passwd", Users, Groups);
}

internal static class User
{
    public static readonly Field Name = Field.Text("name");
    public static readonly Field PasswordHash = Field.OptionalText("password_hash");
    public static readonly Field SshAuthorizedKeys = Field.Texts("ssh_authorized_keys");
    public static readonly Field Create = Field.Struct("create", UserCreate.Type);
    public static readonly Field Uid = Field.OptionalNumber("uid");
    public static readonly Field Gecos = Field.Text("gecos");
    public static readonly Field HomeDir = Field.Text("home_dir");
    public static readonly Field NoCreateHome = Field.Flag("no_create_home");
    public static readonly Field PrimaryGroup = Field.Text("primary_group");
    public static readonly Field Groups = Field.Texts("groups");
    public static readonly Field NoUserGroup = Field.Flag("no_user_group");
    public static readonly Field System = Field.Flag("system");
    public static readonly Field NoLogInit = Field.Flag("no_log_init");
    public static readonly Field Shell = Field.Text("shell");

    public static readonly StructType Type = new(
        "types.User", Name, PasswordHash, SshAuthorizedKeys, Create, Uid, Gecos, HomeDir, NoCreateHome, PrimaryGroup, Groups,
        NoUserGroup, System, NoLogInit, Shell);
}

/// <summary>The older way to say how a user is made.</summary>
internal static class UserCreate
{
    public static readonly Field Uid = Field.OptionalNumber("uid");
    public static readonly Field Gecos = Field.Text("gecos");
    public static readonly Field HomeDir = Field.Text("home_dir");
    public static readonly Field NoCreateHome = Field.Flag("no_create_home");
    public static readonly Field PrimaryGroup = Field.Text("primary_group");
    public static readonly Field Groups = Field.Texts("groups");
    public static readonly Field NoUserGroup = Field.Flag("no_user_group");
    public static readonly Field System = Field.Flag("system");
    public static readonly Field NoLogInit = Field.Flag("no_log_init");
    public static readonly Field Shell = Field.Text("shell");

    public static readonly StructType Type = new(
        "types.UserCreate", Uid, Gecos, HomeDir, NoCreateHome, PrimaryGroup, Groups, NoUserGroup, System, NoLogInit, Shell);
}

internal static class Group
{
    public static readonly Field Name = Field.Text("name");
    public static readonly Field Gid = Field.OptionalNumber("gid");
    public static readonly Field PasswordHash = Field.Text("password_hash");
    public static readonly Field System = Field.Flag("system");

    public static readonly StructType Type = new("types.Group", Name, Gid, PasswordHash, System);
}

/// <summary>What becomes <c>/etc/coreos/update.conf</c>, with <see cref="LocksmithSection"/>.</summary>
internal static class UpdateSection
{
    public static readonly Field Group = Field.Text("group");
    public static readonly Field Server = Field.Text("server");
    public static readonly Field PcrPolicyServer = Field.Text("pcr_policy_server");
    public static readonly Field DownloadUser = Field.Text("download_user");
    public static readonly Field DownloadPassword = Field.Text("download_password");
    public static readonly Field MachineAlias = Field.Text("machine_alias");

    public static readonly StructType Type = new(
        "types.Update", Group, Server, PcrPolicyServer, DownloadUser, DownloadPassword, MachineAlias);
}

internal static class DockerSection
{
    public static readonly Field Flags = Field.Texts("flags");

    public static readonly StructType Type = new("types.Docker", Flags);
}

internal static class LocksmithSection
{
    public static readonly Field RebootStrategy = Field.Text("reboot_strategy");
    public static readonly Field WindowStart = Field.Text("window_start");
    public static readonly Field WindowLength = Field.Text("window_length");
    public static readonly Field Group = Field.Text("group");
    public static readonly Field EtcdEndpoints = Field.Text("etcd_endpoints");
    public static readonly Field EtcdCaFile = Field.Text("etcd_cafile");
    public static readonly Field EtcdCertFile = Field.Text("etcd_certfile");
    public static readonly Field EtcdKeyFile = Field.Text("etcd_keyfile");

    public static readonly StructType Type = new(
        "types.Locksmith", RebootStrategy, WindowStart, WindowLength, Group, EtcdEndpoints, EtcdCaFile, EtcdCertFile, EtcdKeyFile);
}
