using System.Text;
using Matchbox.Core.Boot;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Quirks;

/// <summary>Where the name of the file and its server stand.</summary>
internal static class FileRules
{
    /// <summary>
    /// siaddr is set also beside a URL. iPXE ignores a proxy offer whose siaddr is 0.0.0.0, asks port 4011 in vain and does not boot.
    /// </summary>
    public static readonly BootRule NextServer = new(
        "siaddr always", "iPXE 2019, measured; RFC 2131 table 3",
        reply => reply.HasBoot,
        reply => reply.Reply.Siaddr = reply.Server);

    /// <summary>Old ROMs and U-Boot read the field only. What is longer than the field goes to option 67 by the reply's writer.</summary>
    public static readonly BootRule FileField = new(
        "file in its field", "PXE 2.1 §2.4; U-Boot",
        reply => reply.HasBoot,
        reply =>
        {
            reply.Reply.Options.Remove(DhcpOptionCode.BootFileName);
            reply.Reply.File = reply.Location;
        });

    /// <summary>
    /// 67 only when asked for, and with a NUL inside its length: some ROMs read it as a C string and would ask TFTP for the name
    /// with the next option's octets behind it.
    /// </summary>
    public static readonly BootRule FileOptionWhenAsked = new(
        "67 when asked, NUL inside", "ROMs that append 0xff to the name; EDK2 takes 67 before file",
        reply => reply.HasBoot && reply.Asks(DhcpOptionCode.BootFileName) && Encoding.UTF8.GetByteCount(reply.Location) < byte.MaxValue,
        reply => reply.Reply.Options.Set(DhcpOptionCode.BootFileName, reply.Location, nulEnded: true));

    /// <summary>66 is text (RFC 2132 §9.4). Old Intel UNDI trips over a name, so it is an address, and only for who asked.</summary>
    public static readonly BootRule ServerNameWhenAsked = new(
        "66 when asked, as a literal", "RFC 2132 §9.4; old Intel UNDI",
        reply => reply.HasBoot,
        reply =>
        {
            reply.Reply.Options.Remove(DhcpOptionCode.TftpServerName);
            if (reply.Boot is DhcpBoot.TftpFile && reply.Asks(DhcpOptionCode.TftpServerName))
            {
                reply.Reply.Options.Set(DhcpOptionCode.TftpServerName, reply.Server.ToString());
            }
        });

    /// <summary>150 is a list of addresses, read by GRUB and U-Boot.</summary>
    public static readonly BootRule ServerAddressesWhenAsked = new(
        "150 when asked", "RFC 5859",
        reply => reply.Boot is DhcpBoot.TftpFile && reply.Asks(DhcpOptionCode.TftpServerAddresses),
        reply => reply.Reply.Options.Set(DhcpOptionCode.TftpServerAddresses, reply.Server));
}
