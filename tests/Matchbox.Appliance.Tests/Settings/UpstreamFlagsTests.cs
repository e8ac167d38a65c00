using Matchbox.Appliance.Settings;
using Matchbox.Core.Boot;

namespace Matchbox.Appliance.Tests.Settings;

/// <summary>poseidon/matchbox's flags and variables in, our settings or its own words of refusal out.</summary>
public sealed class UpstreamFlagsTests
{
    public static TheoryData<string, string, string> Values => new()
    {
        { "address", "10.77.0.1:80", "boot 10.77.0.1:80" },
        { "address", "0.0.0.0:8080", "boot 0.0.0.0:8080 [::]:8080" },
        { "address", ":8080", "boot 0.0.0.0:8080 [::]:8080" },
        { "address", "[::]:8080", "boot 0.0.0.0:8080 [::]:8080" },
        { "address", "[::1]:8080", "boot [::1]:8080" },
        { "address", "localhost:8080", "boot 127.0.0.1:8080" },
        { "address", "boot.lab:http", "boot 10.77.0.1:80" },
        { "address", "six.lab:https", "boot [fd00::1]:443" },
        { "address", "127.0.0.1:", "boot 127.0.0.1:0" },
        { "address", "0.0.0.0:0", "boot 0.0.0.0:0" },
        { "rpc-address", "127.0.0.1:8081", "grpc 127.0.0.1:8081" },
        { "data-path", "/srv/data", "data /srv/data" },
        { "assets-path", "/srv/assets", "assets /srv/assets" },
        { "log-level", "info", "level Information" },
        { "log-level", "WARN", "level Warning" },
        { "log-level", "Warning", "level Warning" },
        { "log-level", "panic", "level Error" },
        { "log-level", "fatal", "level Error" },
        { "log-level", "error", "level Error" },
        { "log-level", "debug", "level Debug" },
        { "log-level", "trace", "level Trace" },
        { "cert-file", "/c", "grpc-cert /c" },
        { "key-file", "/k", "grpc-key /k" },
        { "ca-file", "/a", "grpc-ca /a" },
        { "key-ring-path", "/ring.gpg", "ring /ring.gpg" },
        { "web-ssl", "true", "tls True" },
        { "web-ssl", "T", "tls True" },
        { "web-ssl", "0", "tls False" },
        { "web-cert-file", "/wc", "web-cert /wc" },
        { "web-key-file", "/wk", "web-key /wk" },
    };

    public static TheoryData<string, string, string> Refusals => new()
    {
        { "data-path", "/no/data", "A valid -data-path is required" },
        { "assets-path", "/no/assets", "Provide a valid -assets-path or '' to disable asset serving: /no/assets" },
        { "log-level", "loud", "invalid log-level: not a valid logrus Level: \"loud\"" },
        { "log-level", "critical", "invalid log-level: not a valid logrus Level: \"critical\"" },
        { "log-level", "notice", "invalid log-level: not a valid logrus Level: \"notice\"" },
        { "key-ring-path", "/no/ring", "open /no/ring: no such file or directory" },
        { "address", "8080", "failed to start listening: listen tcp: address 8080: missing port in address" },
        { "address", "[::1]", "failed to start listening: listen tcp: address [::1]: missing port in address" },
        { "address", "::1:80", "failed to start listening: listen tcp: address ::1:80: too many colons in address" },
        { "address", "127.0.0.1:99999", "failed to start listening: listen tcp: address 99999: invalid port" },
        { "address", "127.0.0.1:web", "failed to start listening: listen tcp: lookup tcp/web: unknown port" },
        { "address", "nowhere.lab:80", "failed to start listening: listen tcp: lookup nowhere.lab: no such host" },
        { "rpc-address", "8081", "failed to start listening: listen tcp: address 8081: missing port in address" },
    };

    [Theory, MemberData(nameof(Values))]
    public void A_flag_and_its_variable_mean_the_same(string name, string value, string meaning)
    {
        Assert.Contains(meaning, Told(Read(flags: new() { [name] = value })));
        Assert.Contains(meaning, Told(Read(environment: new() { [Variable(name)] = value })));
    }

