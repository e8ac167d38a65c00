using System.Net;
using Matchbox.Appliance.Settings;
using Matchbox.Core.Boot;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Appliance.Tests.Settings;

public sealed class ApplianceSettingsTests
{
    private const string Full =
        """
        state-path: /srv/state
        data-path: data
        log: { level: debug, format: json }
        boot: { listen: "10.77.0.1:80", reports-per-minute: 10, tls: { enabled: true, cert-file: /c, key-file: k } }
        admin: { listen: ["127.0.0.1:9000", "[::1]:9000"], hosts: box.lab, tls: { cert-file: /ac, key-file: /ak, client-ca-file: cas.pem, client-deny: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff" } }
        grpc:
          listen: 10.77.0.1:8081
          ca-file: ca.pem
          deny: ["00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"]
          roles: [ { subject: "CN=ci,O=Lab", right: "operator:rack=b7" }, { subject: "*", right: viewer } ]
        compatibility: strict
        writeTo: folder
        key-ring-path: ring.gpg
        outbound: { allow: [10.0.0.0/8, "fd00:1234::/32"] }
        tftp: { max-window: 16 }
        dhcp:
          interfaces: [eth0]
          subnets:
          - network: 10.77.0.0/24
            interface: rack0
            mode: authoritative
            advertise: 10.77.0.1
            pools: [10.77.0.100-10.77.0.200, 10.77.0.210]
            known-pools: 10.77.0.20-10.77.0.30
            lease-time: 1h30m
            loader: snponly
            routers: [10.77.0.254]
            dns: 10.77.0.2
            domain: lab.example
            options:
              150: [10.77.0.1]
              tftp-server-name: boot.lab.example
              "249": { type: hex, value: "08:0a" }
          - network: 10.78.0.0/16
            relays: [10.78.0.1]
            mode: proxy
        machines:
        - name: node1
          mac: 52-54-00-77-00-01
          address: 10.77.0.25
          labels: { role: worker }
          options: { root-path: "iscsi:x" }
        - macs: ["52:54:00:77:00:02", "52:54:00:77:00:03"]
          uuid: 7b4b2e6e-3f1d-4f25-9c2c-2b1f5e0d9a11
        """;

    [Fact]
    public void Everything_in_a_good_file_is_read()
    {
        var settings = SettingsText.Good(Full);

        Assert.Equal("/srv/state", settings.StatePath);
        Assert.Equal("/etc/data", settings.DataPath);
        Assert.Equal("/etc/data/assets", settings.AssetsPath);
        Assert.Equal(LogFormat.Json, settings.Log.Format);
        Assert.Equal([IPEndPoint.Parse("10.77.0.1:80")], settings.Boot.Listen);
        Assert.Equal(2, settings.Admin.Listen.Length);
        Assert.Equal(new BootTlsSettings { Enabled = true, CertFile = "/c", KeyFile = "/etc/k" }, settings.Boot.Tls);
        Assert.Equal(new AdminTlsSettings { CertFile = "/ac", KeyFile = "/ak", ClientCaFile = "/etc/cas.pem" }, settings.Admin.Tls with { ClientDeny = [] });
        Assert.Equal(["00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"], settings.Admin.Tls.ClientDeny);
        Assert.Equal(["box.lab"], settings.Admin.Hosts);
        Assert.Equal([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00:1234::/32")], settings.OutboundAllow);
        Assert.Equal([IPEndPoint.Parse("10.77.0.1:8081")], settings.Grpc.Listen);
        Assert.Equal(("/etc/matchbox/server.crt", "/etc/ca.pem"), (settings.Grpc.CertFile, settings.Grpc.CaFile));
        Assert.Equal(["00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"], settings.Grpc.Deny);
        Assert.Equal(["CN=ci, O=Lab operator:rack=b7", "* viewer"], settings.Grpc.Roles.Select(role => $"{role.Subject} {role.Right}"));
        Assert.Equal((CompatibilityMode.Strict, CatalogTarget.Folder, "/etc/ring.gpg"), (settings.Compatibility, settings.WriteTo, settings.KeyRingPath));
        Assert.Equal(16, settings.Tftp.MaxWindow);
        Assert.True(settings.Tftp.Enabled);
        Assert.Equal(["eth0"], settings.Dhcp.Interfaces);

        var rack = settings.Subnets[0];
        Assert.Equal(SubnetMode.Authoritative, rack.Mode);
        Assert.Equal(new TimeSpan(1, 30, 0), rack.LeaseTime);
        Assert.Equal(UnknownPolicy.Discover, rack.Unknown);
        Assert.Equal(LoaderKind.SnpOnly, rack.Loader);
        Assert.Equal("10.77.0.210", rack.Pools[1].ToString());
        Assert.Equal([3, 6, 15, 150, 66, 249], rack.Options.Select(option => (int)option.Code));
        Assert.Equal([10, 77, 0, 254], rack.Options[0].Value);
        Assert.Equal([8, 10], rack.Options[^1].Value);

        var relayed = settings.Subnets[1];
        Assert.Equal(UnknownPolicy.Ignore, relayed.Unknown);
        Assert.Null(relayed.Interface);

        Assert.Equal(IPv4Address.Parse("10.77.0.25"), settings.Machines[0].Address);
        Assert.Equal("worker", settings.Machines[0].Labels["role"]);
        Assert.Equal(2, settings.Machines[1].Macs.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("dhcp:\n")]
    public void Without_settings_no_network_is_answered(string yaml)
    {
        var settings = SettingsText.Good(yaml);

        Assert.False(settings.AnswersDhcp);
        Assert.False(settings.Tftp.Enabled);
        Assert.False(settings.Grpc.Enabled);
        Assert.Equal((CompatibilityMode.Standard, CatalogTarget.Store, false), (settings.Compatibility, settings.WriteTo, settings.Boot.Tls.Enabled));
        Assert.Null(settings.Admin.Tls.CertFile);
        Assert.Equal([new IPEndPoint(IPAddress.Any, 8080)], settings.Boot.Listen);
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 9443)], settings.Admin.Listen);
    }

