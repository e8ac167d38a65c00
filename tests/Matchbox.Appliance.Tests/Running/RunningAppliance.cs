using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>
/// The real program in a process of its own, with a state folder of its own, on free ports of loopback; in a network namespace
/// when one is named (<c>ip netns exec</c> becomes the program, so the process is the appliance itself).
/// </summary>
internal sealed partial class RunningAppliance(string? space = null) : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "matchbox");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _output = new();
    private Process? _process;

    public string Folder { get; } = NewFolder();

    public string State => Path.Combine(Folder, "state");

    public string ConfigFile => Path.Combine(Folder, "appliance.yaml");

    /// <summary>Further variables of the program.</summary>
    public Dictionary<string, string> Variables { get; } = [];

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

    public string BootUrl => Listeners()[0];

    public string AdminUrl => Listeners()[^1];

    /// <summary>Between the two, where the settings open it.</summary>
    public string GrpcUrl => Listeners()[1];

    /// <summary>Writes the settings, with listeners on free ports of loopback and nothing outside the test's folder.</summary>
    public void Configure(string more = "") => File.WriteAllText(ConfigFile, $$"""
        data-path: data
        boot: { listen: "127.0.0.1:0" }
        admin: { listen: "127.0.0.1:0" }
        {{more}}
        """);

    /// <summary>A client of the admin listener, which believes its self-made certificate.</summary>
    public static HttpClient NewClient(bool cookies = false) => new(NewHandler(cookies));

    private static HttpClientHandler NewHandler(bool cookies) => new()
    {
        // The fingerprint is compared where a test is about it.
        ServerCertificateCustomValidationCallback = static (_, certificate, _, _) => certificate is not null,
        UseCookies = cookies,
        AllowAutoRedirect = false,
    };

    /// <summary>Octets over TLS to the admin listener.</summary>
    public async Task<Stream> ConnectAsync()
    {
        var url = new Uri(AdminUrl);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), false, static (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, TestContext.Current.CancellationToken);
        return stream;
    }

    public bool HasEnded => _process is not { HasExited: false };

    /// <summary>Starts and waits until it serves.</summary>
    public Task StartAsync(params string[] arguments) => WaitAsync(() => Launch(arguments));

    private async Task WaitAsync(Action launch)
    {
        launch();
        var started = TimeProvider.System.GetTimestamp();
        while (!Output.Contains("control.sock", StringComparison.Ordinal))
        {
            Assert.False(_process!.HasExited, $"it ended: {Output}");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"it does not serve: {Output}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Starts what cannot serve, and gives its exit code.</summary>
    public Task<int> StartInVainAsync(params string[] arguments) => EndAsync(() => Launch(arguments));

    /// <summary>The same with this command line and nothing else.</summary>
    public Task<int> StartBareInVainAsync(params string[] arguments) => EndAsync(() => LaunchBare(arguments));

    private async Task<int> EndAsync(Action launch)
    {
        launch();
        using var patience = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(patience.Token);
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public async Task<int> SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        return kill.ExitCode;
    }

    public async Task<int> StopAsync(string signal = "TERM")
    {
        await SignalAsync(signal);
        using var patience = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(patience.Token);
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Runs a command against this appliance.</summary>
    public Task<Finished> CommandAsync(params string[] arguments) => RunAsync([.. arguments, "--state", State]);

    public static async Task<Finished> RunAsync(params string[] arguments)
    {
        using var command = Process.Start(With(arguments))!;
        var output = command.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = command.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var patience = new CancellationTokenSource(Patience);
        await command.WaitForExitAsync(patience.Token);
        return new Finished(command.ExitCode, await output, await error);
    }

    /// <summary>A command that goes on; whoever asked ends it.</summary>
    public Process Follow(params string[] arguments) => Process.Start(With([.. arguments, "--state", State]))!;

    /// <summary>Asks until the answer holds; the last answer otherwise.</summary>
    public static async Task<string> EventuallyAsync(Func<Task<string>> ask, Func<string, bool> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (holds(answer) || TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                return answer;
            }
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Starts with this command line and nothing else, and waits until it serves.</summary>
    public Task StartBareAsync(params string[] arguments) => WaitAsync(() => LaunchBare(arguments));

    /// <summary>Starts, and waits for nothing.</summary>
    public void Launch(params string[] arguments)
    {
        string[] config = File.Exists(ConfigFile) ? ["--config", ConfigFile] : [];
        LaunchBare(["serve", .. config, "--state-path", State, .. arguments]);
    }

    private void LaunchBare(string[] arguments)
    {
        lock (_output)
        {
            _output.Clear();
        }
        _process?.Dispose();
        var start = With(arguments, space);
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private static ProcessStartInfo With(string[] arguments, string? space = null)
    {
        var start = space is null ? new ProcessStartInfo(Program, arguments) : new ProcessStartInfo("ip", ["netns", "exec", space, Program, .. arguments]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MATCHBOX_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }
        return start;
    }

    private static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("matchbox-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        return folder;
    }

    private string[] Listeners() => [.. ListeningLine().Matches(Output).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("Listening on (https?://127[^\\s]+)")]
    private static partial Regex ListeningLine();

    public sealed record Finished(int Code, string Output, string Error);
}
