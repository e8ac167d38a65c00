using Matchbox.Core.Machines.Vendors;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Machines;

/// <summary>Who made a card, by its address.</summary>
public sealed class MacVendorsTests
{
    [Theory]
    [InlineData("00:25:90:01:02:03", "Supermicro")]
    [InlineData("d4:ae:52:01:02:03", "Dell")]
    [InlineData("b8:59:9f:01:02:03", "NVIDIA (Mellanox)")]
    [InlineData("00:15:5d:01:02:03", "Microsoft Hyper-V")]
    [InlineData("52:54:00:01:02:03", "QEMU/KVM (locally administered)")]
    [InlineData("02:42:ac:11:00:02", "locally administered")]
    [InlineData("00:00:00:00:00:01", null)]
    public void An_address_tells_its_maker(string text, string? vendor)
    {
        Assert.True(HardwareAddress.TryParse(text, out var mac));
        Assert.Equal(vendor, MacVendors.Of(mac));
    }

    [Fact]
    public void What_is_no_Ethernet_address_tells_nothing() => Assert.Null(MacVendors.Of(default));
}
