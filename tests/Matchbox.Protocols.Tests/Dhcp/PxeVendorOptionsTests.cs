using Matchbox.Protocols.Dhcp;

namespace Matchbox.Protocols.Tests.Dhcp;

public class PxeVendorOptionsTests
{
    private static readonly PxeVendorOptions Full = new()
    {
        DiscoveryControl = PxeDiscoveryControl.NoBroadcast | PxeDiscoveryControl.NoMulticast | PxeDiscoveryControl.OnlyListedServers,
        BootServers = [new PxeBootServers(0x8000, [IPv4Address.Parse("10.77.0.1"), IPv4Address.Parse("10.77.0.2")])],
        Menu = [new PxeMenuItem(0, "Local"), new PxeMenuItem(0x8000, "Net")],
        Prompt = new PxeMenuPrompt(0, "PXE"),
        BootItem = new PxeBootItem(0x8000, 1),
    };

    private static readonly byte[] FullOctets =
    [
        6, 1, 7,                                               // discovery control
        8, 11, 0x80, 0x00, 2, 10, 77, 0, 1, 10, 77, 0, 2,      // type, count, addresses
        9, 14, 0, 0, 5, .. "Local"u8, 0x80, 0x00, 3, .. "Net"u8,
        10, 4, 0, .. "PXE"u8,                                  // timeout 0
        71, 4, 0x80, 0x00, 0, 1,                               // type, layer
        255,
    ];

    [Fact]
    public void The_safe_form_is_06_01_08_ff() => Assert.Equal([6, 1, 8, 255], PxeVendorOptions.BootOfferedFile.ToArray());

    [Fact]
    public void Everything_is_written_as_the_specification_draws_it() => Assert.Equal(FullOctets, Full.ToArray());

    [Fact]
    public void What_is_written_is_read()
    {
        Assert.True(PxeVendorOptions.TryParse(FullOctets, out var read));
        Assert.Equal(Full.DiscoveryControl, read.DiscoveryControl);
        Assert.Equal(Full.BootServers.Single().Type, read.BootServers.Single().Type);
        Assert.Equal(Full.BootServers.Single().Addresses, read.BootServers.Single().Addresses);
        Assert.Equal(Full.Menu, read.Menu);
        Assert.Equal(Full.Prompt, read.Prompt);
        Assert.Equal(Full.BootItem, read.BootItem);
        Assert.Equal(FullOctets, read.ToArray());
    }

    [Theory]
    [InlineData("0602")]                                       // runs past the end
    [InlineData("060100" + "4703800000")]                      // a boot item of three octets
    [InlineData("08048000020A")]                               // two addresses announced, one octet there
    [InlineData("0904000005" + "41")]                          // a text shorter than its length
    [InlineData("0A00")]                                       // a prompt without a timeout
    public void Broken_sub_options_are_refused(string hex) =>
        Assert.False(PxeVendorOptions.TryParse(Convert.FromHexString(hex), out _));

    [Fact]
    public void Unknown_sub_options_are_passed_over()
    {
        Assert.True(PxeVendorOptions.TryParse([1, 4, 0, 0, 0, 0, 71, 4, 0, 1, 0, 0, 255], out var read));
        Assert.Equal(new PxeBootItem(1, 0), read.BootItem);
    }

    [Fact]
    public void A_menu_that_is_too_long_is_our_own_mistake() =>
        Assert.Throws<InvalidOperationException>(() => new PxeVendorOptions { Prompt = new PxeMenuPrompt(0, new string('x', 255)) }.ToArray());
}
