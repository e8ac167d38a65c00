namespace Matchbox.Protocols.Dhcp;

/// <summary>Why octets are no DHCP message.</summary>
public enum DhcpParseError
{
    None = 0,

    /// <summary>Less than header and magic cookie, or more than a UDP datagram holds.</summary>
    Length,

    /// <summary>op is neither 1 nor 2.</summary>
    Operation,

    /// <summary>hlen is above 16, the room of chaddr.</summary>
    HardwareLength,

    /// <summary>No 63 82 53 63 where the options begin: BOOTP with a vendor area of its own, or something else.</summary>
    MagicCookie,

    /// <summary>The length of an option runs past its field.</summary>
    TruncatedOption,

    /// <summary>Option 52 is not one octet of 0 to 3 (RFC 2132 §9.3).</summary>
    Overload,

    /// <summary>Well formed, but without option 53: a BOOTP client (RFC 1534), which we do not serve.</summary>
    Bootp,

    /// <summary>Option 53 is not one octet, or not a registered type.</summary>
    MessageType,
}
