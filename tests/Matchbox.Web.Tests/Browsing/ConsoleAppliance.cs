using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Matchbox.Web.Tests.Browsing;

/// <summary>The real program in a process of its own, on loopback, with people who may sign in and documents in its folder.</summary>
public sealed partial class ConsoleAppliance : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("matchbox-console-").FullName;
    private readonly StringBuilder _output = new();
    private readonly HttpClient _control;
    private Process? _process;
    private int _adminPort;

    public ConsoleAppliance() => _control = new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_folder, "state", "control.sock")), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    }) { BaseAddress = new Uri("http://control") };

    /// <summary>The API as the machine's owner has it.</summary>
    public HttpClient Control => _control;

    public HttpClient Boot { get; } = new();

    public string Admin => $"https://127.0.0.1:{_adminPort}";

    public string BootUrl { get; private set; } = "";

    public int ProcessId => _process!.Id;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task StartAsync()
    {
        if (_adminPort == 0)
        {
            _adminPort = FreePort();
            WriteDocuments();
            await File.WriteAllTextAsync(Path.Combine(_folder, "appliance.yaml"), string.Create(CultureInfo.InvariantCulture, $$"""
                state-path: state
                data-path: data
                boot: { listen: "127.0.0.1:0" }
                admin: { listen: "127.0.0.1:{{_adminPort}}" }
                """), Cancellation);
        }
        lock (_output)
        {
            _output.Clear();
        }
        var start = new ProcessStartInfo(Path.Combine(SourceTree.Root, "artifacts", "bin", "Matchbox.Appliance", "debug", "matchbox"), ["--config", Path.Combine(_folder, "appliance.yaml")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var started = TimeProvider.System.GetTimestamp();
        while (!Output.Contains("control.sock", StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, $"it ended: {Output}");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"it does not serve: {Output}");
            await Task.Delay(50, Cancellation);
        }
        BootUrl = BootListener().Match(Output).Value;
    }

    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(CancellationToken.None);
        using var patience = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(patience.Token);
        _process.Dispose();
        _process = null;
    }

    public async Task AddUserAsync(string name, params string[] rights) => await PostAsync("/api/v1/users", new { name, password = Password, rights });

    public Task AddMachineAsync(string name, string mac, Dictionary<string, string> labels) => PostAsync("/api/v1/machines", new { name, macs = (string[])[mac], labels });

    public async Task PostAsync(string path, object? body)
    {
        using var answer = await _control.PostAsJsonAsync(path, body, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync(Cancellation)}");
    }

    /// <summary>What a machine's loader asks when it has come up.</summary>
    public async Task<string> BootAsync(string mac)
    {
        using var answer = await Boot.GetAsync($"{BootUrl}/ipxe?mac={mac}", Cancellation);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await StopAsync();
        }
        _control.Dispose();
        Boot.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void WriteDocuments()
    {
        foreach (var (path, text) in ConsoleDocuments.All)
        {
            var file = Path.Combine(_folder, "data", path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }

    private void Hear(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        return ((System.Net.IPEndPoint)socket.LocalEndPoint!).Port;
    }

    [GeneratedRegex("http://127[^ \\s]+")]
    private static partial Regex BootListener();
}
