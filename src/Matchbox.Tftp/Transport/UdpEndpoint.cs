using System.Buffers.Binary;
using System.Globalization;
using Matchbox.Protocols;

namespace Matchbox.Tftp.Transport;

/// <summary>An IPv4 address and a UDP port: one side of a transfer, its port the TID (RFC 1350 §4).</summary>
internal readonly record struct UdpEndpoint(IPv4Address Address, ushort Port)
{
    public static UdpEndpoint From(in Libc.SockAddrIn address) =>
        new(new IPv4Address(BinaryPrimitives.ReverseEndianness(address.Address)), BinaryPrimitives.ReverseEndianness(address.Port));

    public Libc.SockAddrIn ToSockAddr() => new()
    {
        Family = Libc.AF_INET,
        Address = BinaryPrimitives.ReverseEndianness(Address.Value),
        Port = BinaryPrimitives.ReverseEndianness(Port),
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}");
}
