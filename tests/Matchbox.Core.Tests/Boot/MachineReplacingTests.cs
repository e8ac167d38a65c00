using System.Collections.Immutable;
using Matchbox.Core.Boot;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Protocols;
using Matchbox.Testing;

namespace Matchbox.Core.Tests.Boot;

/// <summary>A card, a board or a whole machine takes another's place.</summary>
public class MachineReplacingTests
{
    private static readonly HardwareAddress Old = HardwareAddress.Parse("52:54:00:77:00:01");
    private static readonly HardwareAddress Second = HardwareAddress.Parse("52:54:00:77:00:02");
    private static readonly HardwareAddress New = HardwareAddress.Parse("52:54:00:77:00:09");
    private static readonly MachineUuid OldBoard = new(Guid.Parse("7a62656e-6368-4c61-8000-525400770001"));
    private static readonly MachineUuid NewBoard = new(Guid.Parse("7a62656e-6368-4c61-8000-525400770009"));
    private static readonly IPv4Address Address = IPv4Address.Parse("10.77.0.101");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Name_labels_protection_and_history_go_along_and_nothing_that_permits()
    {
        await using var rig = await StartAsync(NewBoard);
        var events = new MemoryEventStore();
        events.Append([new ApplianceEvent { Sequence = 1, At = default, Kind = EventKind.Booted, Machine = "52-54-00-77-00-01", Text = "t" }]);
        using var stream = new EventStream(events, rig.Clock);
        var (old, by) = (rig.Machines.ByMac(Old)!, rig.Machines.ByMac(New)!);
        Assert.NotNull(old.Installation.Arming);

        var done = Assert.IsType<CommandOutcome.Done>(await new MachineReplacing(rig.Machines, rig.Boot, rig.Clock, stream).ReplaceAsync(old, by, new(), "test", Cancellation));

        var after = rig.Machines.Resolve("node1")!;
        Assert.Equal(done.Machine, after);
        Assert.Equal(("52-54-00-77-00-09", MachineOrigin.Added, "b7"), (after.Id, after.Origin, after.Labels["rack"]));
        Assert.Equal([New], after.Macs);
        Assert.Equal(NewBoard, after.Uuid);
        Assert.Equal((Installation.None, null, null), (after.Installation, after.Delivery, after.Serial));
        Assert.Equal("52-54-00-77-00-09", Assert.Single(events.Read(null, long.MaxValue, 10)).Machine);
        Assert.Null(rig.Machines.Find(old.Id));
        Assert.Equal([Old, Second], after.Replaced!.Select(retired => retired.Mac).OfType<HardwareAddress>());
        Assert.Equal([OldBoard], after.Replaced!.Select(retired => retired.Uuid).OfType<MachineUuid>());

        await rig.RestartAsync();
        Assert.Equal("node1", Assert.Single(rig.Machines.All).Name);
    }

