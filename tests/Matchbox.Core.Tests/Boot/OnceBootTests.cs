using System.Collections.Immutable;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Boot;

/// <summary>A live profile for the next network boot alone.</summary>
public class OnceBootTests
{
    private static readonly HardwareAddress Node = HardwareAddress.Parse("52:54:00:77:00:01");
    private static readonly IPv4Address Address = IPv4Address.Parse("10.77.0.101");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_next_boot_takes_it_and_may_ask_again_and_the_one_after_is_by_the_rules()
    {
        await using var rig = await StartAsync();
        await OnceAsync(rig);
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        Assert.Equal("rescue-kernel", Kernel(await rig.ScriptAsync(Node, Address, nonce)));
        Assert.Equal("rescue-kernel", Kernel(await rig.ScriptAsync(Node, Address, nonce)));
        Assert.Contains("rescue", ConfigText(await rig.ConfigAsync(Node, Address, nonce, null)), StringComparison.Ordinal);
        await rig.RestartAsync();
        Assert.Equal("rescue-kernel", Kernel(await rig.ScriptAsync(Node, Address, nonce)));
        Assert.Contains("rescue", ConfigText(await rig.ConfigAsync(Node, Address, nonce, null)), StringComparison.Ordinal);
        Assert.Equal("rescue", Machine(rig).Running?.Profile);
        Assert.Single(rig.Events.All, happened => happened.Kind == EventKind.BootOnceTaken);

        Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true))));
        Assert.Null(Machine(rig).BootOnce);
    }

    [Fact]
    public async Task A_request_that_is_no_boot_neither_gets_nor_takes_it()
    {
        await using var rig = await StartAsync();
        await OnceAsync(rig);
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, null));
        Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, IPv4Address.Parse("10.77.0.9"), nonce));
        Assert.Null(Machine(rig).BootOnce!.Nonce);
        Assert.Equal("rescue-kernel", Kernel(await rig.ScriptAsync(Node, Address, nonce)));
    }

    [Fact]
    public async Task An_installation_under_way_and_its_arming_are_left_alone()
    {
        await using var rig = await StartAsync();
        rig.Dhcp(Node, ipxe: true);
        await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation);
        var installing = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        var token = BootRig.TokenOf(Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, installing)));
        Assert.IsType<CommandOutcome.Refused>(await rig.Commands.BootOnceAsync(Machine(rig), "rescue", "test", null, Cancellation));
        await rig.ReportAsync(Node, Address, ReportStep.Installed, token);

        await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation);
        await OnceAsync(rig);
        // The boot that was answered already is not the next one.
        Assert.Equal("disk-kernel", Kernel(await rig.ScriptAsync(Node, Address, installing)));
        Assert.Equal("rescue-kernel", Kernel(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true)))));
        Assert.NotNull(Machine(rig).Installation.Arming);
        Assert.Equal("disk-kernel", Kernel(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true)))));
    }

    [Fact]
    public async Task What_installs_is_not_there_or_is_too_late_is_refused_in_words()
    {
        await using var rig = await StartAsync();
        rig.Dhcp(Node, ipxe: true);
        Assert.Contains("installs", Refusal(await rig.Commands.BootOnceAsync(Machine(rig), "disk", "test", null, Cancellation)), StringComparison.Ordinal);
        Assert.Contains("no profile", Refusal(await rig.Commands.BootOnceAsync(Machine(rig), "other", "test", null, Cancellation)), StringComparison.Ordinal);
        Assert.Contains("30 days", Refusal(await rig.Commands.BootOnceAsync(Machine(rig), "rescue", "test", TimeSpan.FromDays(31), Cancellation)), StringComparison.Ordinal);
        Assert.Contains("not waiting", Refusal(await rig.Commands.CancelBootOnceAsync(Machine(rig), "test", Cancellation)), StringComparison.Ordinal);

        await OnceAsync(rig);
        rig.Clock.Advance(MachineCommands.DefaultOnce);
        Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true))));
        await OnceAsync(rig);
        Assert.IsType<CommandOutcome.Done>(await rig.Commands.CancelBootOnceAsync(Machine(rig), "test", Cancellation));
        Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true))));
    }

    [Fact]
    public async Task A_profile_that_installs_by_now_is_not_booted()
    {
        await using var rig = await StartAsync();
        await OnceAsync(rig);
        rig.Catalog = CatalogOf(rescueInstalls: true);
        var wait = Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true))));
        Assert.Contains("installs by now", wait.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_of_a_network_that_ignores_those_gets_it_too()
    {
        await using var rig = await StartAsync();
        rig.Subnet = rig.Subnet with { Unknown = UnknownPolicy.Ignore };
        rig.Catalog = new Catalog([], rig.Catalog.Profiles, [new("rescue.ign", ConfigFile.Raw("ignition/rescue.ign", "{\"ignition\":{\"version\":\"3.3.0\"}}"u8.ToArray()))]);
        await rig.Machines.PutAsync(new Machine { Id = Node.ToHyphenString(), Macs = [Node] }, Cancellation);
        Assert.IsType<DhcpBoot.Nothing>(rig.Dhcp(Node, ipxe: true));
        Assert.IsType<CommandOutcome.Done>(await rig.Commands.BootOnceAsync(Machine(rig), "rescue", "test", null, Cancellation));
        Assert.Equal("rescue-kernel", Kernel(await rig.ScriptAsync(Node, Address, BootRig.NonceOf(rig.Dhcp(Node, ipxe: true)))));
    }

    [Fact]
    public async Task Preview_and_explanation_show_the_next_boot()
    {
        await using var rig = await StartAsync();
        await OnceAsync(rig);
        Assert.Equal("rescue-kernel", Kernel(rig.Boot.PreviewScript(Machine(rig), BootStage.IpxeScript, [], BootRig.BaseUrl)));
        Assert.Contains("rescue", ConfigText(rig.Boot.PreviewIgnition(Machine(rig), [], null, BootRig.BaseUrl)), StringComparison.Ordinal);
        var explainer = new BootExplainer(rig.Machines, rig, rig, rig.Sessions, rig.Clock, rig.Protection);
        Assert.Contains("test, once", explainer.Explain(new ExplainRequest(new Labels { { "mac", Node.ToString() } })).Decision.Reason, StringComparison.Ordinal);
        Assert.Null(Machine(rig).BootOnce!.Nonce);
    }

    private static async Task<BootRig> StartAsync()
    {
        var rig = await BootRig.StartAsync(CatalogOf());
        rig.Lease(Node, Address);
        return rig;
    }

    private static async Task OnceAsync(BootRig rig)
    {
        if (rig.Machines.ByMac(Node) is null)
        {
            await rig.Machines.PutAsync(new Machine { Id = Node.ToHyphenString(), Macs = [Node] }, Cancellation);
        }
        Assert.IsType<CommandOutcome.Done>(await rig.Commands.BootOnceAsync(Machine(rig), "rescue", "test", null, Cancellation));
    }

    private static Catalog CatalogOf(bool rescueInstalls = false) => new(
        [new Group { Id = "one", Profile = "disk", Selector = ImmutableSortedDictionary<string, string>.Empty.Add("mac", Node.ToString()) }],
        [
            new("disk", new Profile { Id = "disk", Install = true, Boot = new NetBoot("disk-kernel", [], []) }),
            new("rescue", new Profile { Id = "rescue", Install = rescueInstalls ? true : null, IgnitionId = "rescue.ign", Boot = new NetBoot("rescue-kernel", [], []) }),
        ],
        [new("rescue.ign", ConfigFile.Raw("ignition/rescue.ign", """{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"/etc/rescue"}]}}"""u8.ToArray()))]);

    private static Machine Machine(BootRig rig) => rig.Machines.ByMac(Node)!;

    private static string Kernel(ScriptAnswer answer) => Assert.IsType<ScriptAnswer.Boot>(answer).Offer.Profile.Boot!.Kernel;

    private static string ConfigText(ConfigAnswer answer) => System.Text.Encoding.UTF8.GetString(Assert.IsType<ConfigAnswer.Config>(answer).Bytes.Span);

    private static string Refusal(CommandOutcome outcome) => Assert.IsType<CommandOutcome.Refused>(outcome).Reason;
}
