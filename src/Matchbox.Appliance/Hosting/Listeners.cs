using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Matchbox.Appliance.Settings;
using Matchbox.Core.Catalogs;
using Matchbox.Http.Access;
using Matchbox.Http.Boot;
using Matchbox.Http.Boot.Secure;
using Matchbox.Http.Grpc;
using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Matchbox.Appliance.Hosting;

/// <summary>What a connection came in by, apart from the boot listener; each has paths of its own and none of another's.</summary>
internal enum Listener
{
    Admin,
    Control,
}

/// <summary>Opens the listeners, and marks each connection with the one that it came in by.</summary>
internal static class Listeners
{
    private const int IpLevel = 0, IpFreeBind = 15;                // ip(7)
    private const int SocketLevel = 1, PeerCredentials = 17;       // unix(7)

    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    public static void Listen(KestrelServerOptions kestrel, ApplianceSettings settings, string socketPath, SecureListener secure)
    {
        var tls = settings.Boot.Tls.Enabled ? kestrel.ApplicationServices.GetRequiredService<BootCertificate>() : null;
        foreach (var endpoint in settings.Boot.Listen)
        {
            kestrel.ListenBoot(endpoint, tls);
        }
        kestrel.ListenSecureBoot(secure);
        // A machine may come back to it that was sent there before we started.
        if (settings.Boot.SecureAtStart || kestrel.ApplicationServices.GetRequiredService<ICatalogSource>().Current.HasProtected)
        {
            secure.Open();
        }
        foreach (var endpoint in settings.Grpc.Listen)
        {
            kestrel.ListenGrpc(endpoint);
        }
        foreach (var endpoint in settings.Admin.Listen)
        {
            kestrel.Listen(endpoint, listen =>
            {
                Mark(listen, Listener.Admin);
                listen.UseAdminTls();
            });
        }
        kestrel.ListenUnixSocket(socketPath, listen => Mark(listen, Listener.Control));
    }

    /// <summary>Binds what Kestrel shall listen on, or says who is in the way.</summary>
    /// <exception cref="StartException">The address is taken, or not for us.</exception>
    public static Socket Bind(EndPoint endpoint, SecureListener secure)
    {
        if (endpoint is not IPEndPoint ip)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            var path = endpoint.ToString()!;
            // The lock of the folder is ours, so whoever left this one behind is gone.
            File.Delete(path);
            socket.Bind(endpoint);
            // Before the first connection: nobody can connect until it listens.
            File.SetUnixFileMode(path, OwnerAndGroup);
            return socket;
        }
        var listener = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (ip.AddressFamily == AddressFamily.InterNetwork)
        {
            // An address that an interface gets later is listened on now.
            listener.SetRawSocketOption(IpLevel, IpFreeBind, [1, 0, 0, 0]);
        }
        // The one listener that opens while we run, when nobody waits for how the start went.
        var isSecure = secure.Endpoints.Contains(ip);
        try
        {
            listener.Bind(ip);
        }
        catch (SocketException refused)
        {
            listener.Dispose();
            var reason = WhyNot(ip, refused) + (isSecure ? " (boot.secure-listen): free it, or name another address there and restart" : "");
            if (isSecure)
            {
                secure.Bound(ip, reason);
            }
            throw new StartException(reason, refused);
        }
        if (isSecure)
        {
            secure.Bound(ip, null);
        }
        return listener;
    }

    private static string WhyNot(IPEndPoint ip, SocketException refused) => refused.SocketErrorCode switch
    {
        SocketError.AccessDenied => $"{ip} cannot be listened on: ports below 1024 need root or CAP_NET_BIND_SERVICE",
        SocketError.AddressAlreadyInUse => $"{ip} cannot be listened on: {PortHolder.Describe(ProtocolType.Tcp, ip.Port) ?? "another process"} holds TCP port {ip.Port}",
        _ => $"{ip} cannot be listened on: {refused.Message}",
    };

    public static Listener Of(HttpContext context) =>
        context.Features.Get<ListenerMark>()?.Listener ?? throw new InvalidOperationException("a connection without a listener");

    private static void Mark(ListenOptions listen, Listener listener)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Features.Set(new ListenerMark(listener));
            if (listener == Listener.Control)
            {
                connection.Features.Set(new ControlPeer(PeerOf(connection)));
            }
            return next(connection);
        });
    }

    // struct ucred { pid_t pid; uid_t uid; gid_t gid; }, of the process that called connect.
    private static string PeerOf(ConnectionContext connection)
    {
        Span<byte> credentials = stackalloc byte[12];
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket
            || socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) < credentials.Length)
        {
            return "an unknown process";
        }
        var uid = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(credentials[4..]);
        return string.Create(CultureInfo.InvariantCulture, $"uid {uid}{(UserNames.Of(uid) is { } name ? $" ({name})" : "")}");
    }

    private sealed record ListenerMark(Listener Listener);
}

/// <summary>Names of local users, from /etc/passwd: the journal reads better with them.</summary>
internal static class UserNames
{
    public static string? Of(uint uid)
    {
        try
        {
            var text = uid.ToString(CultureInfo.InvariantCulture);
            foreach (var line in File.ReadLines("/etc/passwd"))
            {
                // name:password:uid:gid:...
                var fields = line.Split(':', 4);
                if (fields.Length == 4 && fields[2] == text)
                {
                    return fields[0];
                }
            }
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            // The number says enough.
        }
        return null;
    }
}
