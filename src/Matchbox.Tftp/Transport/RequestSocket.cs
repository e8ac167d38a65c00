using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Matchbox.Protocols;

namespace Matchbox.Tftp.Transport;

/// <summary>Where a request came from and to.</summary>
internal readonly record struct Arrival(UdpEndpoint Source, IPv4Address Local, int Interface);

/// <summary>The well-known port: receives requests together with the address they were sent to, and refuses from that address.</summary>
internal sealed unsafe class RequestSocket : IDisposable
{
    private const int ReceiveBuffer = 4 << 20;      // a rack that powers on asks within the same second
    private readonly int _probe;

    /// <exception cref="SocketException">The port is taken, or may not be opened.</exception>
    public RequestSocket(IPv4Address address, int port)
    {
        Descriptor = Open();
        _probe = Open();
        try
        {
            Set(Descriptor, Libc.SOL_IP, Libc.IP_PKTINFO, 1);
            Set(Descriptor, Libc.SOL_IP, Libc.IP_FREEBIND, 1);      // an address that comes later joins by itself
            _ = TrySet(Descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUF, ReceiveBuffer);
            Endpoint = BindTo(Descriptor, new UdpEndpoint(address, (ushort)port));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Descriptor { get; }

    /// <summary>Where it listens, the port filled in.</summary>
    public UdpEndpoint Endpoint { get; }

    /// <summary>One datagram, or false when none waits. Broadcasts are taken and dropped (RFC 1123 §4.2.3.5).</summary>
    public bool TryReceive(Span<byte> buffer, out int length, out Arrival arrival)
    {
        arrival = default;
        var control = stackalloc byte[64];
        Libc.SockAddrIn from;
        fixed (byte* data = buffer)
        {
            while (true)
            {
                var vector = new Libc.IoVec { Base = data, Length = (nuint)buffer.Length };
                var message = new Libc.MsgHdr
                {
                    Name = &from, NameLength = (uint)sizeof(Libc.SockAddrIn), Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 64,
                };
                length = (int)Libc.RecvMsg(Descriptor, &message, 0);
                if (length < 0)
                {
                    var error = Marshal.GetLastPInvokeError();
                    if (error == Libc.EAGAIN)
                    {
                        return false;
                    }
                    if (error == Libc.EINTR)
                    {
                        continue;
                    }
                    throw Failure(error);
                }
                var header = (Libc.CMsgHdr*)control;
                if (message.ControlLength < (nuint)sizeof(Libc.CMsgHdr) || header->Level != Libc.SOL_IP || header->Type != Libc.IP_PKTINFO)
                {
                    continue;
                }
                var info = (Libc.PktInfo*)(control + sizeof(Libc.CMsgHdr));
                if (info->Address == info->SpecificDestination)
                {
                    var local = UdpEndpoint.From(new Libc.SockAddrIn { Address = info->Address }).Address;
                    arrival = new Arrival(UdpEndpoint.From(from), local, info->Interface);
                    return true;
                }
            }
        }
    }

    /// <summary>Answers from the address that was asked. A datagram that cannot leave is lost, as on the wire.</summary>
    public void Send(ReadOnlySpan<byte> datagram, in Arrival arrival)
    {
        var to = arrival.Source.ToSockAddr();
        var control = stackalloc byte[32];
        new Span<byte>(control, 32).Clear();
        *(Libc.CMsgHdr*)control = new Libc.CMsgHdr
        {
            Length = (nuint)(sizeof(Libc.CMsgHdr) + sizeof(Libc.PktInfo)), Level = Libc.SOL_IP, Type = Libc.IP_PKTINFO,
        };
        ((Libc.PktInfo*)(control + sizeof(Libc.CMsgHdr)))->SpecificDestination = new UdpEndpoint(arrival.Local, 0).ToSockAddr().Address;
        fixed (byte* data = datagram)
        {
            var vector = new Libc.IoVec { Base = data, Length = (nuint)datagram.Length };
            var message = new Libc.MsgHdr
            {
                Name = &to, NameLength = (uint)sizeof(Libc.SockAddrIn), Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 32,
            };
            _ = Libc.SendMsg(Descriptor, &message, 0);
        }
    }

    /// <summary>The MTU of the path as the kernel knows it, 1500 where it knows none. Not for two threads at once.</summary>
    public int PathMtu(UdpEndpoint client)
    {
        var address = client.ToSockAddr();
        var mtu = 0;
        uint length = sizeof(int);
        return Libc.Connect(_probe, &address, (uint)sizeof(Libc.SockAddrIn)) == 0
            && Libc.GetSockOpt(_probe, Libc.SOL_IP, Libc.IP_MTU, &mtu, &length) == 0 ? mtu : 1500;
    }

    /// <summary>The name of an interface, or null when it has gone.</summary>
    public static string? InterfaceName(int index)
    {
        var name = stackalloc byte[16];
        return Libc.InterfaceName((uint)index, name) is null ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }

    public void Dispose()
    {
        _ = Libc.Close(Descriptor);
        _ = Libc.Close(_probe);
    }

    internal static int Open()
    {
        var fd = Libc.Socket(Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        return fd >= 0 ? fd : throw Failure(Marshal.GetLastPInvokeError());
    }

    internal static UdpEndpoint BindTo(int fd, UdpEndpoint endpoint)
    {
        var address = endpoint.ToSockAddr();
        uint length = (uint)sizeof(Libc.SockAddrIn);
        return Libc.Bind(fd, &address, length) == 0 && Libc.GetSockName(fd, &address, &length) == 0
            ? UdpEndpoint.From(address)
            : throw Failure(Marshal.GetLastPInvokeError());
    }

    internal static bool TrySet(int fd, int level, int option, int value) => Libc.SetSockOpt(fd, level, option, &value, sizeof(int)) == 0;

    private static void Set(int fd, int level, int option, int value)
    {
        if (!TrySet(fd, level, option, value))
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }
    }

    private static SocketException Failure(int errno) => new(errno switch
    {
        98 => (int)SocketError.AddressAlreadyInUse,
        99 => (int)SocketError.AddressNotAvailable,
        13 or 1 => (int)SocketError.AccessDenied,
        24 or 23 => (int)SocketError.TooManyOpenSockets,
        _ => (int)SocketError.SocketError,
    }, $"errno {errno}: {Marshal.GetPInvokeErrorMessage(errno)}");
}
