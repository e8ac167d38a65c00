using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Output;

// Ignition 2.3.0, as far as ct fills it. Order is that of the real struct: checks and JSON follow it. Names are camelCase there and
// snake_case here; the JSON key is made from it.

/// <summary>An Ignition config. Root of everything.</summary>
internal static class Config
{
    public static readonly Field Ignition = Field.Struct("ignition", IgnitionSection.Type);
    public static readonly Field Networkd = Field.Struct("networkd", NetworkdSection.Type);
    public static readonly Field Passwd = Field.Struct("passwd", PasswdSection.Type);
    public static readonly Field Storage = Field.Struct("storage", StorageSection.Type);
    public static readonly Field Systemd = Field.Struct("systemd", SystemdSection.Type);

    public static readonly StructType Type = new("Config", Ignition, Networkd, Passwd, Storage, Systemd);
}

internal static class IgnitionSection
{
    public static readonly Field Config = Field.Struct("config", ConfigSection.Type);
    public static readonly Field Security = Field.Struct("security", SecuritySection.Type);
    public static readonly Field Timeouts = Field.Struct("timeouts", TimeoutSection.Type);
    public static readonly Field Version = Field.Text("version");

    public static readonly StructType Type = new("Ignition", Config, Security, Timeouts, Version);
}

internal static class ConfigSection
{
    public static readonly Field Append = Field.List("append", Reference.Type);
    public static readonly Field Replace = Field.Struct("replace", Reference.Type).OptionalUpTo(int.MaxValue);

    public static readonly StructType Type = new("IgnitionConfig", Append, Replace);
}

/// <summary>Where a config or a certificate authority is. Ignition has two types, which do not differ.</summary>
internal static class Reference
{
    public static readonly Field Source = Field.Text("source").Written();
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type = new("ConfigReference", Source, Verification);
}

internal static class VerificationSection
{
    public static readonly Field Hash = Field.OptionalText("hash");

    public static readonly StructType Type = new("Verification", Hash);
}

internal static class SecuritySection
{
    public static readonly Field Tls = Field.Struct("tls", TlsSection.Type);

    public static readonly StructType Type = new("Security", Tls);
}

internal static class TlsSection
{
    public static readonly Field CertificateAuthorities = Field.List("certificate_authorities", Reference.Type);

    public static readonly StructType Type = new("TLS", CertificateAuthorities);
}

internal static class TimeoutSection
{
    public static readonly Field HttpResponseHeaders = Field.OptionalNumber("http_response_headers");
    public static readonly Field HttpTotal = Field.OptionalNumber("http_total");

    public static readonly StructType Type = new("Timeouts", HttpResponseHeaders, HttpTotal);
}

internal static class NetworkdSection
{
    public static readonly Field Units = Field.List("units", NetworkdUnit.Type);

    public static readonly StructType Type = new("Networkd", Units);
}

internal static class NetworkdUnit
{
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Dropins = Field.List("dropins", NetworkdDropin.Type);
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type = new("Networkdunit", Contents, Dropins, Name);
}

internal static class NetworkdDropin
{
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type = new("NetworkdDropin", Contents, Name);
}

internal static class SystemdSection
{
    public static readonly Field Units = Field.List("units", Unit.Type);

    public static readonly StructType Type = new("Systemd", Units);
}

internal static class Unit
{
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Dropins = Field.List("dropins", SystemdDropin.Type);
    public static readonly Field Enable = Field.Flag("enable");
    public static readonly Field Enabled = Field.OptionalFlag("enabled");
    public static readonly Field Mask = Field.Flag("mask");
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type = new("Unit", Contents, Dropins, Enable, Enabled, Mask, Name);
}

internal static class SystemdDropin
{
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type = new("SystemdDropin", Contents, Name);
}

internal static class PasswdSection
{
    public static readonly Field Groups = Field.List("groups", Group.Type);
    public static readonly Field Users = Field.List("users", User.Type);

    public static readonly StructType Type = new("Passwd", Groups, Users);
}

internal static class Group
{
    public static readonly Field Gid = Field.OptionalNumber("gid");
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field PasswordHash = Field.Text("password_hash");
    public static readonly Field System = Field.Flag("system");

    public static readonly StructType Type = new("PasswdGroup", Gid, Name, PasswordHash, System);
}

internal static class User
{
    public static readonly Field Create = Field.Struct("create", UserCreate.Type).OptionalUpTo(int.MaxValue);
    public static readonly Field Gecos = Field.Text("gecos");
    public static readonly Field Groups = Field.Texts("groups");
    public static readonly Field HomeDir = Field.Text("home_dir");
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field NoCreateHome = Field.Flag("no_create_home");
    public static readonly Field NoLogInit = Field.Flag("no_log_init");
    public static readonly Field NoUserGroup = Field.Flag("no_user_group");
    public static readonly Field PasswordHash = Field.OptionalText("password_hash");
    public static readonly Field PrimaryGroup = Field.Text("primary_group");
    public static readonly Field SshAuthorizedKeys = Field.Texts("ssh_authorized_keys");
    public static readonly Field Shell = Field.Text("shell");
    public static readonly Field System = Field.Flag("system");
    public static readonly Field Uid = Field.OptionalNumber("uid");

    public static readonly StructType Type = new(
        "PasswdUser", Create, Gecos, Groups, HomeDir, Name, NoCreateHome, NoLogInit, NoUserGroup, PasswordHash, PrimaryGroup,
        SshAuthorizedKeys, Shell, System, Uid);
}

internal static class UserCreate
{
    public static readonly Field Gecos = Field.Text("gecos");
    public static readonly Field Groups = Field.Texts("groups");
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
