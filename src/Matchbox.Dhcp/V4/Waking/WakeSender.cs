using System.ComponentModel;
using System.Net.Sockets;
using Matchbox.Core.Machines;
using Matchbox.Dhcp.V4.Transport;
using Matchbox.Protocols;

namespace Matchbox.Dhcp.V4.Waking;

/// <summary>
/// Sends magic packets to the limited broadcast, as whole frames on the interface that is named: no route decides where they go. Any
/// thread. Needs CAP_NET_RAW, as DHCP does.
/// </summary>
internal sealed class WakeSender : IWakeSender
{
    private static readonly IPv4Address Broadcast = IPv4Address.Parse("255.255.255.255");

    public string? Send(string interfaceName, HardwareAddress mac)
    {
        if (mac.Length != 6)
        {
            return $"{mac} is no Ethernet address, which alone can be woken";
        }
        try
        {
            return NetworkLinks.Read().GetValueOrDefault(interfaceName) switch
            {
                null => "there is no such interface",
                { IsEthernet: false } => "the interface speaks no Ethernet",
                { IsUp: false } => "the interface is down",
                var link => Send(link, mac),
            };
        }
        catch (Exception failure) when (failure is SocketException or Win32Exception)
        {
            return failure.Message;
        }
    }

    private static string? Send(NetworkLink link, HardwareAddress mac)
    {
        Span<byte> frame = stackalloc byte[UdpFrame.HeaderLength + MagicPacket.Length];
        MagicPacket.Write(frame[UdpFrame.HeaderLength..], mac);
        var from = link.Addresses.IsEmpty ? default : link.Addresses[0].Address;
        _ = UdpFrame.Write(frame, link.Hardware, FrameSocket.Everybody, from, MagicPacket.Port, Broadcast, MagicPacket.Port, MagicPacket.Length);
        using var socket = new FrameSocket(link);
        socket.Send(frame, 0x0800);
        return null;
    }
}
