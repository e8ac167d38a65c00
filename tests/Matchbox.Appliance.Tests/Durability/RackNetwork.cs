using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Matchbox.Appliance.Tests.Durability;

/// <summary>
/// Two network namespaces joined by a cable (veth): the appliance in the first, a relay in the second. Skips its test with a
/// reason where the machine cannot do that.
/// </summary>
internal sealed partial class RackNetwork : IAsyncDisposable
{
    public const string Interface = "rack0";

    private static int _count;

    private readonly string _id = string.Create(CultureInfo.InvariantCulture, $"k{Environment.ProcessId}x{Interlocked.Increment(ref _count)}");
    private readonly List<string> _namespaces = [];

    private RackNetwork()
    {
    }

    public static IPEndPoint Server { get; } = new(IPAddress.Parse("10.77.0.1"), 67);

    public static IPEndPoint Relay { get; } = new(IPAddress.Parse("10.77.0.2"), 67);

    public string ServerSpace => $"{_id}s";

    public string RelaySpace => $"{_id}r";

    public static async Task<RackNetwork> CreateAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        Assert.SkipUnless(Environment.UserName == "root", "network namespaces need root here");
        Assert.SkipUnless(new[] { "/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip" }.Any(File.Exists), "needs iproute2");
        var network = new RackNetwork();
        try
        {
            foreach (var space in new[] { network.ServerSpace, network.RelaySpace })
            {
                if (await TryRunAsync("ip", "netns", "add", space) is { Code: not 0 } failed)
                {
                    Assert.Skip($"no network namespace can be made here: {failed.Text}");
                }
                network._namespaces.Add(space);
                await RunAsync("ip", "-n", space, "link", "set", "lo", "up");
            }
            await RunAsync("ip", "link", "add", Interface, "netns", network.ServerSpace, "type", "veth", "peer", "name", Interface, "netns", network.RelaySpace);
            await RunAsync("ip", "-n", network.ServerSpace, "addr", "add", $"{Server.Address}/16", "dev", Interface);
            await RunAsync("ip", "-n", network.RelaySpace, "addr", "add", $"{Relay.Address}/16", "dev", Interface);
            await RunAsync("ip", "-n", network.ServerSpace, "link", "set", Interface, "up");
            await RunAsync("ip", "-n", network.RelaySpace, "link", "set", Interface, "up");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public static async Task RunAsync(string program, params string[] arguments)
    {
        var (code, text) = await TryRunAsync(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: exit code {code}: {text}");
    }

    public static async Task<(int Code, string Text)> TryRunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var text = await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, text);
    }

    /// <summary>
    /// A socket on the relay's port. A socket stays in the namespace where it was made, so a thread goes there for that only;
    /// a thread of its own, because one that could not come back must end.
    /// </summary>
    public Socket OpenRelaySocket()
    {
        Socket? socket = null;
        ExceptionDispatchInfo? failure = null;
        var visitor = new Thread(() =>
        {
            try
            {
                using var home = Native.OpenNamespace("/proc/thread-self/ns/net");
                using var there = Native.OpenNamespace($"/run/netns/{RelaySpace}");
                Native.Enter(there);
                try
                {
                    socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20 };
                    socket.Bind(Relay);
                }
                finally
                {
                    Native.Enter(home);
                }
            }
            catch (Exception thrown)
            {
                failure = ExceptionDispatchInfo.Capture(thrown);
            }
        });
        visitor.Start();
        visitor.Join();
        failure?.Throw();
        return socket!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var space in _namespaces)
        {
            await TryRunAsync("ip", "netns", "del", space);
        }
    }

    private static partial class Native
    {
        private const int NetworkNamespace = 0x4000_0000;        // CLONE_NEWNET
        private const int CloseOnExec = 0x8_0000;                // O_CLOEXEC

        public static SafeFileHandle OpenNamespace(string path)
        {
            var descriptor = Open(path, CloseOnExec);
            return descriptor >= 0
                ? new SafeFileHandle(descriptor, ownsHandle: true)
                : throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        public static void Enter(SafeFileHandle space)
        {
            if (SetNamespace(space, NetworkNamespace) != 0)
            {
                throw new IOException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
        private static partial int SetNamespace(SafeFileHandle space, int kind);
    }
}
