using Matchbox.Core.Boot;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Tests.Boot;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Machines;

/// <summary>The states that machines come through when they really ask.</summary>
public class MachineStateTests
{
    private static readonly HardwareAddress Node = HardwareAddress.Parse("52:54:00:77:00:01");
    private static readonly IPv4Address Address = IPv4Address.Parse("10.77.0.101");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_installation_goes_through_its_states()
    {
        await using var rig = await StartAsync(install: true);
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        Assert.Equal(LifecycleState.Booting, StateIn(rig));
        Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, nonce));
        Assert.Equal(LifecycleState.Assigned, StateIn(rig));

        await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation);
        Assert.Equal(LifecycleState.Armed, StateIn(rig));
        nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: false));
        Assert.Equal(LifecycleState.Booting, StateIn(rig));
        nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        var token = BootRig.TokenOf(Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, nonce)));
        Assert.Equal(LifecycleState.Installing, StateIn(rig));
        await rig.ReportAsync(Node, Address, ReportStep.Installed, token);
        Assert.Equal(LifecycleState.Installed, StateIn(rig));

        nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        Assert.Equal(LifecycleState.Booting, StateIn(rig));
        await rig.ScriptAsync(Node, Address, nonce);
        Assert.Equal(LifecycleState.Installed, StateIn(rig));
    }

    [Fact]
    public async Task A_live_machine_is_live_also_after_a_restart_of_ours()
    {
        await using var rig = await StartAsync(install: false);
        await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true)));
        Assert.Equal(LifecycleState.Live, StateIn(rig));
        Assert.Equal(new RunningProfile("p", rig.Clock.GetUtcNow()), Machine(rig).Running);
        // Stored when there is time, together with what else is.
        await rig.Commands.DefineAsync(Machine(rig), "test", machine => machine with { Name = "n" }, Cancellation);
        await rig.RestartAsync();
        Assert.Equal(LifecycleState.Live, StateIn(rig));
    }

    [Fact]
    public async Task A_boot_that_is_never_heard_of_again_ends()
    {
        await using var rig = await StartAsync(install: false);
        rig.Dhcp(Node, ipxe: false);
        Assert.Equal(LifecycleState.Booting, StateIn(rig));
        rig.Clock.Advance(Lifecycle.BootLapse);
        Assert.Equal(LifecycleState.Assigned, StateIn(rig));
    }

    [Fact]
    public async Task An_ignored_machine_gets_silence_by_every_way_and_keeps_its_sightings()
    {
        await using var rig = await StartAsync(install: false);
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        Assert.IsType<CommandOutcome.Done>(await rig.Commands.IgnoreAsync(Machine(rig), "test", Cancellation));
        Assert.Equal(LifecycleState.Ignored, StateIn(rig));

        Assert.IsType<ScriptAnswer.NotFound>(await rig.ScriptAsync(Node, Address, nonce));
        Assert.IsType<ConfigAnswer.NotFound>(await rig.ConfigAsync(Node, Address, nonce, null));
        Assert.IsType<ConfigAnswer.NotFound>((await rig.Boot.ForMetadataAsync(BootRig.Request(BootStage.Ignition, Node, Address, nonce), Cancellation)).Withheld);
        Assert.IsType<ConfigAnswer.NotFound>(await rig.Boot.ForGenericAsync(BootRig.Request(BootStage.Ignition, Node, Address, nonce), Cancellation));
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        var before = rig.Events.All.Count;
        Assert.Contains("ignored since", Assert.IsType<DhcpBoot.Nothing>(rig.Dhcp(Node, ipxe: false)).Reason, StringComparison.Ordinal);
        Assert.Equal(before, rig.Events.All.Count);
        Assert.Equal(rig.Clock.GetUtcNow(), Machine(rig).LastSeen.At);

        await rig.RestartAsync();
        Assert.IsType<DhcpBoot.Nothing>(rig.Dhcp(Node, ipxe: false));
        Assert.IsType<CommandOutcome.Refused>(await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation));
        Assert.IsType<CommandOutcome.Done>(await rig.Commands.UnignoreAsync(Machine(rig), "test", Cancellation));
        Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true))));
    }

    [Fact]
    public async Task A_protected_machine_is_disarmed_and_stays_so()
    {
        await using var rig = await StartAsync(install: true);
        rig.Dhcp(Node, ipxe: true);
        await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation);
        Assert.IsType<CommandOutcome.Done>(await rig.Commands.ProtectAsync(Machine(rig), "test", Cancellation));
        Assert.Null(Machine(rig).Installation.Arming);
        Assert.Contains("unprotect", Assert.IsType<CommandOutcome.Refused>(await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation)).Reason, StringComparison.Ordinal);
        Assert.Contains("protected", Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true)))).Reason, StringComparison.Ordinal);
        Assert.IsType<CommandOutcome.Refused>(await rig.Commands.RemoveAsync(Machine(rig), "test", Cancellation));

        Assert.IsType<CommandOutcome.Done>(await rig.Commands.UnprotectAsync(Machine(rig), "test", Cancellation));
        Assert.IsType<CommandOutcome.Refused>(await rig.Commands.UnprotectAsync(Machine(rig), "test", Cancellation));
        Assert.IsType<CommandOutcome.Done>(await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation));
        Assert.Contains(rig.Events.All, happened => happened.Kind == EventKind.MachineProtected);
    }

    [Fact]
    public async Task While_an_installer_writes_nothing_is_protected_or_ignored()
    {
        await using var rig = await StartAsync(install: true);
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation);
        await rig.ScriptAsync(Node, Address, nonce);
        Assert.Contains("installing", Assert.IsType<CommandOutcome.Refused>(await rig.Commands.ProtectAsync(Machine(rig), "test", Cancellation)).Reason, StringComparison.Ordinal);
        Assert.IsType<CommandOutcome.Refused>(await rig.Commands.IgnoreAsync(Machine(rig), "test", Cancellation));
    }

    [Fact]
    public async Task A_dry_run_of_a_command_changes_nothing()
    {
        await using var rig = await StartAsync(install: true);
        rig.Dhcp(Node, ipxe: true);
        var before = Machine(rig);
        var done = Assert.IsType<CommandOutcome.Done>(await rig.Commands.ArmAsync(before, "test", null, Cancellation, dryRun: true));
        Assert.NotNull(done.Machine.Installation.Arming);
        Assert.Same(before, Machine(rig));
        Assert.DoesNotContain(rig.Events.All, happened => happened.Kind == EventKind.Armed);
    }

    private static async Task<BootRig> StartAsync(bool install)
    {
        var rig = await BootRig.StartAsync(BootRig.OneProfile(Node, "vmlinuz", install));
        rig.Lease(Node, Address);
        return rig;
    }

    private static Machine Machine(BootRig rig) => rig.Machines.ByMac(Node)!;

    private static LifecycleState StateIn(BootRig rig) => rig.Boot.StandingOf(Machine(rig)).State;
}
