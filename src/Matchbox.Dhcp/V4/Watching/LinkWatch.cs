using System.Net.Sockets;
using Matchbox.Dhcp.V4.Transport;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Watching;

/// <summary>A DHCP server's message to a client, overheard.</summary>
internal readonly record struct OverheardServer(NetworkLink Link, HardwareAddress Hardware, IPv4Address Server, DhcpMessage Message);

/// <summary>An ARP reply, overheard.</summary>
internal readonly record struct OverheardOwner(NetworkLink Link, HardwareAddress Hardware, IPv4Address Address);

/// <summary>One thread that listens on all our links for other DHCP servers and for owners of addresses.</summary>
internal sealed class LinkWatch(Action<OverheardServer> server, Action<OverheardOwner> owner, Action<Exception> failed) : IDisposable
{
    private const int WaitMicroseconds = 250_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, WatchSocket> _sockets = new(StringComparer.Ordinal);
    private Thread? _thread;
    private volatile bool _stopping;

    /// <summary>Begins to listen on a link, or takes its new condition.</summary>
    /// <exception cref="SocketException">No packet socket: the capability is missing or the link is gone.</exception>
    public void Follow(NetworkLink link)
    {
        lock (_gate)
        {
            if (_sockets.TryGetValue(link.Name, out var present) && present.Link.Index == link.Index)
            {
                present.Link = link;
                return;
            }
            present?.Dispose();
            _sockets.Remove(link.Name);
            if (link.IsEthernet)
            {
                _sockets[link.Name] = new WatchSocket(link);
            }
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "dhcp watch" };
                _thread.Start();
            }
        }
    }

    public void Leave(string name)
    {
        lock (_gate)
        {
            if (_sockets.Remove(name, out var socket))
            {
                socket.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _stopping = true;
        lock (_gate)
        {
            foreach (var socket in _sockets.Values)
            {
                socket.Dispose();
            }
            _sockets.Clear();
        }
    }

    private void Run()
    {
        var frame = new byte[2048];
        var ready = new List<Socket>();
        using var idle = new ManualResetEventSlim();
        while (!_stopping)
        {
            Dictionary<Socket, NetworkLink> links;
            lock (_gate)
            {
                links = _sockets.Values.ToDictionary(socket => socket.Socket, socket => socket.Link);
            }
            ready.Clear();
            ready.AddRange(links.Keys);
            try
            {
                if (ready.Count == 0)
                {
                    idle.Wait(WaitMicroseconds / 1000);
                    continue;
                }
                Socket.Select(ready, null, null, WaitMicroseconds);
                foreach (var socket in ready)
                {
                    Hear(frame.AsSpan(0, socket.Receive(frame)), links[socket]);
                }
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // A link went away or down; whoever looks after the links closes or renews its socket.
                if (!_stopping && failure is SocketException { NativeErrorCode: not LibC.NetworkDown })
                {
                    failed(failure);
                }
                idle.Wait(WaitMicroseconds / 1000);
            }
        }
    }

    private void Hear(ReadOnlySpan<byte> frame, NetworkLink link)
    {
        if (ArpProbe.TryReadReply(frame, out var hardware, out var address))
        {
            owner(new OverheardOwner(link, hardware, address));
        }
        else if (UdpFrame.TryRead(frame, DhcpMessage.ServerPort, DhcpMessage.ClientPort, out hardware, out _, out var payload)
            && DhcpMessage.TryParse(payload, out var message, out _)
            && message.Op == DhcpOperation.BootReply
            && message.Options.ServerIdentifier is { } sender)
        {
            server(new OverheardServer(link, hardware, sender, message));
        }
    }
}
