using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Matchbox.Appliance.Hosting;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>The real program from start to stop.</summary>
public sealed class ServingTests : IAsyncDisposable
{
    private static readonly HttpClient Http = RunningAppliance.NewClient();

    private readonly RunningAppliance _appliance = new();

    public ValueTask DisposeAsync() => _appliance.DisposeAsync();

    [Fact]
    public async Task It_serves_says_how_it_is_and_ends_well_on_SIGTERM()
    {
        _appliance.Configure();
        await _appliance.StartAsync();

        var health = await _appliance.CommandAsync("health");
        Assert.Equal((0, ""), (health.Code, health.Error));
        Assert.StartsWith("ok: version ", health.Output, StringComparison.Ordinal);

        Assert.Equal(0, await _appliance.StopAsync());
        Assert.Contains("Stopping", _appliance.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await _appliance.CommandAsync("health")).Code);
    }

    [Fact]
    public async Task It_says_which_settings_are_in_use_and_what_runs()
    {
        _appliance.Configure();
        await _appliance.StartAsync();

        var settings = await _appliance.CommandAsync("settings", "--given");
        Assert.Equal((0, ""), (settings.Code, settings.Error));
        Assert.Contains("appliance.yaml:1", settings.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("default", settings.Output, StringComparison.Ordinal);

        var about = await _appliance.CommandAsync("about");
        Assert.Equal((0, ""), (about.Code, about.Error));
        Assert.Contains("self-made", about.Output, StringComparison.Ordinal);
        Assert.Contains("control.sock", about.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_listener_has_its_own_paths_only()
    {
        _appliance.Configure();
        await _appliance.StartAsync();

        Assert.Equal("ok\n", await Http.GetStringAsync($"{_appliance.AdminUrl}/healthz", TestContext.Current.CancellationToken));
        Assert.Equal("ok\n", await Http.GetStringAsync($"{_appliance.AdminUrl}/readyz", TestContext.Current.CancellationToken));
        Assert.Contains("process_cpu_seconds_total", await Http.GetStringAsync($"{_appliance.AdminUrl}/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("#!ipxe", await Http.GetStringAsync($"{_appliance.BootUrl}/boot.ipxe", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (string Url, HttpStatusCode Status)[] elsewhere =
        [
            // Who is nobody does not learn what is there.
            ($"{_appliance.AdminUrl}/boot.ipxe", HttpStatusCode.Unauthorized), ($"{_appliance.AdminUrl}/api/v1/machines", HttpStatusCode.Unauthorized),
            ($"{_appliance.BootUrl}/healthz", HttpStatusCode.NotFound), ($"{_appliance.BootUrl}/metrics", HttpStatusCode.NotFound),
            ($"{_appliance.BootUrl}/api/v1/machines", HttpStatusCode.NotFound),
        ];
        foreach (var (url, status) in elsewhere)
        {
            using var answer = await Http.GetAsync(url, TestContext.Current.CancellationToken);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Without_settings_nothing_of_DHCP_or_TFTP_is_opened()
    {
        await _appliance.StartAsync("--boot-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data-path", Path.Combine(_appliance.Folder, "data"));

        Assert.Contains("DHCP is answered on no network", _appliance.Output, StringComparison.Ordinal);
        var sockets = Directory.EnumerateFileSystemEntries($"/proc/{_appliance.ProcessId}/fd")
            .Select(fd => new FileInfo(fd).LinkTarget ?? "").Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target[8..^1]).ToHashSet();
        string[] tables = ["udp", "udp6", "packet", "raw"];
        // In all of these tables the inode is one of the fields.
        var open = tables.SelectMany(table => File.ReadAllLines($"/proc/{_appliance.ProcessId}/net/{table}"))
            .Where(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(sockets.Contains));
        Assert.NotEmpty(sockets);
        Assert.Empty(open);
    }

    [Fact]
    public async Task The_state_is_its_owners_alone()
    {
        _appliance.Configure();
        await _appliance.StartAsync();

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_appliance.State));
        Assert.Equal((UnixFileMode)0b110_110_000, File.GetUnixFileMode(StateFolder.SocketOf(_appliance.State)));
        Assert.All(
            Directory.EnumerateFiles(_appliance.State, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".sock", StringComparison.Ordinal)),
            file => Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_second_one_on_the_same_state_is_refused()
    {
        _appliance.Configure();
        await _appliance.StartAsync();

        var second = await RunningAppliance.RunAsync("serve", "--config", _appliance.ConfigFile, "--state-path", _appliance.State);

        Assert.Equal(1, second.Code);
        Assert.Equal(
            $"matchbox: the state folder {_appliance.State} is in use by another appliance (process {_appliance.ProcessId}): stop it, or give this one another state-path",
            second.Error.Trim());
        Assert.Equal(0, (await _appliance.CommandAsync("health")).Code);
    }

    [Fact]
    public async Task State_of_a_newer_version_is_refused_with_its_number_and_left_as_it_is()
    {
        _appliance.Configure();
        Directory.CreateDirectory(_appliance.State);
        await File.WriteAllTextAsync(Path.Combine(_appliance.State, "format"), "7\n", TestContext.Current.CancellationToken);

        Assert.Equal(1, await _appliance.StartInVainAsync());

        Assert.Contains($"has format 7, and this version knows formats up to {StateFolder.FormatVersion}", _appliance.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_appliance.State, "appliance.db")));
        Assert.Equal("7\n", await File.ReadAllTextAsync(Path.Combine(_appliance.State, "format"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_port_that_somebody_holds_names_the_process()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var endpoint = (IPEndPoint)holder.LocalEndpoint;
        _appliance.Configure();

        Assert.Equal(1, await _appliance.StartInVainAsync("--boot-listen", endpoint.ToString()));

        var line = Assert.Single(_appliance.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith("matchbox:", StringComparison.Ordinal));
        Assert.Matches(string.Create(CultureInfo.InvariantCulture,
            $@"^matchbox: {endpoint} cannot be listened on: \S.* \(process {Environment.ProcessId}\) holds TCP port {endpoint.Port}$"), line);
    }

    [Fact]
    public async Task A_UDP_port_that_somebody_holds_names_the_process()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)holder.LocalEndPoint!).Port;
        _appliance.Configure(string.Create(CultureInfo.InvariantCulture, $"tftp: {{ enabled: true, listen: [127.0.0.1], port: {port} }}"));

        Assert.Equal(1, await _appliance.StartInVainAsync());

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"(process {Environment.ProcessId}) holds UDP port {port}"), _appliance.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faulty_settings_stop_the_start_with_every_fault()
    {
        _appliance.Configure("dhcp: { subnets: [ { network: 10.77.0.0/24, mode: yes } ] }\nbot: 1");

        Assert.Equal(1, await _appliance.StartInVainAsync());

        Assert.Contains($"{_appliance.ConfigFile}:4:51: dhcp.subnets.mode: 'yes' is not one of", _appliance.Output, StringComparison.Ordinal);
        Assert.Contains($"{_appliance.ConfigFile}:5:1: unknown key 'bot': did you mean 'boot'?", _appliance.Output, StringComparison.Ordinal);
        Assert.Contains("not started, 2 faults in the settings", _appliance.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_appliance.State));
    }

    [Fact]
    public async Task An_interface_that_is_absent_stops_nothing()
    {
        _appliance.Configure("dhcp: { subnets: [ { network: 10.77.0.0/24, interface: host-none0, mode: authoritative, pools: [10.77.0.9] } ] }\ntftp: { enabled: false }");

        await _appliance.StartAsync();

        var health = await _appliance.CommandAsync("health");
        Assert.Equal(0, health.Code);
        Assert.Contains("host-none0 is absent, down or without an address: it joins when it comes", health.Output, StringComparison.Ordinal);
    }
}
