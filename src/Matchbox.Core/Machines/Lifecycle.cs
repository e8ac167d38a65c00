using System.Collections.Immutable;
using static Matchbox.Core.Machines.LifecycleState;
using static Matchbox.Core.Machines.LifecycleTrigger;

namespace Matchbox.Core.Machines;

/// <summary>Where a machine stands in its life. Never stored: worked out of what is (<see cref="Lifecycle.Of"/>).</summary>
public enum LifecycleState
{
    /// <summary>It appeared on a network, and nobody has said what it is.</summary>
    Discovered,

    /// <summary>In the inventory, or selected by a group that has a selector or a condition.</summary>
    Assigned,

    /// <summary>It may install, at its next network boot.</summary>
    Armed,

    /// <summary>It boots over the network and was not answered with a script yet.</summary>
    Booting,

    /// <summary>An installer was given to it, and its report is awaited.</summary>
    Installing,

    /// <summary>It reported an installation and boots its disk.</summary>
    Installed,

    /// <summary>It runs a live profile.</summary>
    Live,

    /// <summary>It waits until a person frees it; <see cref="Installation.Hold"/> says why.</summary>
    Held,

    /// <summary>A person said that it is none of ours: it gets no boot answer at all.</summary>
    Ignored,
}

/// <summary>What moves a machine from one state to another.</summary>
public enum LifecycleTrigger
{
    /// <summary>It is put into the inventory, or a group selects it.</summary>
    Assign,

    /// <summary>The opposite: the group, or the declaration in the settings, is gone.</summary>
    Unassign,

    Arm,
    Disarm,

    /// <summary>Time is up: an arming expires, or a boot that began was never heard of again.</summary>
    Lapse,

    /// <summary>It asks by DHCP what to boot.</summary>
    StartBoot,

    /// <summary>An installer's script is given to it.</summary>
    ServeInstaller,

    /// <summary>A live profile's script is given to it.</summary>
    ServeLive,

    /// <summary>It is sent to its disk.</summary>
    ServeLocal,

    /// <summary>It is shown why it boots nothing.</summary>
    ShowWhy,

    /// <summary>Its own report ends an installation.</summary>
    Complete,

    Hold,
    Release,
    Ignore,
    Unignore,
    Protect,
    Unprotect,

    /// <summary>Its next network boot, and no other, is to be of a live profile.</summary>
    BootOnce,

    /// <summary>It takes the place of another machine.</summary>
    Replace,
}

/// <summary>One arrow of the table. More than one target: what the machine was before decides which.</summary>
public sealed record LifecycleArrow(LifecycleState From, LifecycleTrigger On, ImmutableArray<LifecycleState> To);

/// <summary>
/// The life of a machine as one table. What is not in it does not happen: commands are refused by it, with a reason in words.
/// "Protected" is no state but a flag beside it: a protected machine is not armed, whatever its state. Pure.
/// </summary>
/// <remarks>Power (Redfish) and a ladder of loaders will be triggers of this table too; nothing of them is here yet.</remarks>
public static class Lifecycle
{
    /// <summary>A boot that is silent for so long before its script has ended, whatever became of it.</summary>
    public static readonly TimeSpan BootLapse = TimeSpan.FromMinutes(5);

    public static readonly ImmutableArray<LifecycleArrow> Arrows =
    [
        new(Discovered, Assign, [Assigned]),
        new(Discovered, Arm, [Armed]),
        new(Discovered, StartBoot, [Booting]),
        new(Discovered, ServeLive, [Live]),
        new(Discovered, Hold, [Held]),
        new(Discovered, Ignore, [Ignored]),

        new(Assigned, Unassign, [Discovered]),
        new(Assigned, Arm, [Armed]),
        new(Assigned, StartBoot, [Booting]),
        new(Assigned, ServeLive, [Live]),
        new(Assigned, Hold, [Held]),
        new(Assigned, Ignore, [Ignored]),

        new(Armed, Arm, [Armed]),
        new(Armed, Disarm, [Discovered, Assigned, Installed, Live]),
        new(Armed, Lapse, [Discovered, Assigned, Installed, Live]),
        new(Armed, StartBoot, [Booting]),
        new(Armed, ServeInstaller, [Installing]),
        new(Armed, Hold, [Held]),

        new(Booting, Arm, [Booting]),
        new(Booting, Disarm, [Booting]),
        new(Booting, Lapse, [Discovered, Assigned, Armed, Installing, Installed, Live]),
        new(Booting, ServeInstaller, [Installing]),
        new(Booting, ServeLive, [Live]),
        new(Booting, ServeLocal, [Installed]),
        new(Booting, ShowWhy, [Discovered, Assigned, Armed, Installed]),
        new(Booting, Hold, [Held]),

        new(Installing, Arm, [Armed]),
        new(Installing, Disarm, [Discovered, Assigned, Installed]),
        new(Installing, Lapse, [Discovered, Assigned, Installed]),
        new(Installing, StartBoot, [Booting]),
        new(Installing, Complete, [Installed]),
        new(Installing, Hold, [Held]),

        new(Installed, Arm, [Armed]),
        new(Installed, StartBoot, [Booting]),
        new(Installed, ServeLive, [Live]),
        new(Installed, Hold, [Held]),
        new(Installed, Ignore, [Ignored]),

        new(Live, Arm, [Armed]),
        new(Live, StartBoot, [Booting]),
        new(Live, ServeLive, [Live]),
        new(Live, Hold, [Held]),
        new(Live, Ignore, [Ignored]),

        new(Held, Arm, [Armed]),
        new(Held, Disarm, [Held]),
        new(Held, Release, [Discovered, Assigned, Armed, Installing, Installed, Live]),
        new(Held, Ignore, [Ignored]),

        new(Ignored, Assign, [Ignored]),
        new(Ignored, Unignore, [Discovered, Assigned, Installed, Live, Held]),

        // A flag is set or taken off, and only an arming ends by it: not while its installer writes a disk.
        new(Armed, Protect, [Discovered, Assigned, Installed, Live]),
        .. Staying(Protect, Discovered, Assigned, Installed, Live, Held, Ignored),
        .. Staying(Unprotect, Discovered, Assigned, Installed, Live, Held, Ignored),

        // The next network boot is another one; until then nothing has changed.
        .. Staying(BootOnce, Discovered, Assigned, Armed, Installed, Live),

        // Whoever takes another's place brings nothing of its own.
        new(Discovered, Replace, [Assigned, Installed]),
        new(Assigned, Replace, [Assigned, Installed]),
        new(Live, Replace, [Live]),
    ];

