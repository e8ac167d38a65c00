namespace Matchbox.Protocols.Dhcp;

/// <summary>How the value of an option is written in settings. The names in settings are kebab-case: <c>address-list</c>.</summary>
public enum DhcpOptionType
{
    /// <summary>Octets in hex, with or without colons; several values are joined.</summary>
    Hex,

    /// <summary>One IPv4 address.</summary>
    Address,

    /// <summary>One IPv4 address or more.</summary>
    AddressList,

    /// <summary>Pairs of IPv4 addresses (options 21 and 33 of RFC 2132).</summary>
    AddressPairs,

    /// <summary>Text as UTF-8, without an ending NUL (RFC 2132 §2).</summary>
    Text,

    /// <summary>Texts, each after an octet with its length (RFC 3004 §4).</summary>
    TextList,

    /// <summary>One octet, 0 or 1.</summary>
    Bool,
    U8,
    U16,
    U16List,
    U32,
    I32,

    /// <summary>Domain names in the form of RFC 1035 §3.1, not compressed (RFC 3397 §2 allows it).</summary>
    DomainList,

    /// <summary>Routes, each "10.0.0.0/8 via 10.77.0.1" (RFC 3442).</summary>
    ClasslessRoutes,
}
