using Matchbox.Core.Events;

namespace Matchbox.Core.Boot;

// What the rules say of it, whatever it does.
public static partial class Diagnosis
{
    private static Finding? Held(Facts facts) => facts.Machine.Installation.Hold is not { } hold ? null
        : Problem(FindingKind.Held, $"It is held, and boots nothing until a person frees it: {hold.Reason}.", hold.Since,
            "Find out why first: its last boots are in the timeline, its own console shows the reason too.",
            $"Then free it: matchbox machines release {facts.Machine.Id}. Arming it again frees it as well.");

    private static Finding? IdentityConflict(Facts facts) => facts.LastWithout(EventKind.IdentityConflict, EventKind.ScriptServed, EventKind.InstallStarted, EventKind.BootLocal) is not { } conflict ? null
        : Problem(FindingKind.IdentityConflict, $"What it says of itself names two machines: {conflict.Text}.", conflict.At,
            "If a card or a board was moved, correct the inventory: remove the machine that is gone.",
            "If two machines share a UUID or serial number, name them by MAC address.");

    private static Finding? Ignored(Facts facts) => facts.Machine.Ignored is not { } mark ? null
        : Problem(FindingKind.Ignored, $"{mark.By} said that it is none of ours: it gets an address, and no boot answer.", mark.At,
            $"If it is ours after all: matchbox machines unignore {facts.Machine.Id}.");

    private static Finding? Retired(Facts facts) => facts.Machine.Retired is not { } retired || facts.Machine.Ignored is not null ? null
        : Problem(FindingKind.Retired, $"It comes with what was {retired.Called}, which was replaced: it is a stranger, whatever it says of itself.", retired.At,
            $"If it is to be used again, put it into the inventory as a machine of its own: matchbox machines add {Mac(facts)} --name NAME.");

    private static Finding? UnknownMachine(Facts facts) =>
        facts.Machine.InInventory || facts.Machine.Ignored is not null || facts.Machine.Retired is not null || facts.Known.Decision is not (BootDecision.Discover or BootDecision.Silent) || facts.Known.Offer is not null ? null
        : Problem(FindingKind.UnknownMachine, facts.Known.Decision is BootDecision.Silent
                ? $"It is unknown, and {facts.Network} does not answer unknown machines."
                : "It is unknown: it is not in the inventory, and no group with a profile selects it.", facts.Machine.FirstSeenAt,
            $"Put it into the inventory, with the labels that a group selects: matchbox machines add {Mac(facts)} --name NAME --label KEY=VALUE.",
            "A group without a selector is for every machine that no other group wants.");

    private static Finding? NoProfile(Facts facts) =>
        facts.Machine.InInventory && facts.Known.Offer is null && facts.Known.Decision is BootDecision.Discover discover
            ? Problem(FindingKind.NoProfile, $"There is nothing for it to boot: {discover.Reason}.", null,
                $"matchbox explain --mac {Mac(facts)} says which groups there are and why none of them fits.",
                "Give it the labels that a group selects, or make a group for it.")
            : null;

    private static Finding? NotArmed(Facts facts) =>
        facts.Known.Offer is { Installs: true, Fault: null } offer && facts.Known.Decision is BootDecision.Discover && facts.Machine.Installation.Hold is null
        && (facts.Machine.Installation.Arming is null || facts.Machine.Installation.Arming.ExpiresAt <= facts.Known.Now)
            ? Problem(FindingKind.NotArmed, $"Profile {offer.Profile.Id} installs ({offer.Mark.Sign}), and the machine is not armed: nothing is written to a disk without a permission.", null,
                facts.Machine.Protected is { } mark ? $"{mark.By} protects it from being armed: matchbox machines unprotect {facts.Machine.Id}, if it may be."
                : $"Let it install once: matchbox machines arm {facts.Machine.Id}. All of its disk will be lost.",
                "If the profile only runs from memory, say \"install\": false in it.")
            : null;

    private static Finding? BootsNetworkAgain(Facts facts)
    {
        if (facts.Machine.Installation is not { IsInstalled: true, Arming: null } || facts.Last(EventKind.BootLocal) is not { } local || facts.Last(EventKind.InstallStarted, EventKind.ScriptServed) is not null)
        {
            return null;
        }
        var returns = 0;
        while (returns + 1 < facts.Boots.Length && Sent(facts.Boots[returns]) && Sent(facts.Boots[returns + 1])
            && facts.Boots[returns].Events[0].At - facts.Boots[returns + 1].Events[^1].At < Return)
        {
            returns++;
        }
        return returns > 0
            ? Problem(FindingKind.BootsNetworkAgain,
                $"It is installed and was sent to its disk, and came back to the network at once, {returns + 1} boots in a row: its disk does not start.", local.At,
                "Its own console says what the disk's loader complains about.",
                "Did the installer write another disk than the one that the firmware starts? Look at the boot order, and at the installer's target.",
                "Legacy and UEFI must be the same for installing and for starting: the loader is written for one of them.",
                "A BIOS that stops when iPXE ends needs another way to its disk: docs/firmware.md.")
            : new Finding(FindingKind.BootsNetworkAgain, FindingSeverity.Information,
                "It is installed and still asks the network first: it is sent on to its disk each time, as it should be.", [], local.At);

        static bool Sent(BootAttempt<ApplianceEvent> boot) =>
            boot.Events.Any(happened => happened.Kind == EventKind.BootLocal) && !boot.Events.Any(happened => happened.Kind == EventKind.Booted);
    }
}