    private static readonly ImmutableHashSet<(LifecycleState, LifecycleTrigger)> Allowed = [.. Arrows.Select(arrow => (arrow.From, arrow.On))];

    /// <summary>Is there such an arrow.</summary>
    public static bool Allows(LifecycleState from, LifecycleTrigger on) => Allowed.Contains((from, on));

    /// <summary>The state that the facts come to.</summary>
    /// <param name="machine">What is stored.</param>
    /// <param name="known">A group with a selector or a condition selects it, or it is in the inventory.</param>
    /// <param name="booting">Its present boot was not answered yet.</param>
    /// <param name="now">Against which armings expire.</param>
    public static LifecycleState Of(Machine machine, bool known, bool booting, DateTimeOffset now) =>
        machine.Ignored is not null ? Ignored
        : machine.Installation.Hold is not null ? Held
        : booting ? Booting
        : machine.Installation.Arming is { } arming && arming.ExpiresAt > now ? (machine.Installation.Attempts.IsEmpty ? Armed : Installing)
        : machine.Running is not null ? Live
        : machine.Installation.IsInstalled ? Installed
        : known ? Assigned
        : Discovered;

    /// <summary>Why a command is refused, with what to do instead; null: it may be done. A boot that is under way decides nothing.</summary>
    public static string? WhyNot(Machine machine, bool known, LifecycleTrigger command, DateTimeOffset now)
    {
        if (command == Arm && machine.Protected is { } mark)
        {
            return $"{machine.Id} is protected since {mark.At:u} by {mark.By}: matchbox machines unprotect {machine.Id}";
        }
        if (command == Arm && machine is { InInventory: false, Retired: { } retired })
        {
            return $"{machine.Id} comes with what was {retired.Called} until {retired.At:u}: matchbox machines add {machine.Id}, if it is ours again";
        }
        if (command == Disarm && machine.Installation.Arming is null)
        {
            return $"{machine.Id} is not armed";
        }
        // An arming that has expired is still there to be taken back.
        var state = Of(machine, known, booting: false, command == Disarm ? DateTimeOffset.MinValue : now);
        return Allows(state, command) ? null : Words(machine, state, command);
    }

    private static string Words(Machine machine, LifecycleState state, LifecycleTrigger command) => (state, command) switch
    {
        (_, Release) => $"{machine.Id} is not held",
        (_, Unignore) => $"{machine.Id} is not ignored",
        (Ignored, _) => $"{machine.Id} is ignored since {machine.Ignored!.At:u} by {machine.Ignored.By}: matchbox machines unignore {machine.Id}",
        (Held, _) => $"{machine.Id} is held ({machine.Installation.Hold!.Reason}): matchbox machines release {machine.Id}",
        (Armed, _) => $"{machine.Id} is armed for profile {machine.Installation.Arming!.ProfileId}: matchbox machines disarm {machine.Id}",
        (Installing, _) => $"{machine.Id} is installing {machine.Installation.Arming!.ProfileId}: wait for its report, or matchbox machines disarm {machine.Id}",
        _ => $"{machine.Id} is {state.ToString().ToLowerInvariant()}: {command.ToString().ToLowerInvariant()} is for other states",
    };

    private static IEnumerable<LifecycleArrow> Staying(LifecycleTrigger on, params ImmutableArray<LifecycleState> states) =>
        states.Select(state => new LifecycleArrow(state, on, [state]));
}
