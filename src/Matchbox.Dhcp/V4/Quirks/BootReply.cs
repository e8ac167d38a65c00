using Matchbox.Core.Boot;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Quirks;

/// <summary>In which role we tell a machine what to boot.</summary>
internal enum BootForm
{
    /// <summary>OFFER or ACK of a lease.</summary>
    WithLease,

    /// <summary>OFFER without an address, beside another DHCP server (PXE 2.1 §2.2).</summary>
    ProxyOffer,

    /// <summary>ACK from port 4011.</summary>
    BootServer,
}

/// <summary>A reply that tells a machine what to boot, while the rules write into it.</summary>
/// <param name="Reply">Where the rules write.</param>
/// <param name="Client">Who asked.</param>
/// <param name="Boot">What it shall boot.</param>
/// <param name="Server">Our address as the machine sees it.</param>
/// <param name="Form">Our role.</param>
internal readonly record struct BootReply(DhcpReply Reply, BootClient Client, DhcpBoot Boot, IPv4Address Server, BootForm Form)
{
    public DhcpMessage Request => Reply.Request;

    public bool IsPxe => Client.Kind == DhcpClientKind.PxeClient;

    public bool IsHttp => Client.Kind == DhcpClientKind.HttpClient;

    public bool HasBoot => Boot is not DhcpBoot.Nothing;

    public string Location => Boot switch
    {
        DhcpBoot.TftpFile file => file.Path,
        DhcpBoot.Url url => url.Location,
        _ => "",
    };

    public bool Asks(DhcpOptionCode code) => Request.Options.Requests(code);
}

/// <summary>
/// One thing that a firmware or loader needs otherwise than a plain reading of the standards says, or that they agree on
/// only in part. Pure, except that it writes into the reply.
/// </summary>
/// <param name="Name">What people call it.</param>
/// <param name="Source">Where it was learned.</param>
/// <param name="Applies">To which replies.</param>
/// <param name="Write">What it writes.</param>
internal sealed record BootRule(string Name, string Source, Func<BootReply, bool> Applies, Action<BootReply> Write);
