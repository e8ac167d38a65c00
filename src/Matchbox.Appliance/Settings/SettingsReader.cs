using System.Collections.Immutable;
using System.Net;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Http.Access.OpenId;
using Matchbox.Http.Grpc;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Appliance.Settings;

/// <summary>From the tree of a file to settings; everything that can be said about one value alone is said here.</summary>
internal sealed class SettingsReader(List<SettingsFault> faults)
{
    public ApplianceSettings Read(SettingsSection root, string folder)
    {
        var path = ValueKinds.Path(folder);
        var data = root.Value("data-path", ApplianceSettings.DefaultDataPath, path);
        var dhcp = root.Section("dhcp");
        var subnets = dhcp.Sections("subnets").Select(ReadSubnet).OfType<(Subnet, SettingsSection)>().ToArray();
        var machines = root.Sections("machines", counted: true).Select(ReadMachine).OfType<(DeclaredMachine, SettingsSection)>().ToArray();
        var settings = new ApplianceSettings
        {
            StatePath = NullIfEmpty(root.Value("state-path", "", path)),
            DataPath = data,
            HintsOff = root.List("hints-off", [], ValueKinds.NameOf(CatalogFolder.HintRules)),
            // Empty, and not absent, says that there are none.
            AssetsPath = NullIfEmpty(root.Value("assets-path", $"{data}/assets", ValueKinds.OrEmpty(path))),
            LoadersPath = NullIfEmpty(root.Value("loaders-path", "", path)),
            Compatibility = root.Value("compatibility", CompatibilityMode.Standard, ValueKinds.OneOf<CompatibilityMode>()),
            WriteTo = ReadWriteTo(root),
            KeyRingPath = NullIfEmpty(root.Value("key-ring-path", "", ValueKinds.OrEmpty(path))),
            SecretsKeyFile = ReadSecrets(root.Section("secrets"), path),
            OutboundAllow = ReadOutbound(root.Section("outbound")),
            Log = ReadLog(root.Section("log"), path),
            Boot = ReadBoot(root.Section("boot"), path),
            Grpc = ReadGrpc(root.Section("grpc"), path),
            Admin = ReadAdmin(root.Section("admin"), path),
            Tftp = ReadTftp(root.Section("tftp"), subnets.Any(pair => pair.Item1.Mode != SubnetMode.Off)),
            Dhcp = new DhcpListenerSettings
            {
                Port = dhcp.Value("port", 67, ValueKinds.Number(1, 65535)),
                ProxyPort = dhcp.Value("proxy-port", 4011, ValueKinds.Number(1, 65535)),
                QueueLength = dhcp.Value("queue-length", new DhcpListenerSettings().QueueLength, ValueKinds.Number(64, 1_000_000)),
                Interfaces = dhcp.List("interfaces", [], ValueKinds.Interface),
            },
            Subnets = [.. subnets.Select(pair => pair.Item1)],
            Machines = [.. machines.Select(pair => pair.Item1)],
        };
        dhcp.End();
        root.End();
        new SettingsChecks(faults).Check(settings, root, dhcp, subnets, machines);
        return settings;
    }

    private static string? ReadSecrets(SettingsSection secrets, ValueKind<string> path)
    {
        var file = NullIfEmpty(secrets.Value("key-file", "", path));
        secrets.End();
        return file;
    }

    private static ImmutableArray<IPNetwork> ReadOutbound(SettingsSection outbound)
    {
        var allow = outbound.List("allow", [], ValueKinds.AnyNetwork);
        outbound.End();
        return allow;
    }

    private static LogSettings ReadLog(SettingsSection log, ValueKind<string> path)
    {
        var settings = new LogSettings
        {
            Level = log.Value("level", LogVerbosity.Information, ValueKinds.OneOf<LogVerbosity>()),
            Format = log.Value("format", LogFormat.Console, ValueKinds.OneOf<LogFormat>()),
            File = NullIfEmpty(log.Value("file", "", path)),
        };
        log.End();
        return settings;
    }

    private static BootSettings ReadBoot(SettingsSection boot, ValueKind<string> path)
    {
        var standard = new BootSettings();
        var tls = boot.Section("tls");
        var settings = new BootSettings
        {
            Listen = ReadListen(boot, standard.Listen),
            SecureListen = boot.List("secure-listen", standard.SecureListen, ValueKinds.EndPoint),
            SecureAtStart = boot.Has("secure-listen"),
            ReportsPerMinute = boot.Value("reports-per-minute", standard.ReportsPerMinute, ValueKinds.Number(1, 10_000)),
            Tls = new BootTlsSettings
            {
                Enabled = tls.Value("enabled", standard.Tls.Enabled, ValueKinds.Bool),
                CertFile = tls.Value("cert-file", standard.Tls.CertFile, path),
                KeyFile = tls.Value("key-file", standard.Tls.KeyFile, path),
            },
        };
        tls.End();
        boot.End();
        return settings;
    }

