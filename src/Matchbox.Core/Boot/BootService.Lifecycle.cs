using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>Where a machine stands now: what selects it, what it would boot, and its state.</summary>
/// <param name="Group">The group that selects it; null: none.</param>
/// <param name="Offer">What that group's machines boot; null: nothing.</param>
/// <param name="State">Its state.</param>
/// <param name="Session">Its newest boot, as far as we saw it; null: none since we started.</param>
public sealed record MachineStanding(Group? Group, BootOffer? Offer, LifecycleState State, BootSession? Session);

/// <summary>Works out the state of machines, and keeps what it is worked out of.</summary>
public sealed partial class BootService
{
    /// <summary>Where the machine stands. Changes nothing.</summary>
    public MachineStanding StandingOf(Machine machine)
    {
        var catalog = catalogs.Current;
        var session = SessionOf(machine);
        var group = catalog.Select(LabelsOf(machine), AddressOf(machine));
        var offer = group is null ? null : Pinned(catalog.OfferOf(group), group);
        var now = clock.GetUtcNow();
        // Who has nothing to boot asks all the same, and stays what it is.
        var booting = offer is not null && session is { Answer: BootAnswer.None } && (now - session.LastSeen).Duration() < Lifecycle.BootLapse;
        return new MachineStanding(group, offer, Lifecycle.Of(machine, IsKnown(machine, group), booting, now), session);
    }

    /// <summary>In the inventory, or selected by a group that does not select everybody.</summary>
    public bool IsKnown(Machine machine) => machine.InInventory || IsKnown(machine, GroupOf(machine, catalogs.Current));

    private static bool IsKnown(Machine machine, Group? group) => machine.InInventory || (group is { IsDefault: false } && machine.Retired is null);

    // The record of whoever came up with it says so; a claim without a record is looked up.
    internal static RetiredIdentity? RetiredOf(MachineRegistry machines, Machine? machine, MachineClaims claims) =>
        machine is null ? machines.RetiredOf(claims) : machine.InInventory ? null : machine.Retired;

    /// <summary>The newest of its network cards' boots, as far as we saw them; null: none since we started.</summary>
    public BootSession? SessionOf(Machine machine)
    {
        BootSession? newest = null;
        foreach (var mac in machine.Macs)
        {
            if (sessions.Present(mac) is { } session && (newest is null || session.LastSeen > newest.LastSeen))
            {
                newest = session;
            }
        }
        return newest;
    }

    // What runs is an observation, not a permission: it is stored when there is time.
    private void Answered(HardwareAddress? mac, BootQuestion question, BootAnswer answer, string? live = null)
    {
        if (question is not { Verified: true, Machine: { } machine } || mac is not { } own || !sessions.Answered(own, answer))
        {
            return;
        }
        var running = live is null ? null : new RunningProfile(live, question.Now);
        machines.Note(machine.Id, present => present.Running == running ? present : present with { Running = running });
    }
}
