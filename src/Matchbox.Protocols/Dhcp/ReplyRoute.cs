namespace Matchbox.Protocols.Dhcp;

/// <summary>How a reply travels.</summary>
public enum ReplyDelivery
{
    /// <summary>An ordinary datagram to an address that answers ARP or lies behind a router.</summary>
    Routed,

    /// <summary>255.255.255.255 and ff:ff:ff:ff:ff:ff on the interface of arrival.</summary>
    Broadcast,

    /// <summary>To chaddr without ARP: the client does not have its address yet.</summary>
    LinkUnicast,
}

/// <summary>Where a reply goes (RFC 2131 §4.1). <see cref="Hardware"/> is set for <see cref="ReplyDelivery.LinkUnicast"/> only.</summary>
public readonly record struct ReplyRoute(ReplyDelivery Delivery, IPv4Address Destination, ushort Port, HardwareAddress Hardware = default)
{
    /// <summary>RFC 2131 §4.1 and, for a NAK, §4.3.2. A client that a frame cannot be addressed to gets a broadcast (§4.1, end).</summary>
    public static ReplyRoute For(DhcpMessage request, DhcpReply reply) => request switch
    {
        { Giaddr.IsAny: false } => new(ReplyDelivery.Routed, request.Giaddr, DhcpMessage.ServerPort),
        _ when reply.Type == DhcpMessageType.Nak => ToAll,
        { Ciaddr.IsAny: false } => new(ReplyDelivery.Routed, request.Ciaddr, DhcpMessage.ClientPort),
        _ when reply.Broadcast || reply.Yiaddr.IsAny || !IsEthernet(request) => ToAll,
        _ => new(ReplyDelivery.LinkUnicast, reply.Yiaddr, DhcpMessage.ClientPort, request.Chaddr),
    };

    private static ReplyRoute ToAll => new(ReplyDelivery.Broadcast, IPv4Address.Broadcast, DhcpMessage.ClientPort);

    private static bool IsEthernet(DhcpMessage request) => request.Htype == 1 && request.Chaddr.IsEthernet && !request.Chaddr.IsMulticast;
}
