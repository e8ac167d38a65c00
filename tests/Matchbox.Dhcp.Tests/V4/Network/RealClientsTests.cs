namespace Matchbox.Dhcp.Tests.V4.Network;

/// <summary>Real clients, servers and relays over a cable, against the whole service in a process of its own.</summary>
public sealed class RealClientsTests
{
    private const string Listening = "DHCP listens on rack0 port 4011";

    [Fact]
    public async Task Busybox_gets_an_address_and_gives_it_back()
    {
        Assert.SkipUnless(NetworkFixture.Has("busybox"), "needs busybox");
        await using var network = await NetworkFixture.CreateAsync();
        var service = await network.ServeAsync(Listening);
        var said = await network.InClientAsync("busybox", "udhcpc", "-i", NetworkFixture.Interface, "-f", "-n", "-q", "-R", "-t", "5", "-T", "2", "-s", "/bin/true");

        Assert.Contains("lease of 10.77.0.100 obtained from 10.77.0.1, lease time 3600", said, StringComparison.Ordinal);
        await service.SaysAsync("10.77.0.100 leased to");
    }

    [Fact]
    public async Task ISC_dhclient_gets_an_address_with_its_options()
    {
        Assert.SkipUnless(NetworkFixture.Has("dhclient"), "needs isc-dhcp-client");
        await using var network = await NetworkFixture.CreateAsync();
        await network.ServeAsync(Listening);
        var leases = Path.Combine(network.Folder, "dhclient.leases");
        await network.InClientAsync("dhclient", "-4", "-1", "-sf", "/bin/true", "-lf", leases, "-pf", Path.Combine(network.Folder, "dhclient.pid"), NetworkFixture.Interface);
        await network.InClientAsync("dhclient", "-4", "-x", "-sf", "/bin/true", "-lf", leases, "-pf", Path.Combine(network.Folder, "dhclient.pid"), NetworkFixture.Interface);

        var lease = await File.ReadAllTextAsync(leases, TestContext.Current.CancellationToken);
        Assert.Contains("fixed-address 10.77.0.100;", lease, StringComparison.Ordinal);
        Assert.Contains("option routers 10.77.0.1;", lease, StringComparison.Ordinal);
        Assert.Contains("option dhcp-renewal-time 1800;", lease, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interface_that_gets_its_address_later_joins()
    {
        Assert.SkipUnless(NetworkFixture.Has("busybox"), "needs busybox");
        await using var network = await NetworkFixture.CreateAsync(addressed: false);
        var service = await network.ServeAsync("Interface rack0 is absent, down or without an address");
        await NetworkFixture.RunAsync("ip", "-n", network.ServerSpace, "addr", "add", "10.77.0.1/24", "dev", NetworkFixture.Interface);
        await service.SaysAsync(Listening);
        Assert.Contains("obtained from 10.77.0.1", await network.InClientAsync("busybox", "udhcpc", "-i", NetworkFixture.Interface, "-f", "-n", "-q", "-t", "5", "-T", "2", "-s", "/bin/true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_that_somebody_else_serves_is_not_opened_and_the_other_is_named()
    {
        Assert.SkipUnless(NetworkFixture.Has("dnsmasq"), "needs dnsmasq");
        await using var network = await NetworkFixture.CreateAsync();
        await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "addr", "add", "10.77.0.250/24", "dev", NetworkFixture.Interface);
        network.StartIn(network.ClientSpace, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root", "--group=root",
            $"--interface={NetworkFixture.Interface}", "--dhcp-range=10.77.0.50,10.77.0.60,1h", "--no-ping", $"--dhcp-leasefile={network.Folder}/dnsmasq", $"--pid-file={network.Folder}/pid");

        var service = await network.ServeAsync("DHCP does not serve 10.77.0.0/24 on rack0: another server, 10.77.0.250", "--search");
        await service.SaysAsync("event SubnetRefused");
    }

    [Fact]
    public async Task A_network_that_nobody_serves_is_opened_after_listening()
    {
        await using var network = await NetworkFixture.CreateAsync();
        await network.ServeAsync("nobody else answered in", "--search");
    }

    [Fact]
    public async Task A_server_that_comes_later_is_noticed()
    {
        Assert.SkipUnless(NetworkFixture.Has("dnsmasq") && NetworkFixture.Has("busybox"), "needs dnsmasq and busybox");
        await using var network = await NetworkFixture.CreateAsync();
        var service = await network.ServeAsync(Listening);
        // The rogue sits on the client's machine; a client elsewhere on the link makes it speak.
        await network.AddSpaceAsync(network.ClientSpace + "2");
        await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "link", "add", "br0", "type", "bridge");
        await NetworkFixture.CableAsync(network.ClientSpace, "port1", network.ClientSpace + "2", "eth0");
        await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "link", "set", NetworkFixture.Interface, "master", "br0");
        await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "link", "set", "port1", "master", "br0");
        await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "link", "set", "br0", "up");
        await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "addr", "add", "10.77.0.250/24", "dev", "br0");
        network.StartIn(network.ClientSpace, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root", "--group=root",
            "--interface=br0", "--dhcp-range=10.77.0.50,10.77.0.60,1h", "--no-ping", "--dhcp-broadcast", $"--dhcp-leasefile={network.Folder}/dnsmasq", $"--pid-file={network.Folder}/pid");
        // The rogue may take a while to come up, and a client that has its answer asks no more.
        for (var round = 0; round < 10 && !service.Log.Contains("event ForeignServer", StringComparison.Ordinal); round++)
        {
            await NetworkFixture.RunAsync("ip", "netns", "exec", network.ClientSpace + "2", "busybox", "udhcpc", "-i", "eth0", "-B", "-f", "-n", "-q", "-t", "6", "-T", "2", "-s", "/bin/true");
        }
        await service.SaysAsync("event ForeignServer");
        Assert.Contains("10.77.0.250", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_behind_a_relay_gets_an_address_of_its_own_network()
    {
        Assert.SkipUnless(NetworkFixture.Has("dnsmasq") && NetworkFixture.Has("busybox"), "needs dnsmasq and busybox");
        await using var network = await NetworkFixture.CreateAsync();
        // client space = the relay; a third one = the machine
        var machine = network.ClientSpace + "m";
        await network.AddSpaceAsync(machine);
        await NetworkFixture.CableAsync(network.ClientSpace, "far0", machine, "eth0");
        await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "addr", "add", "10.77.0.2/24", "dev", NetworkFixture.Interface);
        await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "addr", "add", "10.88.0.1/24", "dev", "far0");
        await NetworkFixture.RunAsync("ip", "-n", network.ServerSpace, "route", "add", "10.88.0.0/24", "via", "10.77.0.2");
        network.StartIn(network.ClientSpace, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root", "--group=root",
            "--dhcp-relay=10.88.0.1,10.77.0.1", $"--pid-file={network.Folder}/pid");
        await network.ServeAsync(Listening, "--relayed", "10.88.0.0/24", "--relayed-pool", "10.88.0.100-10.88.0.199");