    private static GrpcSettings ReadGrpc(SettingsSection grpc, ValueKind<string> path)
    {
        var standard = new GrpcSettings();
        var settings = new GrpcSettings
        {
            Listen = grpc.List("listen", standard.Listen, ValueKinds.EndPoint),
            CertFile = grpc.Value("cert-file", standard.CertFile, path),
            KeyFile = grpc.Value("key-file", standard.KeyFile, path),
            CaFile = grpc.Value("ca-file", standard.CaFile, path),
            Deny = grpc.List("deny", standard.Deny, ValueKinds.Fingerprint),
            Roles = [.. grpc.Sections("roles").Select(ReadRole).OfType<GrpcRole>()],
        };
        // Without roles every client may everything: whoever writes an empty list means the opposite.
        if (grpc.HasEmptyList("roles"))
        {
            grpc.Fault(grpc.PositionOf("roles"), "an empty list: name a subject and its right, or leave roles out, and every client is an admin");
        }
        grpc.End();
        return settings;
    }

    private static GrpcRole? ReadRole(SettingsSection section)
    {
        var named = section.TryRequire("subject", ValueKinds.Subject, out var subject);
        var given = section.TryRequire("right", ValueKinds.Right, out var right);
        section.End();
        return named && given ? new GrpcRole(subject, right) : null;
    }

    private static AdminSettings ReadAdmin(SettingsSection admin, ValueKind<string> path)
    {
        var standard = new AdminSettings();
        var tls = admin.Section("tls");
        var oidc = admin.Section("oidc");
        var settings = new AdminSettings
        {
            Listen = ReadListen(admin, standard.Listen),
            Tls = new AdminTlsSettings
            {
                CertFile = NullIfEmpty(tls.Value("cert-file", "", path)),
                KeyFile = NullIfEmpty(tls.Value("key-file", "", path)),
                ClientCaFile = NullIfEmpty(tls.Value("client-ca-file", "", path)),
                ClientDeny = tls.List("client-deny", standard.Tls.ClientDeny, ValueKinds.Fingerprint),
            },
            Hosts = admin.List("hosts", standard.Hosts, ValueKinds.HostName),
            OpenId = admin.Has("oidc") ? ReadOpenId(oidc, path) : null,
        };
        tls.End();
        admin.End();
        return settings;
    }

    private static OpenIdSettings? ReadOpenId(SettingsSection oidc, ValueKind<string> path)
    {
        var complete = oidc.TryRequire("authority", ValueKinds.HttpsUrl, out var authority);
        complete &= oidc.TryRequire("client-id", ValueKinds.Text, out var client);
        complete &= oidc.TryRequire("client-secret-file", path, out var secret);
        var claim = oidc.Value("roles-claim", "groups", ValueKinds.Text);
        var roles = oidc.Sections("roles").Select(ReadOpenIdRole).OfType<OpenIdRole>().ToImmutableArray();
        if (!oidc.Has("roles") || oidc.HasEmptyList("roles"))
        {
            oidc.Fault(oidc.PositionOf("roles"), "nobody could sign in: name in 'roles' what a value of the roles claim gives, such as { value: \"rack-admins\", right: \"admin\" }");
        }
        oidc.End();
        return complete ? new OpenIdSettings { Authority = authority, ClientId = client, ClientSecretFile = secret, RolesClaim = claim, Roles = roles } : null;
    }

    private static OpenIdRole? ReadOpenIdRole(SettingsSection role)
    {
        var named = role.TryRequire("value", ValueKinds.Text, out var value);
        named &= role.TryRequire("right", ValueKinds.Right, out var right);
        role.End();
        return named ? new OpenIdRole(value, right) : null;
    }

    private static CatalogTarget ReadWriteTo(SettingsSection root)
    {
        var kind = ValueKinds.OneOf<CatalogTarget>();
        if (root.Has("writeTo") && root.Has("write-to"))
        {
            root.Fault(root.PositionOf("writeTo"), "write-to is said already, and this is the same: keep one");
        }
        root.Accept("writeTo");
        root.Accept("write-to");
        return root.Value(root.Has("writeTo") && !root.Has("write-to") ? "writeTo" : "write-to", CatalogTarget.Store, kind);
    }

