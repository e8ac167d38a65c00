namespace Matchbox.Protocols.Dhcp;

/// <summary>Option 82 as a relay or switch wrote it (RFC 3046). A view; copies nothing; echoed byte for byte.</summary>
public readonly ref struct RelayAgentInformation(ReadOnlySpan<byte> octets)
{
    public ReadOnlySpan<byte> Octets { get; } = octets;

    public bool IsPresent => !Octets.IsEmpty;

    /// <summary>1: the port (RFC 3046 §3.1).</summary>
    public ReadOnlySpan<byte> CircuitId => Find(1);

    /// <summary>2: the far end (RFC 3046 §3.2).</summary>
    public ReadOnlySpan<byte> RemoteId => Find(2);

    /// <summary>5: the subnet to choose from, before giaddr (RFC 3527 §3).</summary>
    public IPv4Address? LinkSelection => Find(5) is { Length: 4 } value ? IPv4Address.Read(value) : null;

    /// <summary>6 (RFC 3993).</summary>
    public ReadOnlySpan<byte> SubscriberId => Find(6);

    /// <summary>10: the relay got the client's message by unicast (RFC 5010 §3).</summary>
    public bool CameByUnicast => Find(10) is [var flags] && (flags & 0x80) != 0;

    /// <summary>11: what option 54 of the reply shall say, so that renewals pass through the relay (RFC 5107 §4).</summary>
    public IPv4Address? ServerIdentifierOverride => Find(11) is { Length: 4 } value ? IPv4Address.Read(value) : null;

    private ReadOnlySpan<byte> Find(byte wanted)
    {
        var reader = new DhcpOptionReader(Octets, padAndEnd: false);
        while (reader.TryRead(out var code, out var value))
        {
            if (code == wanted)
            {
                return value;
            }
        }
        return default;
    }
}
