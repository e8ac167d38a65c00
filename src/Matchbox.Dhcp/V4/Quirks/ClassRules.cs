using Matchbox.Core.Boot;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Quirks;

/// <summary>Options 60, 43 and 97: how a reply says that it is about booting.</summary>
internal static class ClassRules
{
    private static readonly byte[] BootOfferedFile = PxeVendorOptions.BootOfferedFile.ToArray();

    /// <summary>An operating system that meets 60 in a reply takes it for a boot server's; whoever configured it meant firmware.</summary>
    public static readonly BootRule NoClassForOrdinaryClients = new(
        "no 60 for an ordinary client", "PXE 2.1 §2.2.2",
        reply => reply.Client.Kind == DhcpClientKind.Ordinary,
        reply => reply.Reply.Options.Remove(DhcpOptionCode.VendorClass));

    /// <summary>An offer without it is dropped by UEFI HTTP boot; with yiaddr 0 it is a proxy's and allowed.</summary>
    public static readonly BootRule HttpClientIsEchoed = new(
        "60 = HTTPClient", "UEFI 2.5 §24.7.4; EDK2 HttpBootDxe",
        reply => reply.IsHttp && reply.HasBoot,
        reply =>
        {
            reply.Reply.Options.Set(DhcpOptionCode.VendorClass, "HTTPClient"u8);
            reply.Reply.Options.Remove(DhcpOptionCode.VendorSpecificInformation);
        });

    /// <summary>
    /// With a lease: 60 and 43 = {6: 8}, "boot the file of this offer". 60 alone makes UEFI look for a boot server on port 4011
    /// and stop at "Start PXE over IPv4", while BIOS boots.
    /// </summary>
    public static readonly BootRule FirmwareBootsTheOfferedFile = new(
        "60 with 43 = 06 01 08 ff", "EDK2 PxeBcDhcp4; PXE 2.1 §2.3",
        reply => reply.IsPxe && reply.HasBoot && !reply.Client.IsIpxe && reply.Form == BootForm.WithLease,
        reply => Mark(reply, BootOfferedFile));

    /// <summary>iPXE takes the file of any offer; with 43 it would read a bare name as a path on whoever gave the lease.</summary>
    public static readonly BootRule IpxeNeedsNoClassWithLease = new(
        "neither 60 nor 43 to iPXE with a lease", "iPXE dhcp.c, autoboot.c",
        reply => reply.IsPxe && reply.HasBoot && reply.Client.IsIpxe && reply.Form == BootForm.WithLease,
        reply =>
        {
            reply.Reply.Options.Remove(DhcpOptionCode.VendorClass);
            reply.Reply.Options.Remove(DhcpOptionCode.VendorSpecificInformation);
        });

    /// <summary>A reply that is no lease is only read when 60 says PXEClient. BIOS and iPXE boot its file at once.</summary>
    public static readonly BootRule ProxyOffersAreMarked = new(
        "proxy offers carry 60 and 43 = 06 01 08 ff", "PXE 2.1 §2.2.2",
        reply => reply.IsPxe && reply.Form == BootForm.ProxyOffer,
        reply => Mark(reply, BootOfferedFile));

    /// <summary>
    /// UEFI with 60 and without 43 asks port 4011 and boots what it hears there. That nearly all of them do right, while some ignore
    /// a proxy offer with {6: 8}.
    /// </summary>
    public static readonly BootRule UefiAsksPort4011 = new(
        "no 43 in a proxy's answers to UEFI and from port 4011", "EDK2 (BINL); pixiecore's experience",
        reply => reply.IsPxe
            && (reply.Form == BootForm.BootServer
                || (reply.Form == BootForm.ProxyOffer && !reply.Client.IsIpxe
                    && LoaderPolicy.FirmwareOf((ushort)reply.Client.Architecture) == FirmwareKind.Uefi)),
        reply =>
        {
            reply.Reply.Options.Set(DhcpOptionCode.VendorClass, "PXEClient"u8);
            reply.Reply.Options.Remove(DhcpOptionCode.VendorSpecificInformation);
        });

    /// <summary>A client that chose from a menu wants its choice (71) confirmed.</summary>
    public static readonly BootRule BootItemIsEchoed = new(
        "43/71 echoed from port 4011", "PXE 2.1 §2.2.7",
        reply => reply.Form == BootForm.BootServer && BootItemOf(reply) is not null,
        reply => reply.Reply.Options.Set(
            DhcpOptionCode.VendorSpecificInformation, new PxeVendorOptions { BootItem = BootItemOf(reply) }.ToArray()));

    /// <summary>97 comes back as it was sent, in the only form that is defined.</summary>
    public static readonly BootRule MachineIdIsEchoed = new(
        "97 echoed", "PXE 2.1 table 2-3",
        reply => (reply.IsPxe || reply.IsHttp) && reply.Request.Options.Uuid is not null,
        reply => reply.Reply.Options.Set(DhcpOptionCode.ClientMachineId, reply.Request.Options.Get(DhcpOptionCode.ClientMachineId)));

    private static void Mark(BootReply reply, ReadOnlySpan<byte> vendorOptions)
    {
        reply.Reply.Options.Set(DhcpOptionCode.VendorClass, "PXEClient"u8);
        reply.Reply.Options.Set(DhcpOptionCode.VendorSpecificInformation, vendorOptions);
    }

    private static PxeBootItem? BootItemOf(BootReply reply) =>
        PxeVendorOptions.TryParse(reply.Request.Options.VendorSpecificInformation, out var sent) ? sent.BootItem : null;
}
