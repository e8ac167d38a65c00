using System.Collections.Immutable;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>What stays when a machine is replaced.</summary>
public sealed record Replacement
{
    /// <summary>Network cards of the old machine that went along: their MACs are not retired.</summary>
    public ImmutableArray<HardwareAddress> Keep { get; init; } = [];

    /// <summary>The disks went along, so that what is installed stays so. Null: they did when the mainboard is the same.</summary>
    public bool? KeepsDisks { get; init; }
}

/// <summary>A machine whose place another may have taken, and what says so.</summary>
public sealed record ReplacementSuggestion(Machine Machine, string Because);

/// <summary>
/// A card, a board or a whole machine takes another's place: name, labels and history go along, and never an arming, a hold or what the
/// old one was given of protected configs. The old MACs and UUID are retired. Nothing of it happens by itself.
/// </summary>
public sealed class MachineReplacing(MachineRegistry machines, BootService boot, TimeProvider clock, EventStream? history = null)
{
    /// <summary>Puts <paramref name="by"/> into the place of <paramref name="old"/>, which is no more afterwards.</summary>
    /// <param name="old">A machine that a call put into the inventory.</param>
    /// <param name="by">A machine that was only seen.</param>
    /// <param name="what">What stays.</param>
    /// <param name="who">Who asks, for the timeline.</param>
    /// <param name="cancellation">Ends the wait for the disk.</param>
    /// <param name="dryRun">Only say what would be.</param>
    /// <exception cref="KeyNotFoundException">One of them was removed meanwhile.</exception>
    public async Task<CommandOutcome> ReplaceAsync(
        Machine old, Machine by, Replacement what, string who, CancellationToken cancellation, bool dryRun = false)
    {
        if (WhyNot(old, by, what) is { } refusal)
        {
            return new CommandOutcome.Refused(refusal);
        }
        var text = $"in the place of {Call(old)}, by {who}";
        if (dryRun)
        {
            return new CommandOutcome.Done(Merge(old, by, what, who), $"would be {text}");
        }
        string? why = null;
        var after = await machines.ReplaceAsync(old.Id, by.Id, (presentOld, presentBy) =>
        {
            // Asked again where it is changed: between the two somebody else may have been there.
            why = WhyNot(presentOld, presentBy, what);
            return why is null ? Merge(presentOld, presentBy, what, who) : null;
        }, cancellation);
        if (after is null)
        {
            return new CommandOutcome.Refused(why!);
        }
        try
        {
            history?.Move(old.Id, after.Id);
        }
        catch (IOException failure)
        {
            text = $"{text}; its history could not be moved: {failure.Message}";
        }
        boot.Tell(after, EventKind.MachineReplaced, text, ("replaced", old.Id));
        return new CommandOutcome.Done(after, text);
    }

    /// <summary>Machines of the inventory that this stranger may have come for: the same board or serial number, or the same switch port.</summary>
    public ImmutableArray<ReplacementSuggestion> SuggestionsFor(Machine machine) => machine.InInventory || machine.Ignored is not null
        ? []
        : [.. machines.AlikeTo(machine).Where(alike => alike.Machine.InInventory).Select(alike => new ReplacementSuggestion(alike.Machine, alike.Because))];

    private string? WhyNot(Machine old, Machine by, Replacement what)
    {
        var now = clock.GetUtcNow();
        return old.Id == by.Id ? "a machine does not replace itself"
            : old.Origin == MachineOrigin.Declared ? $"{Call(old)} is declared in the settings: give it its new MAC there, and its reservation goes along"
            : !old.InInventory ? $"{Call(old)} was only seen: there is nothing to move to another"
            : by.InInventory ? $"{Call(by)} is in the inventory itself: matchbox machines remove {by.Id}"
            : Lifecycle.Of(old, known: true, booting: false, now) == LifecycleState.Installing ? Lifecycle.WhyNot(old, known: true, LifecycleTrigger.Protect, now)
            : by.Protected is not null ? $"{Call(by)} is protected: matchbox machines unprotect {by.Id}"
            : what.Keep.FirstOrDefault(mac => !old.Macs.Contains(mac)) is { IsZero: false } foreign ? $"{foreign} is no MAC of {Call(old)}: it has {string.Join(", ", old.Macs)}"
            : Lifecycle.WhyNot(by, boot.IsKnown(by), LifecycleTrigger.Replace, now);
    }

    private Machine Merge(Machine old, Machine by, Replacement what, string who)
    {
        var now = clock.GetUtcNow();
        var retired = new RetiredIdentity(old.Id, old.Name, now, who);
        var sameBoard = old.Uuid is not null && old.Uuid == by.Uuid;
        var gone = old.Macs.Except(what.Keep).Except(by.Macs).Select(mac => retired with { Mac = mac })
            .Concat(old.Uuid is { } uuid && !sameBoard ? [retired with { Uuid = uuid }] : Array.Empty<RetiredIdentity>());
        return by with
        {
            Origin = MachineOrigin.Added,
            Name = old.Name,
            Labels = old.Labels,
            Macs = [.. by.Macs.Union(what.Keep)],
            Serial = by.Serial ?? (sameBoard ? old.Serial : null),
            FirstSeenAt = old.FirstSeenAt < by.FirstSeenAt ? old.FirstSeenAt : by.FirstSeenAt,
            Protected = old.Protected,
            Installation = what.KeepsDisks ?? sameBoard ? old.Installation.WhatStays() : Installation.None,
            Retired = null,
            BootOnce = null,
            Replaced = [.. old.Replaced ?? [], .. by.Replaced ?? [], .. gone],
        };
    }

    private static string Call(Machine machine) => machine.Name.Length > 0 ? $"{machine.Name} ({machine.Id})" : machine.Id;
}
