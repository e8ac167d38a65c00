using System.Buffers.Binary;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Matchbox.Protocols;

namespace Matchbox.Dhcp.V4.Transport;

/// <summary>An IPv4 address of an interface, with its prefix length.</summary>
public readonly record struct LinkAddress(IPv4Address Address, int PrefixLength)
{
    public bool Reaches(IPv4Address other) => PrefixLength is > 0 and < 32 && new IPv4Network(Address, PrefixLength).Contains(other);
}

/// <summary>A network interface at one moment. Immutable.</summary>
public sealed record NetworkLink
{
    public required string Name { get; init; }

    public required int Index { get; init; }

    /// <summary>Administratively up and with a carrier.</summary>
    public bool IsUp { get; init; }

    /// <summary>Speaks Ethernet frames, so that we can write our own.</summary>
    public bool IsEthernet { get; init; }

    public HardwareAddress Hardware { get; init; }

    public ImmutableArray<LinkAddress> Addresses { get; init; } = [];

    /// <summary>Can it serve now?</summary>
    public bool IsReady => IsUp && !Addresses.IsEmpty;

    public bool Has(IPv4Address address)
    {
        foreach (var own in Addresses)
        {
            if (own.Address == address)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Is the address a neighbour's on this link?</summary>
    public bool Reaches(IPv4Address address)
    {
        foreach (var own in Addresses)
        {
            if (own.Reaches(address))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Our address as a network sees it: one inside it, else the first; 0.0.0.0 where there is none.</summary>
    public IPv4Address AddressIn(IPv4Network network)
    {
        foreach (var own in Addresses)
        {
            if (network.Contains(own.Address))
            {
                return own.Address;
            }
        }
        return Addresses.IsEmpty ? default : Addresses[0].Address;
    }

    /// <summary>The same interface in the same condition, so that open sockets may stay.</summary>
    public bool SameAs(NetworkLink other) =>
        Index == other.Index && IsUp == other.IsUp && Hardware == other.Hardware && Addresses.SequenceEqual(other.Addresses);

    public override string ToString() => Name;
}

/// <summary>Reads the interfaces of the network namespace that we run in.</summary>
internal static unsafe class NetworkLinks
{
    private const uint Up = 1;
    private const uint Running = 0x40;
    private const ushort EthernetType = 1;                     // ARPHRD_ETHER

    /// <exception cref="Win32Exception">The kernel gave no list.</exception>
    public static Dictionary<string, NetworkLink> Read()
    {
        if (LibC.GetInterfaceAddresses(out var first) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
        try
        {
            var links = new Dictionary<string, NetworkLink>(StringComparer.Ordinal);
            for (var entry = first; entry != null; entry = entry->Next)
            {
                var name = Marshal.PtrToStringUTF8((nint)entry->Name)!;
                name = name.Split(':', 2)[0];                  // an old-style alias, eth0:1, is an address of eth0
                var link = links.GetValueOrDefault(name) ?? new NetworkLink { Name = name, Index = (int)LibC.IndexOf(name) };
                link = link with { IsUp = (entry->Flags & (Up | Running)) == (Up | Running) };
                if (entry->Address != null)
                {
                    link = WithAddress(link, entry);
                }
                links[name] = link;
            }
            return links;
        }
        finally
        {
            LibC.FreeInterfaceAddresses(first);
        }
    }

    private static NetworkLink WithAddress(NetworkLink link, LibC.InterfaceAddress* entry)
    {
        switch (*(ushort*)entry->Address)
        {
            case LibC.InternetFamily:
                var address = IPv4Address.Read(new ReadOnlySpan<byte>(entry->Address + 4, 4));
                var mask = entry->Mask == null ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(entry->Mask + 4, 4));
                return link with { Addresses = link.Addresses.Add(new LinkAddress(address, System.Numerics.BitOperations.PopCount(mask))) };
            case LibC.PacketFamily:                            // struct sockaddr_ll: family, protocol, index, hatype, pkttype, halen, addr
                var type = *(ushort*)(entry->Address + 8);
                var length = entry->Address[11];
                return link with
                {
                    IsEthernet = type == EthernetType && length == 6,
                    Hardware = new HardwareAddress(new ReadOnlySpan<byte>(entry->Address + 12, Math.Min((int)length, 8))),
                };
            default:
                return link;
        }
    }
}
