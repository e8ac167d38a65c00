using System.Collections.Immutable;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Quirks;

/// <summary>The boot ROM of the Raspberry Pi: it calls itself x86 BIOS and boots only when a menu names it.</summary>
internal static class RaspberryPiRules
{
    private static readonly byte[] Menu = MenuOf("Raspberry Pi Boot");
    private static readonly byte[] OldMenu = MenuOf("Raspberry Pi Boot   ");

    public static readonly BootRule MenuOfTheRom = new(
        "43/9 Raspberry Pi Boot", "Raspberry Pi documentation; the ROM of the 3 wants three blanks behind it",
        reply => reply.Client.IsRaspberryPi && reply.IsPxe && !reply.Client.IsIpxe && reply.HasBoot,
        reply =>
        {
            reply.Reply.Options.Set(DhcpOptionCode.VendorClass, "PXEClient"u8);
            reply.Reply.Options.Set(DhcpOptionCode.VendorSpecificInformation, RaspberryPi.IsOldRom(reply.Client.Mac) ? OldMenu : Menu);
        });

    public static readonly BootRule NoServerName = new(
        "no 66 to a Raspberry Pi", "Raspberry Pi 3 ROM",
        reply => reply.Client.IsRaspberryPi && reply.IsPxe && !reply.Client.IsIpxe,
        reply => reply.Reply.Options.Remove(DhcpOptionCode.TftpServerName));

    private static byte[] MenuOf(string text) => new PxeVendorOptions
    {
        Menu = [new PxeMenuItem(0, text)],
        Prompt = new PxeMenuPrompt(0, "PXE"),
    }.ToArray();
}
