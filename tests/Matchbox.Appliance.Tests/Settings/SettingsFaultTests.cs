using CsCheck;

namespace Matchbox.Appliance.Tests.Settings;

/// <summary>Each fault by its position and its words: they are what an operator has at three in the morning.</summary>
public sealed class SettingsFaultTests
{
    [Theory]
    [InlineData("stat-path: /x", "1:1: unknown key 'stat-path': did you mean 'state-path'?")]
    [InlineData("boot:\n  listn: 1.1.1.1:1", "2:3: unknown key 'listn' in 'boot': did you mean 'listen'?")]
    [InlineData("boot: { listen: 8080 }", "1:17: boot.listen: '8080' is not an address with a port, such as 0.0.0.0:8080: write 0.0.0.0:8080")]
    [InlineData("boot: { listen: [] }", "1:17: an empty list: name an address with a port, such as 0.0.0.0:8080")]
    [InlineData("boot: here", "1:7: 'boot' is a block of keys, not 'here'")]
    [InlineData("admin: { listen: 0.0.0.0:8080 }", "1:18: 0.0.0.0:8080 is taken by another listener of this file: give one of them another port")]
    [InlineData("log: { level: verbose }", "1:15: log.level: 'verbose' is not one of trace, debug, information, warning, error")]
    [InlineData("log: { level: informaton }", "1:15: log.level: 'informaton' is not one of trace, debug, information, warning, error: did you mean 'information'?")]
    [InlineData("tftp: { max-window: 65 }", "1:21: tftp.max-window: '65' is not a number from 1 to 64")]
    [InlineData("tftp: { enabled: maybe }", "1:18: tftp.enabled: 'maybe' is not true or false")]
    [InlineData("dhcp: { proxy-port: 67 }", "1:21: port 67 is DHCP's already: give proxy-port another (the standard's is 4011)")]
    [InlineData("dhcp: { subnets: x }", "1:18: 'dhcp.subnets' is a list: begin each item with '- '")]
    [InlineData("dhcp: { subnets: [x] }", "1:19: each item of 'dhcp.subnets' is a block of keys, not 'x'")]
    [InlineData("- a", "1:1: settings are keys with values, such as 'state-path: /var/lib/matchbox-state'")]
    [InlineData("state-path: /var/lib/matchbox/state", "1:13: state may not be kept in /var/lib/matchbox, the place of declared groups and profiles: name a folder of its own, such as /var/lib/matchbox-state")]
    [InlineData("state-path: /srv/x\nassets-path: /srv/x/assets", "2:14: assets are served to everybody and may not lie together with the state in /srv/x: name another folder")]
    [InlineData("compatibility: strikt", "1:16: compatibility: 'strikt' is not one of standard, strict: did you mean 'strict'?")]
    [InlineData("write-to: disk", "1:11: write-to: 'disk' is not one of store, folder")]
    [InlineData("write-to: store\nwriteTo: folder", "2:10: write-to is said already, and this is the same: keep one")]
    [InlineData("grpc: { listen: 127.0.0.1:9443 }\nadmin: { listen: 127.0.0.1:9443 }", "2:18: 127.0.0.1:9443 is taken by another listener of this file: give one of them another port")]
    [InlineData("grpc: { roles: [] }", "1:16: an empty list: name a subject and its right, or leave roles out, and every client is an admin")]
    [InlineData("grpc: { roles: [{ subject: CN=ci }] }", "1:17: this item of 'grpc.roles' needs 'right', a right, such as viewer, admin or operator:rack=b7")]
    [InlineData("grpc: { roles: [{ subject: ci, right: viewer }] }", "1:28: grpc.roles.subject: 'ci' is not the subject of a certificate, such as CN=ci (`openssl x509 -noout -subject -nameopt RFC2253 -in FILE` tells it), or * for all others")]
    [InlineData("grpc: { roles: [{ subject: CN=ci, right: root }] }", "1:42: grpc.roles.right: 'root' is not a right, such as viewer, admin or operator:rack=b7")]
    [InlineData("grpc: { deny: [abc] }", "1:16: grpc.deny: 'abc' is not the SHA-256 fingerprint of a certificate, 64 hex digits (`openssl x509 -noout -fingerprint -sha256 -in FILE` tells it)")]
    [InlineData("outbound: { allow: [10.0.0.1/8] }", "1:21: outbound.allow: '10.0.0.1/8' is not a network, IPv4 or IPv6, without host bits, such as 10.0.0.0/8: write 10.0.0.0/8")]
    [InlineData("outbound: { allow: [any] }", "1:21: outbound.allow: 'any' is not a network, IPv4 or IPv6, without host bits, such as 10.0.0.0/8")]
    [InlineData("admin: { tls: { cert-file: /c } }", "1:28: a certificate and its key belong together: name key-file as well")]
    [InlineData("boot: { tls: { enabled: maybe } }", "1:25: boot.tls.enabled: 'maybe' is not true or false")]
    [InlineData("state-path: /srv/d\ndata-path: /srv/d", "1:13: state may not be kept in /srv/d, the place of declared groups and profiles: name a folder of its own, such as /var/lib/matchbox-state")]
    public void Of_the_whole(string yaml, string fault) => Assert.Equal($"/etc/a.yaml:{fault}", SettingsText.Fault(yaml));

