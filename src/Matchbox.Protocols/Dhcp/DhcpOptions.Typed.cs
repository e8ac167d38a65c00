using System.Buffers.Binary;

namespace Matchbox.Protocols.Dhcp;

public readonly partial struct DhcpOptions
{
    /// <summary>50: the address that the client asks for.</summary>
    public IPv4Address? RequestedAddress => GetAddress(DhcpOptionCode.RequestedAddress);

    /// <summary>51, in seconds; 0xffffffff means for ever.</summary>
    public uint? LeaseTime => GetUInt32(DhcpOptionCode.LeaseTime);

    /// <summary>54: the server that is meant, or that speaks.</summary>
    public IPv4Address? ServerIdentifier => GetAddress(DhcpOptionCode.ServerIdentifier);

    /// <summary>55: option numbers, the most wanted first.</summary>
    public ReadOnlySpan<byte> ParameterRequestList => Get(DhcpOptionCode.ParameterRequestList);

    /// <summary>57: IP and UDP header counted; values below the legal 576 are given as sent.</summary>
    public ushort? MaxMessageSize => GetUInt16(DhcpOptionCode.MaxMessageSize);

    /// <summary>60, as octets: "PXEClient:Arch:…", "HTTPClient:Arch:…", or a system's own.</summary>
    public ReadOnlySpan<byte> VendorClass => Get(DhcpOptionCode.VendorClass);

    /// <summary>61, type octet included.</summary>
    public ReadOnlySpan<byte> ClientId => Get(DhcpOptionCode.ClientId);

    /// <summary>77, as sent. <see cref="HasUserClass"/> knows its two forms.</summary>
    public ReadOnlySpan<byte> UserClass => Get(DhcpOptionCode.UserClass);

    /// <summary>82 with its sub-options (RFC 3046).</summary>
    public RelayAgentInformation RelayAgentInformation => new(Get(DhcpOptionCode.RelayAgentInformation));

    /// <summary>The first type of 93 (RFC 4578 §2.1: a list, in order of preference).</summary>
    public ClientArchitecture? ClientArchitecture =>
        Get(DhcpOptionCode.ClientArchitecture) is { Length: >= 2 } value
            ? (ClientArchitecture)BinaryPrimitives.ReadUInt16BigEndian(value)
            : null;

    /// <summary>94: UNDI major and minor revision (RFC 4578 §2.2).</summary>
    public (byte Major, byte Minor)? UndiVersion => Get(DhcpOptionCode.ClientNetworkInterface) is [1, var major, var minor]
        ? (major, minor)
        : null;

    /// <summary>97, only in its one defined form: type 0 and 16 octets (RFC 4578 §2.3).</summary>
    public ClientUuid? Uuid => Get(DhcpOptionCode.ClientMachineId) is [0, .. { Length: ClientUuid.Length } octets]
        ? new ClientUuid(octets)
        : null;

    /// <summary>12 as text, up to the first NUL; hostile.</summary>
    public string? HostName => GetText(DhcpOptionCode.HostName);

    /// <summary>118: the subnet to choose from (RFC 3011).</summary>
    public IPv4Address? SubnetSelection => GetAddress(DhcpOptionCode.SubnetSelection);

    /// <summary>175: what an iPXE can do.</summary>
    public IpxeFeatures IpxeFeatures => new(Get(DhcpOptionCode.Ipxe));

    /// <summary>43 as octets; <see cref="PxeVendorOptions"/> reads it.</summary>
    public ReadOnlySpan<byte> VendorSpecificInformation => Get(DhcpOptionCode.VendorSpecificInformation);

    /// <summary>Is <paramref name="code"/> on the wish list (55)?</summary>
    public bool Requests(DhcpOptionCode code) => ParameterRequestList.Contains((byte)code);

    /// <summary>
    /// Does option 77 name this class? True for the bare text that iPXE sends and for an item of the counted list of RFC 3004 §4.
    /// </summary>
    public bool HasUserClass(ReadOnlySpan<byte> name)
    {
        var rest = UserClass;
        if (rest.SequenceEqual(name) && !rest.IsEmpty)
        {
            return true;
        }
        var found = false;
        while (!rest.IsEmpty)
        {
            int length = rest[0];
            if (length == 0 || length >= rest.Length)
            {
                return false;                                  // not a counted list, so the bare text, which differs
            }
            found |= rest.Slice(1, length).SequenceEqual(name);
            rest = rest[(1 + length)..];
        }
        return found;
    }
}
