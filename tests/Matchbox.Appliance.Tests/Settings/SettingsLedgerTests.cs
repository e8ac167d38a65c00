using Matchbox.Appliance.Settings;

namespace Matchbox.Appliance.Tests.Settings;

public sealed class SettingsLedgerTests
{
    [Fact]
    public void Each_value_says_who_set_it()
    {
        var lines = SettingsText.Read(
            """
            data-path: /srv/data
            dhcp:
              subnets:
                - network: 10.77.0.0/24
                  mode: authoritative
                  pools: [10.77.0.100-10.77.0.200, 10.77.0.9]
                  routers: 10.77.0.1
            machines:
              - { name: a, mac: "52:54:00:77:00:01", labels: { rack: b7 } }
              - { name: b, mac: "52:54:00:77:00:02" }
            """,
            new() { ["MATCHBOX_LOG_LEVEL"] = "debug" },
            new() { ["boot.listen"] = "127.0.0.1:8081" }).Settings!.Lines.ToDictionary(line => line.Key, line => (line.Text, From: line.At?.ToString()));

        Assert.Equal(("/srv/data", "/etc/a.yaml:1:12"), lines["data-path"]);
        Assert.Equal(("debug", "MATCHBOX_LOG_LEVEL"), lines["log.level"]);
        Assert.Equal(("127.0.0.1:8081", "--boot-listen"), lines["boot.listen"]);
        Assert.Equal(("10.77.0.100-10.77.0.200, 10.77.0.9", "/etc/a.yaml:6:14"), lines["dhcp.subnets[0].pools"]);
        Assert.Equal(("10.77.0.1", "/etc/a.yaml:7:16"), lines["dhcp.subnets[0].routers"]);
        Assert.Equal(("1h", null), lines["dhcp.subnets[0].lease-time"]);
        Assert.Equal(("0.0.0.0:8443", null), lines["boot.secure-listen"]);
        Assert.Equal(("store", null), lines["write-to"]);
        Assert.Equal(("2", "/etc/a.yaml:9:3"), lines["machines"]);
        Assert.DoesNotContain(lines.Keys, key => key.StartsWith("machines[", StringComparison.Ordinal) || key == "writeTo");
    }
}
