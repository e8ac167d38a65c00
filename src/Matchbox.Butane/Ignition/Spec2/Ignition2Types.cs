using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

// Ignition's config of spec 2.0 to 2.4, which ct writes and Flatcar still reads. A version is the spec's minor version. Order is that
// of the real tool: checks and JSON follow it. Keys are for comparing configs: spec 2 itself has none.

/// <summary>A config of spec 2. Root of everything.</summary>
internal static class Config
{
    public static readonly Field Ignition = Field.Struct("ignition", IgnitionSection.Type).Written();
    public static readonly Field Networkd = Field.Struct("networkd", NetworkdSection.Type);
    public static readonly Field Passwd = Field.Struct("passwd", PasswdSection.Type);
    public static readonly Field Storage = Field.Struct("storage", StorageSection.Type);
    public static readonly Field Systemd = Field.Struct("systemd", SystemdSection.Type);

    public static readonly StructType Type = new("Config", Ignition, Networkd, Passwd, Storage, Systemd);
}

internal static class IgnitionSection
{
    public static readonly Field Config = Field.Struct("config", ConfigSection.Type);
    public static readonly Field Proxy = Field.Struct("proxy", ProxySection.Type).From(4);
    public static readonly Field Security = Field.Struct("security", SecuritySection.Type).From(2);
    public static readonly Field Timeouts = Field.Struct("timeouts", TimeoutSection.Type).From(1);
    public static readonly Field Version = Field.Text("version");

    public static readonly StructType Type = new("Ignition", Config, Proxy, Security, Timeouts, Version);
}

internal static class ConfigSection
{
    public static readonly Field Append = Field.List("append", Reference.Type);
    public static readonly Field Replace = Field.Struct("replace", Reference.Type).OptionalUpTo(int.MaxValue);

    public static readonly StructType Type = new("IgnitionConfig", Append, Replace);
}

/// <summary>Where a config to append or to replace by is.</summary>
internal static class Reference
{
    public static readonly Field HttpHeaders = Field.List("http_headers", HttpHeader.Type).From(4);
    public static readonly Field Source = Field.Text("source").Written();
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type =
        new("ConfigReference", HttpHeaders, Source, Verification) { Key = static record => record.Text(Source)! };
}

internal static class CaReference
{
    public static readonly Field HttpHeaders = Field.List("http_headers", HttpHeader.Type).From(4);
    public static readonly Field Source = Field.Text("source").Written();
    public static readonly Field Verification = Field.Struct("verification", VerificationSection.Type);

    public static readonly StructType Type =
        new("CaReference", HttpHeaders, Source, Verification) { Key = static record => record.Text(Source)! };
}

internal static class HttpHeader
{
    public static readonly Field Name = Field.Text("name").Written();
    public static readonly Field Value = Field.Text("value").Written();

    public static readonly StructType Type = new("HTTPHeader", Name, Value) { Key = static record => record.Text(Name)! };
}

internal static class VerificationSection
{
    public static readonly Field Hash = Field.OptionalText("hash");

    public static readonly StructType Type = new("Verification", Hash);
}

internal static class ProxySection
{
    public static readonly Field HttpProxy = Field.Text("http_proxy");
    public static readonly Field HttpsProxy = Field.Text("https_proxy");
    public static readonly Field NoProxy = Field.Texts("no_proxy", "NoProxyItem");

    public static readonly StructType Type = new("Proxy", HttpProxy, HttpsProxy, NoProxy);
}

internal static class SecuritySection
{
    public static readonly Field Tls = Field.Struct("tls", TlsSection.Type);

    public static readonly StructType Type = new("Security", Tls);
}

internal static class TlsSection
{
    public static readonly Field CertificateAuthorities = Field.List("certificate_authorities", CaReference.Type);

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
    public static readonly Field Dropins = Field.List("dropins", NetworkdDropin.Type).From(2);
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type = new("Networkdunit", Contents, Dropins, Name) { Key = static record => record.Text(Name)! };
}

internal static class NetworkdDropin
{
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type = new("NetworkdDropin", Contents, Name) { Key = static record => record.Text(Name)! };
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
    public static readonly Field PasswordHash = Field.Text("password_hash");
    public static readonly Field System = Field.Flag("system");

    public static readonly StructType Type =
        new("PasswdGroup", Gid, Name, PasswordHash, System) { Key = static record => record.Text(Name)! };
}

internal static class PasswdUser
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
internal static class UserCreate
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

internal static class SystemdSection
{
    public static readonly Field Units = Field.List("units", Unit.Type);

    public static readonly StructType Type = new("Systemd", Units);
}

internal static class Unit
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

internal static class Dropin
{
    public static readonly Field Contents = Field.Text("contents");
    public static readonly Field Name = Field.Text("name").Written();

    public static readonly StructType Type = new("SystemdDropin", Contents, Name) { Key = static record => record.Text(Name)! };
}
