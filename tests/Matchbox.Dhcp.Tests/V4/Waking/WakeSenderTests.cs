using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Matchbox.Dhcp.Tests.V4.Network;
using Matchbox.Dhcp.V4.Waking;
using Matchbox.Protocols;
using Microsoft.Win32.SafeHandles;

namespace Matchbox.Dhcp.Tests.V4.Waking;

/// <summary>Wake-on-LAN, over a real cable between two network namespaces.</summary>
public sealed class WakeSenderTests
{
    private static readonly HardwareAddress Node = HardwareAddress.Parse("52:54:00:77:00:01");

    [Fact]
    public void A_magic_packet_is_six_octets_of_ones_and_the_MAC_sixteen_times()
    {
        Span<byte> packet = stackalloc byte[MagicPacket.Length];
        MagicPacket.Write(packet, Node);
        Assert.Equal($"FFFFFFFFFFFF{string.Concat(Enumerable.Repeat("525400770001", 16))}", Convert.ToHexString(packet));
    }

    [Fact]
    public async Task It_is_heard_at_the_other_end_of_the_cable_and_on_no_other()
    {
        await using var network = await NetworkFixture.CreateAsync();
        await NetworkFixture.CableAsync(network.ServerSpace, "other0", network.ClientSpace, "other0");
        await NetworkFixture.RunAsync("ip", "-n", network.ClientSpace, "addr", "add", "10.77.0.9/24", "dev", NetworkFixture.Interface);
        using var here = InSpace(network.ClientSpace, () => Hear(NetworkFixture.Interface));
        using var elsewhere = InSpace(network.ClientSpace, () => Hear("other0"));

        Assert.Null(InSpace(network.ServerSpace, () => new WakeSender().Send(NetworkFixture.Interface, Node)));

        var received = new byte[1500];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        var length = here.ReceiveFrom(received, ref from);
        Assert.Equal($"FFFFFFFFFFFF{string.Concat(Enumerable.Repeat("525400770001", 16))}", Convert.ToHexString(received, 0, length));
        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.77.0.1"), 9), from);
        Assert.Equal(0, elsewhere.Available);
    }

    [Fact]
    public async Task An_interface_that_is_not_there_or_down_or_no_Ethernet_is_told()
    {
        await using var network = await NetworkFixture.CreateAsync();
        Assert.Contains("no such", InSpace(network.ServerSpace, () => new WakeSender().Send("rack9", Node)), StringComparison.Ordinal);
        Assert.Contains("no Ethernet", InSpace(network.ServerSpace, () => new WakeSender().Send("lo", Node)), StringComparison.Ordinal);
        await NetworkFixture.RunAsync("ip", "-n", network.ServerSpace, "link", "set", NetworkFixture.Interface, "down");
        Assert.Contains("down", InSpace(network.ServerSpace, () => new WakeSender().Send(NetworkFixture.Interface, Node)), StringComparison.Ordinal);
    }

    private static Socket Hear(string link)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5_000, EnableBroadcast = true };
        const int SocketLevel = 1, BindToDevice = 25;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.SetRawSocketOption(SocketLevel, BindToDevice, System.Text.Encoding.ASCII.GetBytes(link));
        socket.Bind(new IPEndPoint(IPAddress.Any, MagicPacket.Port));
        return socket;
    }

    // A network namespace is a thread's own, and sockets stay in the one they were made in.
    private static T InSpace<T>(string name, Func<T> make)
    {
        T? made = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var space = File.OpenHandle($"/run/netns/{name}");
                Assert.Equal(0, SetNamespace(space, 0x40000000));   // CLONE_NEWNET
                made = make();
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? made! : throw new InvalidOperationException(failure.Message, failure);
    }

    [DllImport("libc", EntryPoint = "setns"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(SafeFileHandle space, int kind);
}