        var said = await NetworkFixture.RunAsync("ip", "netns", "exec", machine, "busybox", "udhcpc", "-i", "eth0", "-f", "-n", "-q", "-t", "6", "-T", "2", "-s", "/bin/true");
        Assert.Contains("lease of 10.88.0.100 obtained", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_somebody_sits_on_is_put_aside_and_another_given()
    {
        Assert.SkipUnless(NetworkFixture.Has("busybox"), "needs busybox");
        await using var network = await NetworkFixture.CreateAsync();
        var squatter = network.ClientSpace + "q";
        await network.AddSpaceAsync(squatter);
        await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "link", "add", "br0", "type", "bridge");
        await NetworkFixture.CableAsync(network.ClientSpace, "port1", squatter, "eth0");
        foreach (var port in new[] { NetworkFixture.Interface, "port1" })
        {
            await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "link", "set", port, "master", "br0");
        }
        await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "link", "set", "br0", "up");
        await NetworkFixture.RunAsync("ip", "-n", squatter, "addr", "add", "10.77.0.100/24", "dev", "eth0");
        var service = await network.ServeAsync(Listening);

        // Our probe delays no answer, so a quick client may have its ACK first: like any Linux it looks for itself (-a).
        var said = await network.InClientAsync("busybox", "udhcpc", "-i", "br0", "-a", "-f", "-n", "-q", "-t", "10", "-T", "2", "-A", "1", "-s", "/bin/true");
        Assert.Contains("lease of 10.77.0.101 obtained", said, StringComparison.Ordinal);
        await service.SaysAsync("event AddressDeclined");
    }

    [Fact]
    public async Task A_port_that_another_process_holds_is_said_and_nothing_is_served()
    {
        Assert.SkipUnless(NetworkFixture.Has("dnsmasq"), "needs dnsmasq");
        await using var network = await NetworkFixture.CreateAsync();
        network.StartIn(network.ServerSpace, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root", "--group=root",
            $"--interface={NetworkFixture.Interface}", "--dhcp-range=10.77.0.50,10.77.0.60,1h", "--no-ping", $"--dhcp-leasefile={network.Folder}/dnsmasq", $"--pid-file={network.Folder}/pid");
        for (var i = 0; i < 100 && !File.Exists($"{network.Folder}/pid"); i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        await network.ServeAsync("DHCP cannot listen on rack0 port 67/udp: another program holds it");
    }
}
