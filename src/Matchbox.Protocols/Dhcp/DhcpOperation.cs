namespace Matchbox.Protocols.Dhcp;

/// <summary>The op field: who speaks (RFC 2131 §2).</summary>
public enum DhcpOperation : byte
{
    None = 0,

    /// <summary>From a client or its relay.</summary>
    BootRequest = 1,

    /// <summary>From a server.</summary>
    BootReply = 2,
}
