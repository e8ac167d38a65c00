using System.Globalization;
using System.Net.Sockets;

namespace Matchbox.Dhcp;

/// <summary>A port could not be had: the service would be deaf there, so it does not start.</summary>
public sealed class DhcpPortException(string interfaceName, int port, SocketException inner)
    : IOException(string.Create(CultureInfo.InvariantCulture, $"DHCP cannot listen on {interfaceName} port {port}/udp: {Describe(inner)}"), inner)
{
    public string InterfaceName { get; } = interfaceName;

    public int Port { get; } = port;

    /// <summary>Another process holds it; otherwise a capability is missing.</summary>
    public bool IsTaken { get; } = inner.SocketErrorCode == SocketError.AddressAlreadyInUse;

    private static string Describe(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "another program holds it",
        SocketError.AccessDenied => "not allowed (CAP_NET_BIND_SERVICE and CAP_NET_RAW are needed)",
        _ => error.Message,
    };
}