    [Fact]
    public void A_network_that_is_off_is_not_answered() =>
        Assert.False(SettingsText.Good("dhcp: { subnets: [ { network: 10.77.0.0/24, interface: eth1, mode: off } ] }").AnswersDhcp);

    [Fact]
    public void The_example_that_we_ship_is_good()
    {
        var yaml = File.ReadAllText(Path.Combine(SourceTree.Root, "configs", "appliance.yaml"));

        var settings = SettingsText.Good(yaml);

        Assert.True(settings.AnswersDhcp);
    }

    [Fact]
    public void The_example_names_every_key_that_exists()
    {
        var yaml = File.ReadAllText(Path.Combine(SourceTree.Root, "configs", "appliance.yaml"));
        // What stands in a comment as "key:" counts: that is how defaults are shown.
        Assert.All(SettingsOverrides.Paths, path => Assert.Contains($"{path.Split('.')[^1]}:", yaml, StringComparison.Ordinal));
    }

    [Fact]
    public void A_flag_wins_over_a_variable_and_a_variable_over_the_file()
    {
        var reading = SettingsText.Read(
            "boot: { listen: 1.1.1.1:1, reports-per-minute: 1 }\nlog: { level: error }",
            new() { ["MATCHBOX_BOOT_LISTEN"] = "2.2.2.2:2, 3.3.3.3:3", ["MATCHBOX_LOG_LEVEL"] = "debug", ["MATCHBOX_TFTP_ENABLED"] = "true", ["PATH"] = "/bin" },
            new() { ["log.level"] = "trace" });

        Assert.Empty(reading.Faults);
        Assert.Equal(["2.2.2.2:2", "3.3.3.3:3"], reading.Settings!.Boot.Listen.Select(listen => listen.ToString()));
        Assert.Equal(1, reading.Settings.Boot.ReportsPerMinute);
        Assert.Equal(LogVerbosity.Trace, reading.Settings.Log.Level);
        Assert.True(reading.Settings.Tftp.Enabled);
    }

    [Fact]
    public void A_fault_of_a_variable_or_flag_names_it()
    {
        var reading = SettingsText.Read("", new() { ["MATCHBOX_TFTP_PORT"] = "x" }, new() { ["log.format"] = "xml" });

        Assert.Equal(
            ["--log-format: log.format: 'xml' is not one of console, json", "MATCHBOX_TFTP_PORT: tftp.port: 'x' is not a number from 0 to 65535"],
            reading.Faults.Select(fault => fault.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("dhcp: { subnets: [ { network: 10.78.0.0/24, mode: proxy } ] }", 1)]
    [InlineData("dhcp: { interfaces: [eth0], subnets: [ { network: 10.78.0.0/24, mode: proxy } ] }", 0)]
    [InlineData("dhcp: { subnets: [ { network: 10.78.0.0/24, mode: off } ] }", 0)]
    public void Relays_that_reach_us_nowhere_are_noted(string yaml, int notes) => Assert.Equal(notes, SettingsText.Read(yaml).Notes.Count);

    [Fact]
    public void A_variable_that_is_no_setting_is_noted_with_the_nearest()
    {
        var reading = SettingsText.Read("", new() { ["MATCHBOX_BOOT_LISTN"] = "1.1.1.1:1" });

        Assert.NotNull(reading.Settings);
        Assert.Equal("MATCHBOX_BOOT_LISTN: this variable is no setting and does nothing: did you mean 'MATCHBOX_BOOT_LISTEN'?", Assert.Single(reading.Notes).ToString());
    }
}
