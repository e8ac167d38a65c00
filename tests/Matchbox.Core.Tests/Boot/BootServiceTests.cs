using Matchbox.Core.Boot;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Boot;

public class BootServiceTests
{
    private static readonly HardwareAddress Node = HardwareAddress.Parse("52:54:00:77:00:01");
    private static readonly IPv4Address Address = IPv4Address.Parse("10.77.0.101");
    private static readonly IPv4Address Elsewhere = IPv4Address.Parse("10.77.0.199");

    [Fact]
    public async Task A_live_profile_boots_always_and_counts_nothing()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz"));
        rig.Lease(Node, Address);
        for (var boot = 0; boot < 5; boot++)
        {
            var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
            Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, nonce));
        }
        Assert.Equal(Installation.None, rig.Machines.ByMac(Node)!.Installation);
    }

    [Fact]
    public async Task Our_config_url_carries_the_nonce_and_a_foreign_one_does_not()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz"));
        rig.Lease(Node, Address);
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        var own = Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, nonce));
        Assert.Equal(["a=b", $"ignition.config.url={BootRig.BaseUrl}/ignition?mac=x&nonce={nonce}"], own.Args);

        var elsewhere = await rig.Boot.ForScriptAsync(
            BootRig.Request(BootStage.IpxeScript, Node, Address, nonce) with { BaseUrl = "http://10.77.0.1:80" }, TestContext.Current.CancellationToken);
        Assert.Equal(["a=b", $"ignition.config.url={BootRig.BaseUrl}/ignition?mac=x"], Assert.IsType<ScriptAnswer.Boot>(elsewhere).Args);
    }

    [Fact]
    public async Task An_installing_profile_without_arming_is_never_served()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz", install: true));
        rig.Lease(Node, Address);
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        var wait = Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, nonce));
        Assert.Contains("not armed", wait.Reason, StringComparison.Ordinal);
        Assert.IsType<ConfigAnswer.NotFound>(await rig.ConfigAsync(Node, Address, nonce, null));
    }

    [Fact]
    public async Task Armed_it_installs_once_and_then_boots_its_disk()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz", install: true));
        rig.Lease(Node, Address);
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        Assert.IsType<CommandOutcome.Done>(await rig.Commands.ArmAsync(rig.Machines.ByMac(Node)!, "test", null, TestContext.Current.CancellationToken));

        var script = Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, nonce));
        var token = BootRig.TokenOf(script);
        var config = Assert.IsType<ConfigAnswer.Config>(await rig.ConfigAsync(Node, Address, nonce, token));
        Assert.Equal(token, config.Report!.Token);
        Assert.Equal($"{BootRig.BaseUrl}/report", config.Report.Url);

        Assert.Equal(ReportOutcome.Accepted, await rig.ReportAsync(Node, Address, ReportStep.Installed, token));
        Assert.Equal(ReportOutcome.Accepted, await rig.ReportAsync(Node, Address, ReportStep.Installed, token));
        Assert.Single(rig.Events.All, happened => happened.Kind == EventKind.Installed);

        await rig.RestartAsync();
        var second = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        Assert.NotEqual(nonce, second);
        Assert.Equal(LocalBoot.SanBoot, Assert.IsType<ScriptAnswer.Local>(await rig.ScriptAsync(Node, Address, second)).Method);
    }

    [Fact]
    public async Task Asking_again_within_one_boot_is_the_same_attempt_also_after_a_restart()
    {
        await using var rig = await ArmedAsync();
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        var first = BootRig.TokenOf(Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, nonce)));
        Assert.Equal(first, BootRig.TokenOf(Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, nonce))));

        await rig.RestartAsync();
        var again = BootRig.TokenOf(Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, nonce)));
        Assert.Single(rig.Machines.ByMac(Node)!.Installation.Attempts);
        Assert.Equal(ReportOutcome.Unverified, await rig.ReportAsync(Node, Address, ReportStep.Installed, first));
        Assert.Equal(ReportOutcome.Accepted, await rig.ReportAsync(Node, Address, ReportStep.Installed, again));
    }

    [Fact]
    public async Task The_third_attempt_without_a_report_is_held_until_a_person_releases()
    {
        await using var rig = await ArmedAsync();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true))));
        }
        Assert.IsType<ScriptAnswer.Hold>(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true))));
        await rig.RestartAsync();
        Assert.IsType<ScriptAnswer.Hold>(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true))));

        Assert.IsType<CommandOutcome.Done>(await rig.Commands.ReleaseAsync(rig.Machines.ByMac(Node)!, "test", TestContext.Current.CancellationToken));
        Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true))));
    }

    [Fact]
    public async Task A_request_from_elsewhere_changes_nothing_whatever_it_carries()
    {
        await using var rig = await ArmedAsync();
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        var before = rig.Machines.ByMac(Node)!.Installation;
        Assert.IsNotType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Elsewhere, nonce));
        Assert.IsNotType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, null));
        Assert.IsNotType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, new string('0', nonce.Length)));
        Assert.Equal(before, rig.Machines.ByMac(Node)!.Installation);

        var token = BootRig.TokenOf(Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, nonce)));
        Assert.Equal(ReportOutcome.Unverified, await rig.ReportAsync(Node, Elsewhere, ReportStep.Installed, token));
        Assert.False(rig.Machines.ByMac(Node)!.Installation.IsInstalled);
        Assert.IsType<ConfigAnswer.NotFound>(await rig.ConfigAsync(Node, Elsewhere, nonce, token));
    }

    [Fact]
    public async Task Changed_content_ends_the_arming_and_coming_back_does_not_revive_it()
    {
        await using var rig = await ArmedAsync();
        var armed = rig.Catalog;
        rig.Catalog = BootRig.OneProfile(Node, "other-kernel", install: true);
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, nonce));
        Assert.Contains(rig.Events.All, happened => happened.Kind == EventKind.Disarmed);
        rig.Catalog = armed;
        Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, nonce));
    }

    [Fact]
    public async Task An_arming_expires()
    {
        await using var rig = await ArmedAsync();
        rig.Clock.Advance(TimeSpan.FromHours(4));
        Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true))));
    }

    [Fact]
    public async Task When_the_disk_fails_no_attempt_is_served()
    {
        await using var rig = await ArmedAsync();
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        rig.Store.Failure = new IOException("disk full");
        await Assert.ThrowsAsync<IOException>(() => rig.ScriptAsync(Node, Address, nonce));
    }

    [Fact]
    public async Task Identifiers_of_two_machines_hold()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz"));
        var uuid = new MachineUuid(Guid.Parse("7a62656e-6368-4c61-8000-525400770002"));
        await rig.Machines.PutAsync(new Machine { Id = "a", Macs = [Node] }, TestContext.Current.CancellationToken);
        await rig.Machines.PutAsync(new Machine { Id = "b", Uuid = uuid }, TestContext.Current.CancellationToken);
        var answer = await rig.Boot.ForScriptAsync(BootRig.Request(BootStage.IpxeScript, Node, Address, null, uuid: uuid), TestContext.Current.CancellationToken);
        Assert.Contains("identity", Assert.IsType<ScriptAnswer.Hold>(answer).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("03000200-0400-0500-0006-000700080009")]
    [InlineData("00020003-0004-0005-0006-000700080009")]
    public async Task What_mainboards_carry_by_the_thousand_names_nobody(string text)
    {
        await using var rig = await BootRig.StartAsync();
        var uuid = new MachineUuid(Guid.Parse(text));
        await rig.Machines.PutAsync(new Machine { Id = "b", Uuid = uuid }, TestContext.Current.CancellationToken);
        Assert.Null(rig.Machines.Recognise(new MachineClaims(Node, uuid)).Machine);
    }

    [Fact]
    public async Task A_uuid_names_its_machine_in_both_byte_orders()
    {
        await using var rig = await BootRig.StartAsync();
        var uuid = new MachineUuid(Guid.Parse("7a62656e-6368-4c61-8000-525400770002"));
        await rig.Machines.PutAsync(new Machine { Id = "b", Uuid = uuid }, TestContext.Current.CancellationToken);
        Assert.Equal("b", rig.Machines.Recognise(new MachineClaims(Node, new MachineUuid(uuid.Swapped))).Machine?.Id);
    }

    [Fact]
    public async Task An_unknown_machine_is_ignored_where_the_subnet_says_so()
    {
        await using var rig = await BootRig.StartAsync();
        rig.Subnet = rig.Subnet with { Unknown = UnknownPolicy.Ignore };
        Assert.IsType<DhcpBoot.Nothing>(rig.Dhcp(Node, ipxe: false));
        Assert.Null(rig.Machines.ByMac(Node));
        rig.Catalog = BootRig.OneProfile(Node, "vmlinuz");
        Assert.IsType<DhcpBoot.TftpFile>(rig.Dhcp(Node, ipxe: false));
    }

    [Fact]
    public async Task A_loader_that_never_calls_back_is_followed_by_shim()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz"));
        rig.Lease(Node, Address);
        for (var boot = 0; boot < LoaderPolicy.SilentFetches; boot++)
        {
            var file = Assert.IsType<DhcpBoot.TftpFile>(rig.Dhcp(Node, ipxe: false, architecture: 7));
            Assert.EndsWith(LoaderPolicy.X64SnpIpxe, file.Path, StringComparison.Ordinal);
            Assert.True(rig.Boot.LoaderFetched(Address, BootRig.NonceOf(file), LoaderPolicy.X64SnpIpxe));
            rig.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.EndsWith(LoaderPolicy.X64Shim, Assert.IsType<DhcpBoot.TftpFile>(rig.Dhcp(Node, ipxe: false, architecture: 7)).Path, StringComparison.Ordinal);
        Assert.Contains(rig.Events.All, happened => happened.Kind == EventKind.LoaderChanged);
    }

    [Fact]
    public async Task The_change_of_loader_is_told_also_when_the_minute_ends_between_discover_and_request()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz"));
        rig.Lease(Node, Address);
        for (var boot = 0; boot < LoaderPolicy.SilentFetches; boot++)
        {
            var file = Assert.IsType<DhcpBoot.TftpFile>(rig.Dhcp(Node, ipxe: false, architecture: 7));
            Assert.True(rig.Boot.LoaderFetched(Address, BootRig.NonceOf(file), LoaderPolicy.X64SnpIpxe));
            rig.Clock.Advance(TimeSpan.FromSeconds(20));
        }
        rig.Clock.Advance(LoaderPolicy.SilentFor - TimeSpan.FromSeconds(20 * LoaderPolicy.SilentFetches) - TimeSpan.FromSeconds(1));
        var discover = Assert.IsType<DhcpBoot.TftpFile>(rig.Dhcp(Node, ipxe: false, architecture: 7));
        Assert.EndsWith(LoaderPolicy.X64SnpIpxe, discover.Path, StringComparison.Ordinal);
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        var request = Assert.IsType<DhcpBoot.TftpFile>(rig.Dhcp(Node, ipxe: false, architecture: 7));
        Assert.EndsWith(LoaderPolicy.X64Shim, request.Path, StringComparison.Ordinal);
        Assert.Equal(BootRig.NonceOf(discover), BootRig.NonceOf(request));
        rig.Dhcp(Node, ipxe: false, architecture: 7);
        Assert.Single(rig.Events.All, happened => happened.Kind == EventKind.LoaderChanged);
    }

    [Fact]
    public async Task A_loader_gets_a_minute_to_call_back()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz"));
        rig.Lease(Node, Address);
        for (var boot = 0; boot < 4; boot++)
        {
            var file = Assert.IsType<DhcpBoot.TftpFile>(rig.Dhcp(Node, ipxe: false, architecture: 7));
            Assert.EndsWith(LoaderPolicy.X64SnpIpxe, file.Path, StringComparison.Ordinal);
            Assert.True(rig.Boot.LoaderFetched(Address, BootRig.NonceOf(file), LoaderPolicy.X64SnpIpxe));
            rig.Clock.Advance(TimeSpan.FromSeconds(14));
        }
        rig.Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.EndsWith(LoaderPolicy.X64Shim, Assert.IsType<DhcpBoot.TftpFile>(rig.Dhcp(Node, ipxe: false, architecture: 7)).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_came_up_with_shim_begins_with_it_from_then_on()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz"));
        rig.Lease(Node, Address);
        DhcpBoot.TftpFile file = null!;
        for (var boot = 0; boot <= LoaderPolicy.SilentFetches; boot++)
        {
            file = Assert.IsType<DhcpBoot.TftpFile>(rig.Dhcp(Node, ipxe: false, architecture: 7));
            Assert.True(rig.Boot.LoaderFetched(Address, BootRig.NonceOf(file), file.Path.Split('/')[^1]));
            rig.Clock.Advance(TimeSpan.FromSeconds(30));
        }
        Assert.EndsWith(LoaderPolicy.X64Shim, file.Path, StringComparison.Ordinal);
        var script = await rig.Boot.ForScriptAsync(
            BootRig.Request(BootStage.GrubConfig, Node, Address, BootRig.NonceOf(file)), TestContext.Current.CancellationToken);
        Assert.IsType<ScriptAnswer.Boot>(script);
        await rig.RestartAsync();
        Assert.EndsWith(LoaderPolicy.X64Shim, Assert.IsType<DhcpBoot.TftpFile>(rig.Dhcp(Node, ipxe: false, architecture: 7)).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_live_profile_cannot_be_armed()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz"));
        rig.Dhcp(Node, ipxe: true);
        Assert.IsType<CommandOutcome.Refused>(await rig.Commands.ArmAsync(rig.Machines.ByMac(Node)!, "test", null, TestContext.Current.CancellationToken));
    }

    private static async Task<BootRig> ArmedAsync()
    {
        var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz", install: true));
        rig.Lease(Node, Address);
        rig.Dhcp(Node, ipxe: true);
        Assert.IsType<CommandOutcome.Done>(await rig.Commands.ArmAsync(rig.Machines.ByMac(Node)!, "test", null, TestContext.Current.CancellationToken));
        return rig;
    }
}
