using Matchbox.Core.Boot;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Boot;

public sealed class BootDownloadsTests
{
    private static readonly HardwareAddress Node = HardwareAddress.Parse("52:54:00:77:00:01");
    private static readonly IPv4Address Address = IPv4Address.Parse("10.77.0.101");

    [Fact]
    public async Task A_boots_downloads_are_counted_with_their_rate_until_the_next_boot()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz"));
        var downloads = new BootDownloads(rig.Sessions, rig.Clock);
        Assert.Null(downloads.Begin(Address, "/assets/vmlinuz", 1000));
        rig.Dhcp(Node, ipxe: true, 7);
        rig.Lease(Node, Address);

        var download = downloads.Begin(Address, "/assets/vm\nlinuz", 1000)!;
        for (var second = 0; second < 4; second++)
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(1));
            download.Add(second < 2 ? 50 : 200);
        }

        var running = Assert.Single(downloads.Of(Node));
        Assert.Equal((500, 1000, null), (running.Sent, running.Total, running.EndedAt));
        Assert.Equal(200, running.Rate, 0.1);
        Assert.DoesNotContain("\n", running.File, StringComparison.Ordinal);

        download.End();
        var ended = Assert.Single(downloads.Of(Node));
        Assert.True(ended.IsBrokenOff);
        Assert.Equal(125, ended.Rate, 0.1);

        rig.Dhcp(Node, ipxe: false, 7);
        Assert.Empty(downloads.Of(Node));
    }

    [Fact]
    public async Task A_boot_that_asks_for_ever_keeps_its_last_files()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz"));
        var downloads = new BootDownloads(rig.Sessions, rig.Clock);
        rig.Dhcp(Node, ipxe: true, 7);
        rig.Lease(Node, Address);
        for (var file = 0; file < 100; file++)
        {
            downloads.Begin(Address, $"/assets/{file}", 1);
        }
        var kept = downloads.Of(Node);
        Assert.Equal((16, "/assets/99"), (kept.Length, kept[^1].File));
    }
}