    [Theory]
    [InlineData("mode: off", "3:5: this item of 'dhcp.subnets' needs 'network', a network, such as 10.77.0.0/24")]
    [InlineData("network: 10.77.0.0/24", "3:5: this item of 'dhcp.subnets' needs 'mode', one of off, authoritative, proxy")]
    [InlineData("network: 10.77.0.1/24\n  mode: off", "3:14: dhcp.subnets.network: '10.77.0.1/24' is not a network, such as 10.77.0.0/24: it has host bits, write 10.77.0.0/24")]
    [InlineData("network: 10.77.0.0/24\n  mode: authorative", "4:11: dhcp.subnets.mode: 'authorative' is not one of off, authoritative, proxy: did you mean 'authoritative'?")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n  interface: a/b", "5:16: dhcp.subnets.interface: 'a/b' is not the name of a network interface, such as eth1 (`ip link` lists them)")]
    [InlineData("network: 10.77.0.0/31\n  mode: off", "3:14: 10.77.0.0/31 is no network of machines: between /8 and /30 please")]
    [InlineData("network: 10.77.0.0/24\n  mode: authoritative", "3:5: 10.77.0.0/24 has no address to give: add pools: [10.77.0.127-10.77.0.254], or machines with addresses")]
    [InlineData("network: 10.77.0.0/24\n  mode: authoritative\n  pools: [10.77.0.9-10.77.0.5]", "5:13: dhcp.subnets.pools: '10.77.0.9-10.77.0.5' is not a range of addresses, such as 10.77.0.100-10.77.0.200")]
    [InlineData("network: 10.77.0.0/24\n  mode: authoritative\n  pools: [10.77.0.9, 10.77.1.5]", "5:24: the pool 10.77.1.5 is not inside 10.77.0.0/24")]
    [InlineData("network: 10.77.0.0/24\n  mode: authoritative\n  pools: [10.77.0.9-10.77.0.255]", "5:13: the pool 10.77.0.9-10.77.0.255 holds the network's own or its broadcast address: leave out 10.77.0.0 and 10.77.0.255")]
    [InlineData("network: 10.77.0.0/24\n  mode: authoritative\n  pools: [10.77.0.1-10.77.0.9, 10.77.0.9-10.77.0.20]", "5:34: the pool 10.77.0.9-10.77.0.20 overlaps 10.77.0.1-10.77.0.9")]
    [InlineData("network: 10.77.0.0/24\n  mode: proxy\n  pools: [10.77.0.9]", "5:12: in mode proxy the other server gives the addresses: remove the pools, or choose mode authoritative")]
    [InlineData("network: 10.77.0.0/24\n  mode: authoritative\n  pools: [10.77.0.1-10.77.0.9]\n  advertise: 10.77.0.3", "6:16: 10.77.0.3 lies in the pool 10.77.0.1-10.77.0.9: it would be given to a machine")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n  advertise: 10.77.0.255", "5:16: 10.77.0.255 is no address that machines can reach: name one of this appliance's own")]
    [InlineData("network: 10.77.0.0/24\n  mode: authoritative\n  pools: [10.77.0.1-10.77.0.9]\n  relays: [10.77.0.3]", "6:14: the relay 10.77.0.3 lies in a pool: its address would be given to a machine")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n  lease-time: 2s", "5:17: a lease of 2s is renewed all the time: give at least 10s")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n  lease-time: 1w", "5:17: dhcp.subnets.lease-time: '1w' is not a time, such as 90s, 30m, 12h, 7d or infinite")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n  routers: [x]", "5:14: option router: ")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n  options: { nonsense: 1 }", "5:16: there is no option 'nonsense'")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n  options: { 51: 1 }", "5:16: option lease-time cannot be set: the lease time of the subnet decides it")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n  dns: 10.0.0.1\n  options: { 6: 10.0.0.2 }", "6:16: option domain-name-servers (6) is set twice here: keep one")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n  options: { 249: { type: hex } }", "5:21: an option with a type is written { type: hex, value: \"01:02\" }")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n- network: 10.77.0.128/25\n  mode: off", "5:14: 10.77.0.128/25 overlaps 10.77.0.0/24: an address must belong to one network")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n  interface: e1\n- network: 10.78.0.0/24\n  mode: off\n  interface: e1", "8:16: e1 carries 10.77.0.0/24 already: one network to an interface (others are reached through relays)")]
    [InlineData("network: 10.77.0.0/24\n  mode: off\n  relays: [10.9.0.1]\n- network: 10.78.0.0/24\n  mode: off\n  relays: [10.9.0.1]", "8:14: the relay 10.9.0.1 belongs to 10.77.0.0/24 already")]
    public void Of_a_network(string item, string fault) =>
        Assert.StartsWith($"/etc/a.yaml:{fault}", SettingsText.Fault($"dhcp:\n  subnets:\n  - {item.Replace("\n", "\n  ", StringComparison.Ordinal)}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("name: a", "5:3: a machine needs something that names it: mac, uuid or serial")]
    [InlineData("mac: 52:54:00:77:00", "5:8: machines.mac: '52:54:00:77:00' is not a MAC address, such as 52:54:00:77:00:01")]
    [InlineData("mac: 01:00:5e:00:00:01", "5:8: machines.mac: '01:00:5e:00:00:01' is not a MAC address, such as 52:54:00:77:00:01: this one is no machine's own")]
    [InlineData("uuid: 03000200-0400-0500-0006-000700080009", "5:9: machines.uuid: '03000200-0400-0500-0006-000700080009' is not a UUID that names one machine, such as 7b4b2e6e-3f1d-4f25-9c2c-2b1f5e0d9a11: vendors put this one into many machines")]
    [InlineData("serial: None", "5:11: machines.serial: 'None' is not a serial number that names one machine: vendors put this one into many machines")]
    [InlineData("mac: 52:54:00:77:00:01\n  name: a_b", "6:9: machines.name: 'a_b' is not a host name: letters, digits and hyphens, at most 63 between two dots, such as node1 or node1.lab.example")]
    [InlineData("mac: 52:54:00:77:00:01\n  address: 10.99.0.1", "6:12: 10.99.0.1 is in none of the networks under dhcp.subnets")]
    [InlineData("mac: 52:54:00:77:00:01\n  address: 10.77.0.0", "6:12: 10.77.0.0 is the network's own or its broadcast address")]
    [InlineData("mac: 52:54:00:77:00:01\n  address: 10.78.0.9", "6:12: 10.78.0.0/24 is in mode proxy, where the other server gives the addresses: reserve it there")]
    [InlineData("mac: 52:54:00:77:00:01\n  address: 10.77.0.1", "6:12: 10.77.0.1 is the appliance's own address")]
    [InlineData("serial: AB12\n  address: 10.77.0.9", "6:12: an address is reserved by MAC: add 'mac'")]
    [InlineData("mac: 52:54:00:77:00:01\n- mac: 52-54-00-77-00-01", "6:8: 52:54:00:77:00:01 is 52:54:00:77:00:01 already")]
    [InlineData("mac: 52:54:00:77:00:01\n  address: 10.77.0.9\n  name: a\n- mac: 52:54:00:77:00:02\n  address: 10.77.0.9", "9:12: 10.77.0.9 is reserved for a already")]
    [InlineData("mac: 52:54:00:77:00:01\n  name: a\n- mac: 52:54:00:77:00:02\n  name: A", "8:9: another machine is called A already")]
    [InlineData("uuid: 7b4b2e6e-3f1d-4f25-9c2c-2b1f5e0d9a11\n- uuid: 6e2e4b7b-1d3f-254f-9c2c-2b1f5e0d9a11", "6:9: 6e2e4b7b-1d3f-254f-9c2c-2b1f5e0d9a11 is 7b4b2e6e-3f1d-4f25-9c2c-2b1f5e0d9a11 already (UUIDs are the same in either byte order)")]
    public void Of_a_machine(string item, string fault) => Assert.Equal($"/etc/a.yaml:{fault}", SettingsText.Fault(
        "dhcp: { subnets: [ { network: 10.77.0.0/24, mode: authoritative, advertise: 10.77.0.1,\n"
        + "  pools: [10.77.0.100-10.77.0.200] },\n"
        + "  { network: 10.78.0.0/24, mode: proxy } ] }\n"
        + $"machines:\n- {item}"));

    [Fact]
    public void All_of_them_come_at_once_in_the_order_of_the_file()
    {
        var faults = SettingsText.Read("tftp: { port: x }\nunknown: 1\nboot:\n  listen: [a, \"0.0.0.0:80\", b]").Faults;

        Assert.Equal([(1, 15), (2, 1), (4, 12), (4, 29)], faults.Select(fault => (fault.At.Line, fault.At.Column)));
    }

    [Theory]
    [InlineData("a: b: c", "/etc/a.yaml:1:5: not YAML: ")]
    [InlineData("log: {\n", "/etc/a.yaml:2:1: not YAML: ")]
    [InlineData("log:\n\tlevel: debug", "/etc/a.yaml:2:1: not YAML: ")]
    [InlineData("log: { level: debug }\nlog: { level: error }", "/etc/a.yaml:2:1: not YAML: ")]
    public void What_is_no_YAML_says_where(string yaml, string fault) =>
        Assert.StartsWith(fault, SettingsText.Fault(yaml), StringComparison.Ordinal);

    [Theory]
    [InlineData("a: &a [*a]")]
    [InlineData("a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]")]
    public void Aliases_cannot_multiply_without_end(string yaml) => Assert.NotEmpty(SettingsText.Fault(yaml));

    [Fact]
    public void An_alias_is_what_it_stands_for() => Assert.Equal(2, SettingsText.Good(
        "machines:\n- { mac: 52:54:00:00:00:01, labels: &rack { rack: b2 } }\n- { mac: 52:54:00:00:00:02, labels: *rack }").Machines.Count(machine => machine.Labels["rack"] == "b2"));

    [Fact]
    public void No_text_throws() => Gen.String[Gen.OneOf(Gen.Char[" :-[]{},#&*!|>'\"%@`\n\t"], Gen.Char['a', 'f'], Gen.Char['0', '9'])]
        .Sample(text => SettingsText.Read(text).Faults.All(fault => fault.Text.Length > 0), iter: 3_000);
}
