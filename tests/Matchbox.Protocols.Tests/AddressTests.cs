using Matchbox.Protocols;

namespace Matchbox.Protocols.Tests;

public class AddressTests
{
    [Theory]
    [InlineData("10.77.0.1", 0x0a4d0001u)]
    [InlineData("255.255.255.255", uint.MaxValue)]
    [InlineData("0.0.0.0", 0u)]
    public void An_address_reads_and_prints_itself(string text, uint value)
    {
        Assert.True(IPv4Address.TryParse(text, out var address));
        Assert.Equal(value, address.Value);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.77.0")]
    [InlineData("10.77.0.1.2")]
    [InlineData("10.77.0.256")]
    [InlineData("10.77.0.01")]
    [InlineData(" 10.77.0.1")]
    [InlineData("10.77.0.1 ")]
    [InlineData("0x10.77.0.1")]
    [InlineData("10..0.1")]
    public void What_is_no_address_is_refused(string text) => Assert.False(IPv4Address.TryParse(text, out _));

    [Fact]
    public void A_network_knows_its_hosts()
    {
        var network = IPv4Network.Parse("10.77.0.9/29");
        Assert.Equal("10.77.0.8/29", network.ToString());
        Assert.False(network.IsHost(IPv4Address.Parse("10.77.0.8")));
        Assert.True(network.IsHost(IPv4Address.Parse("10.77.0.14")));
        Assert.False(network.IsHost(IPv4Address.Parse("10.77.0.15")));
        Assert.Equal("255.255.255.248", network.Mask.ToString());
        Assert.True(IPv4Network.Parse("10.0.0.0/31").IsHost(IPv4Address.Parse("10.0.0.0")));
    }

    [Theory]
    [InlineData("52:54:00:77:00:AB")]
    [InlineData("52-54-00-77-00-ab")]
    [InlineData("5254.0077.00ab")]
    [InlineData("5254007700ab")]
    public void A_hardware_address_has_many_spellings(string text)
    {
        Assert.True(HardwareAddress.TryParse(text, out var address));
        Assert.Equal("52:54:00:77:00:ab", address.ToString());
        Assert.Equal("52-54-00-77-00-ab", address.ToHyphenString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("52:54:00:77:00")]
    [InlineData("52:54:00:77:00:a")]
    [InlineData("52:54-00:77:00:ab")]
    [InlineData("52:54:00:77:00:ab:")]
    [InlineData("5254:0077:00ab")]
    [InlineData("52.54.00.77.00.ab")]
    [InlineData("52:54:00:77:00:gg")]
    [InlineData("00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00")]
    public void What_is_no_hardware_address_is_refused(string text) => Assert.False(HardwareAddress.TryParse(text, out _));
}
