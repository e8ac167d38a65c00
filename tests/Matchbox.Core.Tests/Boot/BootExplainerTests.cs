using Matchbox.Core.Boot;
using Matchbox.Core.Boot.Scripts;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Boot;

public class BootExplainerTests
{
    private static readonly HardwareAddress Mac = HardwareAddress.Parse("52:54:00:77:00:01");
    private static readonly IPv4Address Address = IPv4Address.Parse("10.77.0.21");

    [Fact]
    public async Task A_live_profile_is_explained_as_it_would_be_served()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Mac, "/assets/vmlinuz", install: false));
        var explained = Explain(rig);
        var served = await rig.ScriptAsync(Mac, Address, nonce: null);

        Assert.Equal("one", explained.Selection.Winner!.Id);
        Assert.IsType<BootDecision.BootProfile>(explained.Decision);
        Assert.Equal(IpxeScript.Of(served, null), explained.Script);
        var config = Assert.IsType<ConfigAnswer.Config>(await rig.ConfigAsync(Mac, Address, null, null));
        Assert.Equal(config.Bytes.Span, explained.Config!.Bytes!.Value.Span);
        Assert.Null(explained.Machine);
    }

    [Fact]
    public async Task An_armed_machine_is_explained_without_using_an_attempt()
    {
        await using var rig = await BootRig.StartAsync(BootRig.OneProfile(Mac, "/assets/vmlinuz", install: true));
        rig.Lease(Mac, Address);
        rig.Dhcp(Mac, ipxe: false);
        var nonce = BootRig.NonceOf(rig.Dhcp(Mac, ipxe: true));
        Assert.IsType<BootDecision.Discover>(Explain(rig).Decision);
        Assert.IsType<CommandOutcome.Done>(await rig.Commands.ArmAsync(rig.Machines.ByMac(Mac)!, "test", null, TestContext.Current.CancellationToken));
        var before = (rig.Machines.ByMac(Mac), rig.Sessions.Present(Mac), rig.Events.All.Count);
        var explained = Explain(rig);

        Assert.Equal(InstallDelivery.NewAttempt, Assert.IsType<BootDecision.BootProfile>(explained.Decision).Install);
        Assert.Contains("matchbox.token=TOKEN", explained.Script, StringComparison.Ordinal);
        Assert.Contains("nonce=NONCE&token=TOKEN", explained.Script, StringComparison.Ordinal);
        Assert.DoesNotContain(nonce, explained.Script, StringComparison.Ordinal);
        Assert.Equal(before, (rig.Machines.ByMac(Mac), rig.Sessions.Present(Mac), rig.Events.All.Count));
    }

    [Fact]
    public async Task Nobody_selected_gets_a_reason()
    {
        await using var rig = await BootRig.StartAsync();
        var explained = Explain(rig);
        Assert.Null(explained.Selection.Winner);
        Assert.Null(explained.Config);
        Assert.Equal("no group selects this machine", explained.Decision.Reason);
    }

    private static BootExplanation Explain(BootRig rig) =>
        new BootExplainer(rig.Machines, rig, rig, rig.Sessions, rig.Clock).Explain(new ExplainRequest(new Labels { { "mac", Mac.ToString() } }));
}