    [Fact]
    public async Task A_retired_identity_that_comes_up_again_is_a_stranger_with_a_note_whatever_selects_its_MAC()
    {
        await using var rig = await StartAsync(NewBoard, install: false);
        await ReplaceAsync(rig);
        await rig.RestartAsync();
        rig.Lease(Old, Address);
        // The group still selects the old MAC.
        var wait = Assert.IsType<ScriptAnswer.Wait>(await rig.ScriptAsync(Old, Address, BootRig.NonceOf(rig.Dhcp(Old, ipxe: true))));
        Assert.Contains("node1", wait.Reason, StringComparison.Ordinal);
        var stranger = rig.Machines.ByMac(Old)!;
        Assert.Equal((MachineOrigin.Seen, "", "node1"), (stranger.Origin, stranger.Name, stranger.Retired!.Name));
        Assert.Equal(LifecycleState.Discovered, rig.Boot.StandingOf(stranger).State);
        // Nor has another card on the recycled board its identity.
        rig.Dhcp(HardwareAddress.Parse("52:54:00:77:00:0a"), ipxe: true, uuid: OldBoard);
        var recycled = rig.Machines.ByMac(HardwareAddress.Parse("52:54:00:77:00:0a"))!;
        Assert.Equal((null, "node1"), (recycled.Uuid, recycled.Retired!.Name));

        Assert.IsType<CommandOutcome.Done>(await rig.Commands.AddAsync(stranger, "test", Cancellation));
        Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Old, Address, BootRig.NonceOf(rig.Dhcp(Old, ipxe: true))));
    }

    [Fact]
    public async Task A_retired_identity_is_not_armed()
    {
        await using var rig = await StartAsync(NewBoard);
        await ReplaceAsync(rig);
        rig.Dhcp(Old, ipxe: true);
        Assert.Contains("add", Refusal(await rig.Commands.ArmAsync(rig.Machines.ByMac(Old)!, "test", null, Cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_card_on_the_same_board_keeps_what_is_installed_and_the_cards_that_stay()
    {
        await using var rig = await StartAsync(OldBoard);
        await rig.Machines.UpdateAsync("52-54-00-77-00-01", machine => machine with { Installation = machine.Installation with { InstalledAt = rig.Clock.GetUtcNow(), InstalledProfile = "p" } }, Cancellation);
        await ReplaceAsync(rig, new Replacement { Keep = [Second] });
        var after = rig.Machines.Resolve("node1")!;
        Assert.Equal([New, Second], after.Macs);
        Assert.Equal((true, null, OldBoard), (after.Installation.IsInstalled, after.Installation.Arming, after.Uuid));
        Assert.Equal([Old], after.Replaced!.Select(retired => retired.Mac));
        Assert.Same(after, rig.Machines.ByMac(Second));
    }

    [Fact]
    public async Task What_cannot_be_replaced_is_refused_in_words()
    {
        await using var rig = await StartAsync(NewBoard);
        var (old, by) = (rig.Machines.ByMac(Old)!, rig.Machines.ByMac(New)!);
        var replacing = new MachineReplacing(rig.Machines, rig.Boot, rig.Clock);
        await RefusedAsync("itself", old, old);
        await RefusedAsync("only seen", by, old);
        await RefusedAsync("inventory itself", old, by with { Origin = MachineOrigin.Added });
        await RefusedAsync("declared", old with { Origin = MachineOrigin.Declared }, by);
        await RefusedAsync("ignored", old, by with { Ignored = new PersonMark(default, "x") });
        await RefusedAsync("protected", old, by with { Protected = new PersonMark(default, "x") });
        await RefusedAsync("held", old, by with { Installation = Installation.None.Held("why", default) });
        await RefusedAsync("armed", old, by with { Installation = old.Installation });
        Assert.Contains("no MAC of", Refusal(await replacing.ReplaceAsync(old, by, new Replacement { Keep = [New] }, "test", Cancellation)), StringComparison.Ordinal);
        Assert.IsType<CommandOutcome.Done>(await replacing.ReplaceAsync(old, by, new(), "test", Cancellation, dryRun: true));
        Assert.Same(old, rig.Machines.ByMac(Old));

        async Task RefusedAsync(string word, Machine left, Machine right) =>
            Assert.Contains(word, Refusal(await replacing.ReplaceAsync(left, right, new(), "test", Cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_on_the_same_board_or_port_is_suggested_and_nothing_happens_by_itself()
    {
        await using var rig = await StartAsync(OldBoard);
        var replacing = new MachineReplacing(rig.Machines, rig.Boot, rig.Clock);
        Assert.Equal(("node1", "the same UUID"), replacing.SuggestionsFor(rig.Machines.ByMac(New)!).Select(alike => (alike.Machine.Name, alike.Because)).Single());
        Assert.Empty(replacing.SuggestionsFor(rig.Machines.ByMac(Old)!));

        var port = new Sighting { Relay = IPv4Address.Parse("10.9.0.1"), RelayPort = "eth0/7" };
        rig.Machines.Sight(Old, null, port);
        var other = rig.Machines.Sight(HardwareAddress.Parse("52:54:00:77:00:0b"), null, port);
        Assert.Equal(("node1", "the same switch port"), replacing.SuggestionsFor(other).Select(alike => (alike.Machine.Name, alike.Because)).Single());
        rig.Machines.Sight(Old, null, port with { RelayPort = "eth0/8" });
        Assert.Empty(replacing.SuggestionsFor(other));
        Assert.Equal([Old, Second], rig.Machines.Resolve("node1")!.Macs);
    }

    private static async Task ReplaceAsync(BootRig rig, Replacement? what = null) => Assert.IsType<CommandOutcome.Done>(await new MachineReplacing(rig.Machines, rig.Boot, rig.Clock)
        .ReplaceAsync(rig.Machines.ByMac(Old)!, rig.Machines.ByMac(New)!, what ?? new(), "test", Cancellation));

    private static async Task<BootRig> StartAsync(MachineUuid newBoard, bool install = true)
    {
        var rig = await BootRig.StartAsync(BootRig.OneProfile(Old, "vmlinuz", install));
        var old = new Machine
        {
            Id = "52-54-00-77-00-01",
            Origin = MachineOrigin.Added,
            Name = "node1",
            Macs = [Old, Second],
            Uuid = OldBoard,
            Serial = "S-1",
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("rack", "b7"),
            Delivery = new ConfigDelivery { Nonce = "n" },
        };
        await rig.Machines.PutAsync(old, Cancellation);
        if (install)
        {
            Assert.IsType<CommandOutcome.Done>(await rig.Commands.ArmAsync(old, "test", null, Cancellation));
        }
        rig.Machines.Sight(New, newBoard, new Sighting { At = rig.Clock.GetUtcNow() });
        return rig;
    }

    private static string Refusal(CommandOutcome outcome) => Assert.IsType<CommandOutcome.Refused>(outcome).Reason;
}
