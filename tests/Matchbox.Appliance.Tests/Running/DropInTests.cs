using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>The program as poseidon/matchbox's containers and unit files start it.</summary>
public sealed class DropInTests : IAsyncDisposable
{
    private const string Script = "#!ipxe\nkernel /assets/k console=ttyS0\ninitrd /assets/i\nboot\n";

    private static readonly HttpClient Http = new();

    private readonly RunningAppliance _appliance = new();

    private string Data => Path.Combine(_appliance.Folder, "data");

    public DropInTests()
    {
        Declare("groups/default.json", """{ "id": "default", "name": "Default", "profile": "live", "metadata": { "role": "worker" } }""");
        Declare("profiles/live.json",
            """{ "id": "live", "name": "Live", "generic_id": "live.txt", "boot": { "kernel": "/assets/k", "initrd": ["/assets/i"], "args": ["console=ttyS0"] } }""");
        Declare("generic/live.txt", "{{ .role }}");
        Declare("assets/k", "kernel");
    }

    public ValueTask DisposeAsync() => _appliance.DisposeAsync();

    [Fact]
    public async Task The_container_command_serves_the_old_folder()
    {
        var port = FreePort();
        await _appliance.StartBareAsync(
            [$"-address=0.0.0.0:{port}", "-log-level=debug", .. Own, $"-data-path={Data}", $"-assets-path={Data}/assets"]);

        Assert.Equal(Script, await GetAsync(port, "/ipxe?mac=52:54:00:77:00:01"));
        Assert.Equal("kernel", await GetAsync(port, "/assets/k"));
    }

    [Fact]
    public async Task The_variables_of_the_unit_file_serve_the_old_folder()
    {
        var port = FreePort();
        _appliance.Variables["MATCHBOX_ADDRESS"] = $"0.0.0.0:{port}";
        _appliance.Variables["MATCHBOX_LOG_LEVEL"] = "debug";
        _appliance.Variables["MATCHBOX_DATA_PATH"] = Data;
        _appliance.Variables["MATCHBOX_RPC_ADDRESS"] = "";
        _appliance.Variables["MATCHBOX_PASSPHRASE"] = "hush";
        await _appliance.StartBareAsync(Own);

        Assert.Equal(Script, await GetAsync(port, "/ipxe"));
        Assert.Equal("kernel", await GetAsync(port, "/assets/k"));
        Assert.DoesNotContain("note: MATCHBOX", _appliance.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", _appliance.Output, StringComparison.Ordinal);
        Assert.Equal(["assets", "generic", "groups", "profiles"], Directory.GetFileSystemEntries(Data).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_assets_there_is_nothing_under_assets()
    {
        var port = FreePort();
        await _appliance.StartBareAsync(["serve", $"-address=localhost:{port}", .. Own, "-data-path", Data, "-assets-path="]);

        Assert.Equal(Script, await GetAsync(port, "/ipxe"));
        using var answer = await Http.GetAsync($"http://127.0.0.1:{port}/assets/k", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData(1, "A valid -data-path is required", "-data-path=/nowhere/data")]
    [InlineData(1, "Provide a valid -assets-path or '' to disable asset serving: /nowhere/assets", "-data-path=DATA", "-assets-path=/nowhere/assets")]
    [InlineData(1, "Provide a valid TLS server certificate with -cert-file: stat /nowhere/c: no such file or directory", "-data-path=DATA", "-rpc-address=127.0.0.1:0", "-cert-file=/nowhere/c")]
    [InlineData(1, "Provide a valid SSL server key with -web-key-file: stat /nowhere/k: no such file or directory", "-data-path=DATA", "-web-ssl", "-web-cert-file=DATA/assets/k", "-web-key-file=/nowhere/k")]
    [InlineData(1, "invalid log-level: not a valid logrus Level: \"loud\"", "-data-path=DATA", "-log-level", "loud")]
    [InlineData(1, "open /nowhere/ring.gpg: no such file or directory", "-data-path=DATA", "-key-ring-path=/nowhere/ring.gpg")]
    [InlineData(1, "state may not be kept in ", "-data-path=DATA", "-state-path=DATA/state")]
    [InlineData(1, "state may not be kept in ", "-data-path=DATA", "-state-path=LINK/state")]
    [InlineData(2, "flag provided but not defined: -nonsense", "-nonsense")]
    [InlineData(2, "'serv' is no command: did you mean 'serve'?", "serv")]
    public async Task What_cannot_start_says_so(int code, string text, params string[] arguments)
    {
        File.CreateSymbolicLink(Path.Combine(_appliance.Folder, "link"), "data");
        var line = arguments.Select(argument => argument
            .Replace("DATA", Data, StringComparison.Ordinal).Replace("LINK", Path.Combine(_appliance.Folder, "link"), StringComparison.Ordinal)).ToArray();

        Assert.Equal(code, await _appliance.StartBareInVainAsync(line));
        Assert.Contains(text, _appliance.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("state", Directory.GetFileSystemEntries(Data).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_variable_that_is_no_boolean_is_fatal()
    {
        _appliance.Variables["MATCHBOX_WEB_SSL"] = "maybe";

        Assert.Equal(1, await _appliance.StartBareInVainAsync());
        Assert.Contains("invalid value \"maybe\" for MATCHBOX_WEB_SSL: parse error", _appliance.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_and_help_are_told_as_it_does()
    {
        var version = await RunningAppliance.RunAsync("-version");
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", version.Output);
        Assert.Equal((0, ""), (version.Code, version.Error));
        Assert.Equal(version.Output, (await RunningAppliance.RunAsync("--version", "-address", ":80")).Output);

        var help = await RunningAppliance.RunAsync("-help");
        Assert.Equal((0, ""), (help.Code, help.Output));
        Assert.Contains("-web-cert-file", help.Error, StringComparison.Ordinal);

        var wrong = await RunningAppliance.RunAsync("-nonsense");
        Assert.Equal((2, ""), (wrong.Code, wrong.Output));
        Assert.Contains("Usage:", wrong.Error, StringComparison.Ordinal);
    }

    // What keeps a test to its own folder and ports.
    private string[] Own => ["-state-path", _appliance.State, "-admin-listen", "127.0.0.1:0"];

    private void Declare(string name, string text)
    {
        var file = Path.Combine(Data, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private static async Task<string> GetAsync(int port, string path) =>
        await Http.GetStringAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}"), TestContext.Current.CancellationToken);

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
