using System.Collections.Immutable;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Networks;

public class SubnetTests
{
    [Theory]
    [InlineData("10.77.0.100-10.77.0.107", "10.77.0.100-10.77.0.106", "10.77.0.107")]
    [InlineData("10.77.0.100-10.77.0.106", "10.77.0.100-10.77.0.106", "")]
    [InlineData("10.77.0.1-10.77.0.14 10.77.0.20", "10.77.0.1-10.77.0.14", "10.77.0.20")]
    [InlineData("10.77.0.1-10.77.0.30 10.77.0.40-10.77.0.41", "10.77.0.1-10.77.0.28", "10.77.0.40-10.77.0.41 10.77.0.29-10.77.0.30")]
    public void The_last_eighth_is_kept_for_known_machines(string pools, string anyone, string known)
    {
        var divided = Of(pools).DivideAddresses();
        Assert.Equal(anyone, string.Join(' ', divided.Anyone));
        Assert.Equal(known, string.Join(' ', divided.Known));
    }

    [Fact]
    public void Pools_that_are_named_for_known_machines_are_taken_as_they_are()
    {
        var named = Of("10.77.0.1-10.77.0.80") with { KnownPools = [AddressRange.TryParse("10.77.0.100", out var one) ? one : default] };
        Assert.Equal((named.Pools, named.KnownPools), named.DivideAddresses());
    }

    private static Subnet Of(string pools) => new()
    {
        Network = IPv4Network.Parse("10.77.0.0/24"),
        Pools = [.. pools.Split(' ').Select(text => AddressRange.TryParse(text, out var range) ? range : throw new FormatException(text))],
    };
}
