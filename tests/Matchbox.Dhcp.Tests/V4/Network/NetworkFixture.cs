using System.Diagnostics;
using System.Globalization;

namespace Matchbox.Dhcp.Tests.V4.Network;

/// <summary>
/// Two network namespaces joined by a cable (veth), a bench process with the real service in the first, real clients in the
/// second. Skips its test with a reason where the machine cannot do that.
/// </summary>
internal sealed class NetworkFixture : IAsyncDisposable
{
    private static int _count;

    private readonly string _id = string.Create(CultureInfo.InvariantCulture, $"d{Environment.ProcessId}x{Interlocked.Increment(ref _count)}");
    private readonly List<Process> _processes = [];
    private readonly List<string> _namespaces = [];
    private readonly string _folder;

    private NetworkFixture()
    {
        _folder = Directory.CreateTempSubdirectory("matchbox-dhcp-").FullName;
    }

    public string ServerSpace => $"{_id}s";

    public string ClientSpace => $"{_id}c";

    /// <summary>The interface's name, the same at both ends.</summary>
    public static string Interface => "rack0";

    public string Folder => _folder;

    public static async Task<NetworkFixture> CreateAsync(bool addressed = true)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Assert.SkipUnless(Environment.UserName == "root", "network namespaces need root here");
        Assert.SkipUnless(Has("ip"), "needs iproute2");
        var network = new NetworkFixture();
        try
        {
            if (await TryRunAsync("ip", "netns", "add", network.ServerSpace) is var (code, text) && code != 0)
            {
                Assert.Skip($"no network namespace can be made here: {text}");
            }
            network._namespaces.Add(network.ServerSpace);
            await network.AddSpaceAsync(network.ClientSpace);
            await CableAsync(network.ServerSpace, Interface, network.ClientSpace, Interface);
            if (addressed)
            {
                await RunAsync("ip", "-n", network.ServerSpace, "addr", "add", "10.77.0.1/24", "dev", Interface);
            }
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"])
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    public async Task AddSpaceAsync(string name)
    {
        await RunAsync("ip", "netns", "add", name);
        _namespaces.Add(name);
        await RunAsync("ip", "-n", name, "link", "set", "lo", "up");
    }

    public static async Task CableAsync(string leftSpace, string left, string rightSpace, string right)
    {
        await RunAsync("ip", "link", "add", left, "netns", leftSpace, "type", "veth", "peer", "name", right, "netns", rightSpace);
        await RunAsync("ip", "-n", leftSpace, "link", "set", left, "up");
        await RunAsync("ip", "-n", rightSpace, "link", "set", right, "up");
    }

    /// <summary>Starts the service and waits until its log says <paramref name="ready"/>.</summary>
    public async Task<ServiceProcess> ServeAsync(string ready, params string[] options)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Matchbox.Bench.dll");
        var process = Start("ip", ["netns", "exec", ServerSpace, "dotnet", program, "dhcp", "--interface", Interface, "--address", "10.77.0.1",
            "--prefix", "24", "--pool", "10.77.0.100-10.77.0.199", "--state", _folder, "--verbose", .. options]);
        var service = new ServiceProcess(process);
        await service.SaysAsync(ready);
        return service;
    }

    public async Task<string> InClientAsync(params string[] command) => await RunAsync("ip", ["netns", "exec", ClientSpace, .. command]);

    public Process StartIn(string space, params string[] command) => Start("ip", ["netns", "exec", space, .. command]);

    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (code, text) = await TryRunAsync(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: exit code {code}: {text}");
        return text;
    }

    public static async Task<(int Code, string Text)> TryRunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Command(program, arguments))!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(40));
        try
        {
            var text = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await text + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
            process.Dispose();
        }
        foreach (var name in _namespaces)
        {
            using var remove = Process.Start(Command("ip", "netns", "del", name))!;
            await remove.WaitForExitAsync();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private Process Start(string program, params string[] arguments)
    {
        var process = Process.Start(Command(program, arguments))!;
        _processes.Add(process);
        return process;
    }

    private static ProcessStartInfo Command(string program, params string[] arguments) =>
        new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
}

/// <summary>A process with what it has said so far.</summary>
internal sealed class ServiceProcess
{
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServiceProcess(Process process)
    {
        Process = process;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public string Log
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Waits until the log holds the text.</summary>
    public async Task SaysAsync(string text, int seconds = 40)
    {
        var limit = TimeSpan.FromSeconds(seconds);
        while (true)
        {
            Task more;
            lock (_lines)
            {
                if (_lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
                {
                    return;
                }
                more = _more.Task;
            }
            try
            {
                await more.WaitAsync(limit, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"the service never said '{text}' but:\n{Log}");
            }
        }
    }

    private void Add(string? line)
    {
        lock (_lines)
        {
            if (line is not null)
            {
                _lines.Add(line);
            }
            var more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            more.SetResult();
        }
    }
}
