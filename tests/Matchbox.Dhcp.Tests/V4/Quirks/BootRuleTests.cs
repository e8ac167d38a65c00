using System.Text;
using Matchbox.Core.Boot;
using Matchbox.Dhcp.V4.Quirks;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Dhcp.Tests.V4.Quirks;

/// <summary>One test per rule: what it writes, and for whom it does not.</summary>
public sealed class BootRuleTests
{
    private static readonly IPv4Address Server = IPv4Address.Parse("10.77.0.1");
    private static readonly DhcpBoot File = new DhcpBoot.TftpFile("boot/abc/undionly.kpxe");
    private static readonly DhcpBoot Script = new DhcpBoot.Url("http://10.77.0.1:8080/boot.ipxe?nonce=abc");
    private static readonly DhcpBoot Nothing = new DhcpBoot.Nothing("nothing");

    [Fact]
    public void Every_rule_has_a_name_and_a_source_and_no_name_twice()
    {
        Assert.All(BootRules.All, rule => Assert.False(string.IsNullOrWhiteSpace(rule.Name) || string.IsNullOrWhiteSpace(rule.Source)));
        Assert.Equal(BootRules.All.Length, BootRules.All.Select(rule => rule.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Siaddr_is_set_also_for_a_url_of_a_proxy()
    {
        Assert.Equal(Server, Answer(Ipxe(), Script, BootForm.ProxyOffer).Siaddr);
        Assert.Equal(Server, Answer(Bios(), File).Siaddr);
        Assert.True(Answer(Bios(), Nothing).Siaddr.IsAny);
    }

    [Fact]
    public void The_file_stands_in_its_field()
    {
        Assert.Equal("boot/abc/undionly.kpxe", Answer(Bios(), File).File);
    }

    [Fact]
    public void A_url_too_long_for_the_field_goes_to_67_with_a_nul()
    {
        var url = "http://10.77.0.1:8080/" + new string('x', 120);
        var answer = Answer(Ipxe(), new DhcpBoot.Url(url));
        Assert.Equal("", answer.File);
        Assert.Equal([.. Encoding.ASCII.GetBytes(url), 0], answer.Options.Get(DhcpOptionCode.BootFileName).ToArray());
    }

    [Fact]
    public void Option_67_only_when_asked_for_and_with_a_nul_inside()
    {
        Assert.False(Answer(Bios(), File).Options.Contains(DhcpOptionCode.BootFileName));
        var asked = Answer(Bios(67), File);
        Assert.Equal("boot/abc/undionly.kpxe\0"u8.ToArray(), asked.Options.Get(DhcpOptionCode.BootFileName).ToArray());
        Assert.Equal("boot/abc/undionly.kpxe", asked.File);
    }

    [Fact]
    public void Option_66_only_when_asked_for_and_as_an_address()
    {
        Assert.False(Answer(Bios(), File).Options.Contains(DhcpOptionCode.TftpServerName));
        Assert.Equal("10.77.0.1", Answer(Bios(66), File).Options.GetText(DhcpOptionCode.TftpServerName));
        Assert.False(Answer(Ipxe(66), Script).Options.Contains(DhcpOptionCode.TftpServerName));
    }

    [Fact]
    public void Option_150_only_when_asked_for()
    {
        Assert.False(Answer(Bios(), File).Options.Contains(DhcpOptionCode.TftpServerAddresses));
        Assert.Equal(Server, Answer(Bios(150), File).Options.GetAddress(DhcpOptionCode.TftpServerAddresses));
    }

    [Theory]
    [InlineData(BootForm.WithLease)]
    [InlineData(BootForm.ProxyOffer)]
    internal void An_HTTP_client_is_answered_as_one(BootForm form)
    {
        var answer = Answer(Http(), Script, form);
        Assert.Equal("HTTPClient"u8.ToArray(), answer.Options.VendorClass.ToArray());
        Assert.False(answer.Options.Contains(DhcpOptionCode.VendorSpecificInformation));
    }

    [Fact]
    public void Firmware_with_a_lease_gets_60_and_43_together_or_none()
    {
        var answer = Answer(Bios(), File);
        Assert.Equal("PXEClient"u8.ToArray(), answer.Options.VendorClass.ToArray());
        Assert.Equal([6, 1, 8, 255], answer.Options.VendorSpecificInformation.ToArray());

        var without = Answer(Bios(), Nothing);
        Assert.False(without.Options.Contains(DhcpOptionCode.VendorClass));
        Assert.False(without.Options.Contains(DhcpOptionCode.VendorSpecificInformation));
    }

    [Fact]
    public void IPXE_with_a_lease_gets_neither_60_nor_43()
    {
        var answer = Answer(Ipxe(), Script);
        Assert.False(answer.Options.Contains(DhcpOptionCode.VendorClass));
        Assert.False(answer.Options.Contains(DhcpOptionCode.VendorSpecificInformation));
    }

    [Fact]
    public void IPXE_with_a_lease_does_not_wait_for_proxies()
    {
        Assert.Equal([176, 1, 1], Answer(Ipxe(), Script).Options.Get(DhcpOptionCode.Ipxe).ToArray());
        Assert.False(Answer(Ipxe(), Script, BootForm.ProxyOffer).Options.Contains(DhcpOptionCode.Ipxe));
        Assert.False(Answer(Bios(), File).Options.Contains(DhcpOptionCode.Ipxe));
    }

    [Fact]
    public void A_proxy_offer_to_BIOS_and_to_iPXE_says_boot_this_file()
    {
        foreach (var packet in new[] { Bios(), Ipxe(), Ipxe(architecture: 7) })
        {
            var answer = Answer(packet, File, BootForm.ProxyOffer);
            Assert.Equal("PXEClient"u8.ToArray(), answer.Options.VendorClass.ToArray());
            Assert.Equal([6, 1, 8, 255], answer.Options.VendorSpecificInformation.ToArray());
        }
    }

    [Fact]
    public void A_proxy_offer_to_UEFI_leaves_43_out_so_that_it_asks_port_4011()
    {
        var answer = Answer(Uefi(), File, BootForm.ProxyOffer);
        Assert.Equal("PXEClient"u8.ToArray(), answer.Options.VendorClass.ToArray());
        Assert.False(answer.Options.Contains(DhcpOptionCode.VendorSpecificInformation));
        Assert.False(Answer(Uefi(), File, BootForm.BootServer).Options.Contains(DhcpOptionCode.VendorSpecificInformation));
    }

    [Fact]
    public void A_chosen_boot_item_is_confirmed_from_port_4011()
    {
        var packet = Bios().Option(DhcpOptionCode.VendorSpecificInformation, 71, 4, 0, 0, 0, 0, 255);
        Assert.Equal([71, 4, 0, 0, 0, 0, 255], Answer(packet, File, BootForm.BootServer).Options.VendorSpecificInformation.ToArray());
    }

    [Fact]
    public void The_machines_UUID_comes_back()
    {
        byte[] uuid = [0, .. Enumerable.Range(1, 16).Select(i => (byte)i)];
        Assert.Equal(uuid, Answer(Bios().Option(DhcpOptionCode.ClientMachineId, uuid), File).Options.Get(DhcpOptionCode.ClientMachineId).ToArray());
        Assert.False(Answer(Bios().Option(DhcpOptionCode.ClientMachineId, 0, 1, 2), File).Options.Contains(DhcpOptionCode.ClientMachineId));
    }

    [Fact]
    public void An_ordinary_client_never_sees_60()
    {
        var reply = Compose(DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.VendorClass, "udhcp 1.35"u8.ToArray()), Nothing, BootForm.WithLease,
            reply => reply.Options.Set(DhcpOptionCode.VendorClass, "PXEClient"u8));
        Assert.False(reply.Options.Contains(DhcpOptionCode.VendorClass));
    }

    [Theory]
    [InlineData("dc:a6:32:00:00:01", "Raspberry Pi Boot")]
    [InlineData("b8:27:eb:00:00:01", "Raspberry Pi Boot   ")]
    public void A_Raspberry_Pi_finds_its_name_in_the_menu(string mac, string text)
    {
        var packet = Bios(66, 67);
        packet.Chaddr = HardwareAddress.Parse(mac);
        var answer = Answer(packet, File);

        Assert.True(PxeVendorOptions.TryParse(answer.Options.VendorSpecificInformation, out var menu));
        Assert.Equal(text, Assert.Single(menu.Menu).Text);
        Assert.Equal(new PxeMenuPrompt(0, "PXE"), menu.Prompt);
        Assert.Equal("PXEClient"u8.ToArray(), answer.Options.VendorClass.ToArray());
        Assert.False(answer.Options.Contains(DhcpOptionCode.TftpServerName));
    }

    [Fact]
    public void What_left_60_out_but_says_its_architecture_is_firmware()
    {
        var request = DhcpPacket.Of(DhcpMessageType.Request).Option(DhcpOptionCode.ClientArchitecture, 0, 0);
        Assert.Equal(DhcpClientKind.PxeClient, BootClient.Of(request.ToMessage()).Kind);
    }

    [Fact]
    public void Firmware_without_93_is_x86_BIOS()
    {
        var request = DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.VendorClass, "PXEClient:Arch:00007:UNDI:003016"u8.ToArray());
        Assert.Equal(ClientArchitecture.X86Bios, BootClient.Of(request.ToMessage()).Architecture);
    }

    [Fact]
    public void Option_175_alone_does_not_make_an_iPXE()
    {
        Assert.False(BootClient.Of(Bios().Option(DhcpOptionCode.Ipxe, 19, 1, 1).ToMessage()).IsIpxe);
        var counted = Bios().Option(DhcpOptionCode.UserClass, 4, (byte)'i', (byte)'P', (byte)'X', (byte)'E').Option(DhcpOptionCode.Ipxe, 19, 1, 1);
        Assert.True(BootClient.Of(counted.ToMessage()) is { IsIpxe: true, IpxeHasHttp: true });
        Assert.True(BootClient.Of(Bios().Option(DhcpOptionCode.UserClass, "iPXE"u8.ToArray()).ToMessage()) is { IsIpxe: true, IpxeHasHttp: false });
    }

    [Fact]
    public void No_reply_is_overloaded()
    {
        var answer = Answer(Bios([.. Enumerable.Range(1, 100).Select(code => (byte)code)]), File);
        Assert.False(answer.Options.Contains(DhcpOptionCode.Overload));
    }

    private static DhcpPacket Firmware(byte architecture, string vendor, byte[] wishes) => DhcpPacket.Of(DhcpMessageType.Discover)
        .Option(DhcpOptionCode.VendorClass, Encoding.ASCII.GetBytes($"{vendor}:Arch:{architecture:d5}:UNDI:003000"))
        .Option(DhcpOptionCode.ClientArchitecture, 0, architecture)
        .Option(DhcpOptionCode.ParameterRequestList, [1, 3, .. wishes]);

    private static DhcpPacket Bios(params byte[] wishes) => Firmware(0, "PXEClient", wishes);

    private static DhcpPacket Uefi(params byte[] wishes) => Firmware(7, "PXEClient", wishes);

    private static DhcpPacket Http() => Firmware(16, "HTTPClient", [67]);

    private static DhcpPacket Ipxe(byte wish = 1, byte architecture = 0) =>
        Firmware(architecture, "PXEClient", [wish]).Option(DhcpOptionCode.UserClass, "iPXE"u8.ToArray()).Option(DhcpOptionCode.Ipxe, 19, 1, 1);

    private static DhcpMessage Answer(DhcpPacket packet, DhcpBoot boot, BootForm form = BootForm.WithLease) => Compose(packet, boot, form, _ => { });

    private static DhcpMessage Compose(DhcpPacket packet, DhcpBoot boot, BootForm form, Action<DhcpReply> before)
    {
        var request = packet.ToMessage();
        var reply = request.ReplyWith(DhcpMessageType.Offer);
        reply.ServerIdentifier = Server;
        before(reply);
        BootRules.Write(new BootReply(reply, BootClient.Of(request), boot, Server, form));
        var octets = new byte[DhcpReply.MaxLength];
        Assert.True(DhcpMessage.TryParse(octets.AsSpan(0, reply.Write(octets)), out var message, out _));
        return message;
    }
}
