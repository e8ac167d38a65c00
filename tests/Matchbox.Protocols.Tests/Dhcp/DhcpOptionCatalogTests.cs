using Matchbox.Protocols.Dhcp;

namespace Matchbox.Protocols.Tests.Dhcp;

public class DhcpOptionCatalogTests
{
    [Theory]
    [InlineData("ntp-servers", null, "10.77.0.1,10.77.0.2", 42, "0A4D00010A4D0002")]
    [InlineData("NTP_Servers", null, "10.77.0.1", 42, "0A4D0001")]
    [InlineData("42", null, "10.77.0.1", 42, "0A4D0001")]
    [InlineData("dns", null, "10.77.0.1", 6, "0A4D0001")]
    [InlineData("domain-name", null, "rack.example", 15, "7261636B2E6578616D706C65")]
    [InlineData("interface-mtu", null, "9000", 26, "2328")]
    [InlineData("time-offset", null, "-3600", 2, "FFFFF1F0")]
    [InlineData("ip-forwarding", null, "yes", 19, "01")]
    [InlineData("default-ip-ttl", null, "64", 23, "40")]
    [InlineData("ipv6-only-preferred", null, "0x708", 108, "00000708")]
    [InlineData("vendor-specific-information", null, "06:01:08:ff", 43, "060108FF")]
    [InlineData("224", "text", "abc", 224, "616263")]
    [InlineData("224", "hex", "0xAbCd", 224, "ABCD")]
    [InlineData("domain-search", null, "a.example,bc.example.", 119, "0161076578616D706C65000262630765" + "78616D706C6500")]
    // RFC 3442's own examples: width, only the octets that count, the router.
    [InlineData("classless-static-routes", null, "10.0.0.0/8 via 10.77.0.1", 121, "080A0A4D0001")]
    [InlineData("classless-routes", null, "10.17.0.0/16 via 10.77.0.1,default via 10.77.0.2", 121, "100A110A4D0001000A4D0002")]
    [InlineData("121", null, "10.229.0.128/25 via 10.77.0.1", 121, "190AE500800A4D0001")]
    [InlineData("static-routes", null, "10.1.0.0,10.77.0.1", 33, "0A0100000A4D0001")]
    [InlineData("user-class", null, "ab", 77, "026162")]
    [InlineData("name-service-search", null, "6,42", 117, "0006002A")]
    public void A_setting_becomes_octets(string name, string? type, string value, int code, string hex)
    {
        Assert.True(DhcpOptionCatalog.TryEncode(name, type, [value], out var encodedCode, out var octets, out var error), error);
        Assert.Equal(code, encodedCode);
        Assert.Equal(hex, Convert.ToHexString(octets));
        Assert.Empty(error);
    }

    [Fact]
    public void Values_may_come_one_by_one()
    {
        Assert.True(DhcpOptionCatalog.TryEncode("domain-name-servers", null, ["10.77.0.1", "10.77.0.2"], out _, out var octets, out _));
        Assert.Equal("0A4D00010A4D0002", Convert.ToHexString(octets));
    }

    [Theory]
    [InlineData("ntp-server5", null, "10.77.0.1", "there is no option 'ntp-server5', did you mean 'ntp-servers'?")]
    [InlineData("domian-name", null, "x", "did you mean 'domain-name'?")]
    [InlineData("completely-different", null, "x", "any number from 1 to 254")]
    [InlineData("300", null, "x", "there is no option 300")]
    [InlineData("", null, "x", "there is no option ''")]
    [InlineData("224", null, "x", "its type must be said: hex, address, address-list")]
    [InlineData("224", "adress", "x", "did you mean 'address'?")]
    [InlineData("router", null, "10.77.0", "'10.77.0' is no IPv4 address")]
    [InlineData("subnet-mask", null, "", "'' is no IPv4 address")]
    [InlineData("domain-name", null, "", "it has no value")]
    [InlineData("domain-name", null, "a\0b", "NUL")]
    [InlineData("interface-mtu", null, "65536", "'65536' is no number from 0 to 65535")]
    [InlineData("interface-mtu", null, "0x", "'0x' is no number")]
    [InlineData("ip-forwarding", null, "perhaps", "neither true nor false")]
    [InlineData("vendor-specific-information", null, "0601f", "pairs of digits")]
    [InlineData("domain-search", null, "a..b", "is no domain name")]
    [InlineData("static-routes", null, "10.0.0.0", "one is missing")]
    [InlineData("121", null, "10.0.0.0/8 10.77.0.1", "is no route, as '10.0.0.0/8 via 10.77.0.1'")]
    [InlineData("121", null, "10.77.0.1/24 via 10.77.0.1", "the network is 10.77.0.0/24")]
    [InlineData("0", "hex", "00", "it shapes the packet")]
    [InlineData("255", "hex", "00", "it shapes the packet")]
    [InlineData("requested-address", null, "10.77.0.1", "only clients send it")]
    [InlineData("lease-time", null, "60", "the lease time of the subnet decides it")]
    [InlineData("52", null, "1", "boot ROMs")]
    [InlineData("53", null, "1", "kind of the message")]
    [InlineData("54", null, "10.77.0.1", "advertises")]
    [InlineData("55", null, "01", "only clients")]
    [InlineData("57", null, "1500", "only clients")]
    [InlineData("vendor-class", null, "PXEClient", "boot decision")]
    [InlineData("61", null, "01", "RFC 6842")]
    [InlineData("82", "text", "01", "RFC 3046")]
    public void A_wrong_setting_is_told_what_is_wrong_and_how_to_mend_it(string name, string? type, string value, string expected)
    {
        Assert.False(DhcpOptionCatalog.TryEncode(name, type, [value], out _, out var octets, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Empty(octets);
    }

    [Fact]
    public void One_value_is_not_two_and_not_none()
    {
        Assert.False(DhcpOptionCatalog.TryEncode("domain-name", null, ["a", "b"], out _, out _, out var error));
        Assert.Contains("one value, not 2", error, StringComparison.Ordinal);
        Assert.False(DhcpOptionCatalog.TryEncode("router", null, [], out _, out _, out error));
        Assert.Contains("no value", error, StringComparison.Ordinal);
        Assert.False(DhcpOptionCatalog.TryEncode("224", "text", [new string('x', 1025)], out _, out _, out error));
        Assert.Contains("1025 octets are too many", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_finds_its_number()
    {
        Assert.All(DhcpOptionCatalog.All, option =>
        {
            Assert.True(DhcpOptionCatalog.TryFind(option.Name, out var found));
            Assert.Equal(option, found);
            Assert.Matches("^[a-z][a-z0-9-]*[a-z0-9]$", option.Name);
            Assert.Equal(option.Name, DhcpOptionCatalog.NameOf(option.Code));
        });
        Assert.Equal("240", DhcpOptionCatalog.NameOf((DhcpOptionCode)240));
    }
}