    [Theory, MemberData(nameof(Refusals))]
    public void A_flag_and_its_variable_are_refused_in_its_words(string name, string value, string fault)
    {
        Assert.Equal($"-{name}: {fault}", Assert.Single(Read(flags: new() { [name] = value }).Faults).ToString());
        Assert.Equal($"{Variable(name)}: {fault}", Assert.Single(Read(environment: new() { [Variable(name)] = value }).Faults).ToString());
    }

    [Fact]
    public void An_empty_variable_is_none_and_an_empty_flag_says_something()
    {
        var nothing = UpstreamFlags.All.ToDictionary(flag => flag.Variable, _ => "");
        Assert.Equal(Told(Read()), Told(Read(environment: nothing)));

        Assert.Null(Read(flags: new() { ["assets-path"] = "" }).Settings!.AssetsPath);
        Assert.Equal([80, 80], Read(flags: new() { ["address"] = "" }).Settings!.Boot.Listen.Select(listen => listen.Port));
        Assert.Empty(Read("grpc: { listen: 1.1.1.1:1 }", flags: new() { ["rpc-address"] = "" }).Settings!.Grpc.Listen);
        Assert.Equal("-data-path: A valid -data-path is required", Assert.Single(Read(flags: new() { ["data-path"] = "" }).Faults).ToString());
    }

    [Fact]
    public void A_variable_that_is_no_boolean_is_refused() => Assert.Equal(
        "MATCHBOX_WEB_SSL: invalid value \"maybe\" for MATCHBOX_WEB_SSL: parse error",
        Assert.Single(Read(environment: new() { ["MATCHBOX_WEB_SSL"] = "maybe" }).Faults).ToString());

    [Fact]
    public void A_flag_wins_over_a_variable_and_of_two_names_ours_counts()
    {
        var reading = Read("boot: { listen: 9.9.9.9:9 }",
            new() { ["MATCHBOX_ADDRESS"] = "1.1.1.1:1", ["MATCHBOX_LOG_LEVEL"] = "debug", ["MATCHBOX_GRPC_CERT_FILE"] = "/ours", ["MATCHBOX_CERT_FILE"] = "/its" },
            new() { ["log-level"] = "warn", ["address"] = "2.2.2.2:2", ["boot.listen"] = "3.3.3.3:3" });

        Assert.Equal(["3.3.3.3:3"], reading.Settings!.Boot.Listen.Select(listen => listen.ToString()));
        Assert.Equal(LogVerbosity.Warning, reading.Settings.Log.Level);
        Assert.Equal("/ours", reading.Settings.Grpc.CertFile);
    }

    [Fact]
    public void Files_are_missed_in_its_order_and_only_where_they_are_needed()
    {
        var files = new Dictionary<string, string>
        {
            ["web-key-file"] = "/no/wk", ["web-cert-file"] = "/no/wc", ["ca-file"] = "/no/ca", ["key-file"] = "/no/k", ["cert-file"] = "/no/c",
        };
        Assert.Empty(Read(flags: files).Faults);

        var faults = Read(flags: new(files) { ["log-level"] = "loud", ["rpc-address"] = "127.0.0.1:1", ["web-ssl"] = "true", ["data-path"] = "/no/d" }).Faults;

        Assert.Equal(
            [
                "A valid -data-path is required",
                "Provide a valid TLS server certificate with -cert-file: stat /no/c: no such file or directory",
                "Provide a valid TLS server key with -key-file: stat /no/k: no such file or directory",
                "Provide a valid TLS certificate authority for authorizing client certificates: stat /no/ca: no such file or directory",
                "Provide a valid SSL server certificate with -web-cert-file: stat /no/wc: no such file or directory",
                "Provide a valid SSL server key with -web-key-file: stat /no/wk: no such file or directory",
                "invalid log-level: not a valid logrus Level: \"loud\"",
            ],
            faults.Select(fault => fault.Text));
    }

