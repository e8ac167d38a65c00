using System.Net;
using Matchbox.Http.Outbound;

namespace Matchbox.Http.Tests.Outbound;

/// <summary>Which addresses may be called.</summary>
public sealed class AddressRulesTests
{
    private static readonly AddressRules Rules = new(
        [IPNetwork.Parse("10.9.0.0/16"), IPNetwork.Parse("fd09::/16")],
        [new IPEndPoint(IPAddress.Any, 8080), new IPEndPoint(IPAddress.Parse("203.0.113.7"), 9443)],
        () => [IPAddress.Parse("203.0.113.5"), IPAddress.Parse("10.9.0.5")]);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("ff02::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:1:2:3:4:5:6")]
    public void What_is_ours_or_the_links_alone_is_never_called(string address) =>
        Assert.Contains("loopback, link-local", Rules.WhyNot(new IPEndPoint(IPAddress.Parse(address), 443)), StringComparison.Ordinal);

    [Theory]
    [InlineData("10.8.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("fd08::1")]
    [InlineData("::ffff:10.8.0.1")]
    public void A_private_range_is_called_only_where_it_is_allowed(string address) =>
        Assert.Contains("private range", Rules.WhyNot(new IPEndPoint(IPAddress.Parse(address), 443)), StringComparison.Ordinal);

    [Theory]
    [InlineData("10.9.0.5", 8080)]
    [InlineData("203.0.113.5", 8080)]
    [InlineData("::ffff:203.0.113.5", 8080)]
    [InlineData("203.0.113.7", 9443)]
    public void A_listener_of_ours_is_never_called(string address, int port) =>
        Assert.Contains("listener of this appliance", Rules.WhyNot(new IPEndPoint(IPAddress.Parse(address), port)), StringComparison.Ordinal);

    [Theory]
    [InlineData("203.0.113.5", 443)]
    [InlineData("203.0.113.9", 8080)]
    [InlineData("10.9.1.1", 443)]
    [InlineData("fd09::1", 443)]
    [InlineData("2606:4700::1111", 443)]
    [InlineData("::ffff:203.0.113.9", 443)]
    public void Everything_else_may_be(string address, int port) => Assert.Null(Rules.WhyNot(new IPEndPoint(IPAddress.Parse(address), port)));
}