    private static ImmutableArray<IPEndPoint> ReadListen(SettingsSection section, ImmutableArray<IPEndPoint> standard)
    {
        var listen = section.List("listen", standard, ValueKinds.EndPoint);
        if (section.HasEmptyList("listen"))
        {
            section.Fault(section.PositionOf("listen"), "an empty list: name an address with a port, such as 0.0.0.0:8080");
        }
        return listen;
    }

    private static TftpListenerSettings ReadTftp(SettingsSection tftp, bool served)
    {
        var standard = new TftpListenerSettings();
        var settings = new TftpListenerSettings
        {
            Enabled = tftp.Value("enabled", served, ValueKinds.Bool),
            Listen = tftp.List("listen", standard.Listen, ValueKinds.Address),
            Port = tftp.Value("port", standard.Port, ValueKinds.Number(0, 65535)),
            MaxTransfers = tftp.Value("max-transfers", standard.MaxTransfers, ValueKinds.Number(1, 65536)),
            MaxTransfersPerSource = tftp.Value("max-transfers-per-source", standard.MaxTransfersPerSource, ValueKinds.Number(1, 65536)),
            MaxWindow = tftp.Value("max-window", standard.MaxWindow, ValueKinds.Number(1, 64)),
            MaxBlockSize = tftp.Value("max-block-size", standard.MaxBlockSize, ValueKinds.Number(512, 65464)),
        };
        tftp.End();
        return settings;
    }

    private static (Subnet, SettingsSection)? ReadSubnet(SettingsSection section)
    {
        var named = section.TryRequire("network", ValueKinds.Network, out var network);
        var mode = section.TryRequire("mode", ValueKinds.OneOf<SubnetMode>(), out var given) ? given : SubnetMode.Off;
        var subnet = new Subnet
        {
            Network = network,
            Interface = NullIfEmpty(section.Value("interface", "", ValueKinds.Interface)),
            Mode = mode,
            Advertise = section.Optional("advertise", ValueKinds.Address),
            Pools = section.List("pools", [], ValueKinds.Range),
            KnownPools = section.List("known-pools", [], ValueKinds.Range),
            Relays = section.List("relays", [], ValueKinds.Address),
            LeaseTime = section.Value("lease-time", TimeSpan.FromHours(1), ValueKinds.Duration),
            Unknown = section.Value("unknown", mode == SubnetMode.Proxy ? UnknownPolicy.Ignore : UnknownPolicy.Discover, ValueKinds.OneOf<UnknownPolicy>()),
            Loader = section.Value("loader", LoaderKind.Auto, ValueKinds.OneOf<LoaderKind>()),
            Force = section.Value("force", false, ValueKinds.Bool),
            Options = OptionReader.Read(
                section,
                ("routers", DhcpOptionCode.Router),
                ("dns", DhcpOptionCode.DomainNameServers),
                ("domain", DhcpOptionCode.DomainName),
                ("ntp", DhcpOptionCode.NtpServers)),
        };
        section.End();
        return named ? (subnet, section) : null;
    }

    private static (DeclaredMachine, SettingsSection)? ReadMachine(SettingsSection section)
    {
        var macs = section.List("mac", [], ValueKinds.Mac).AddRange(section.List("macs", [], ValueKinds.Mac));
        var machine = new DeclaredMachine
        {
            Name = section.Value("name", "", ValueKinds.HostName),
            Macs = macs,
            Uuid = section.Optional("uuid", ValueKinds.Uuid),
            Serial = NullIfEmpty(section.Value("serial", "", ValueKinds.Serial)),
            Address = section.Value("address", default, ValueKinds.Address),
            Loader = section.Value("loader", LoaderKind.Auto, ValueKinds.OneOf<LoaderKind>()),
            Labels = ReadLabels(section),
            Options = OptionReader.Read(section),
        };
        section.End();
        return (machine, section);
    }

    private static ImmutableSortedDictionary<string, string> ReadLabels(SettingsSection section)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in section.Entries("labels"))
        {
            if (entry.Value is SettingsNode.Scalar { Text: var text })
            {
                labels[entry.Key] = text;
            }
            else
            {
                section.Fault(entry.Value.At, $"label '{entry.Key}' has one text as its value, not {entry.Value.Describe()}");
            }
        }
        return labels.ToImmutable();
    }

    private static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;
}