    [Theory]
    [InlineData("key-ring-path: /no/ring", "1:16: open /no/ring: no such file or directory")]
    [InlineData("grpc: { listen: 1.1.1.1:1, cert-file: /no/c }", "1:39: Provide a valid TLS server certificate with -cert-file: stat /no/c: no such file or directory")]
    [InlineData("boot: { tls: { enabled: true, key-file: /no/k } }", "1:41: Provide a valid SSL server key with -web-key-file: stat /no/k: no such file or directory")]
    [InlineData("admin: { tls: { cert-file: /c, key-file: /no/k } }", "1:42: admin.tls.key-file: stat /no/k: no such file or directory")]
    public void A_file_that_the_settings_name_is_missed_at_its_place(string yaml, string fault) =>
        Assert.Equal($"/etc/a.yaml:{fault}", Assert.Single(Read(yaml).Faults).ToString());

    [Fact]
    public void A_folder_that_nobody_or_only_the_file_names_may_come_later() =>
        Assert.Empty(Read("data-path: /no/data\nassets-path: /no/assets").Faults);

    [Fact]
    public void Assets_are_looked_for_beside_the_data_and_then_in_the_standard_folder()
    {
        var beside = Read(flags: new() { ["data-path"] = "/srv" });
        Assert.Equal("/srv/assets", beside.Settings!.AssetsPath);
        Assert.Empty(beside.Notes);

        var standard = ApplianceSettings.Read("", "/etc/a.yaml", new Dictionary<string, string>(), new Dictionary<string, string> { ["data-path"] = "/srv" }, new OnlyStandardAssets());
        Assert.Equal("/var/lib/matchbox/assets", standard.Settings!.AssetsPath);
        Assert.Equal("-data-path: there is no /srv/assets, so assets come from /var/lib/matchbox/assets, as with poseidon/matchbox", Assert.Single(standard.Notes).ToString());
    }

    [Fact]
    public void The_pass_phrase_is_known_and_never_told()
    {
        var reading = Read(environment: new() { ["MATCHBOX_PASSPHRASE"] = "hush" });

        Assert.Empty(reading.Notes);
        Assert.DoesNotContain("hush", reading.Settings!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Our_own_are_read_by_the_same_rules()
    {
        var reading = Read(environment: new() { ["MATCHBOX_COMPATIBILITY"] = "strict", ["MATCHBOX_WRITE_TO"] = "folder" }, flags: new() { ["state-path"] = "/srv/state" });

        Assert.Equal((CompatibilityMode.Strict, CatalogTarget.Folder, "/srv/state"),
            (reading.Settings!.Compatibility, reading.Settings.WriteTo, reading.Settings.StatePath));
    }

    private static SettingsReading Read(string yaml = "", Dictionary<string, string>? environment = null, Dictionary<string, string>? flags = null) =>
        ApplianceSettings.Read(yaml, "/etc/a.yaml", environment ?? [], flags ?? [], new FakeSurroundings());

    private static string Variable(string name) => $"MATCHBOX_{name.ToUpperInvariant().Replace('-', '_')}";

    private static string[] Told(SettingsReading reading)
    {
        var settings = Assert.IsType<ApplianceSettings>(reading.Settings);
        return
        [
            $"boot {string.Join(' ', settings.Boot.Listen)}", $"grpc {string.Join(' ', settings.Grpc.Listen)}", $"data {settings.DataPath}", $"assets {settings.AssetsPath}",
            $"level {settings.Log.Level}", $"grpc-cert {settings.Grpc.CertFile}", $"grpc-key {settings.Grpc.KeyFile}", $"grpc-ca {settings.Grpc.CaFile}",
            $"ring {settings.KeyRingPath}", $"tls {settings.Boot.Tls.Enabled}", $"web-cert {settings.Boot.Tls.CertFile}", $"web-key {settings.Boot.Tls.KeyFile}",
        ];
    }

    private sealed class OnlyStandardAssets : ISurroundings
    {
        public bool HasIPv6 => false;

        public string? Stat(string path) => null;

        public bool IsFolder(string path) => path is "/srv" or "/var/lib/matchbox/assets";

        public IReadOnlyList<System.Net.IPAddress> Resolve(string host) => [];
    }
}
