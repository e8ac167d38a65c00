using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;

namespace Matchbox.Core.Boot;

/// <summary>The outcome of a person's or a call's command on one machine.</summary>
public abstract record CommandOutcome
{
    private CommandOutcome()
    {
    }

    public sealed record Done(Machine Machine, string Text) : CommandOutcome;

    /// <summary>Refused, with what to do instead.</summary>
    public sealed record Refused(string Reason) : CommandOutcome;
}

/// <summary>
/// What people and automation may do to machines, as far as <see cref="Lifecycle"/> allows it. Each is stored before it returns, and
/// written to the timeline. A dry run answers alike and changes nothing.
/// </summary>
public sealed partial class MachineCommands(MachineRegistry machines, BootService boot, TimeProvider clock)
{
    /// <summary>How long an arming lasts when nobody says otherwise.</summary>
    public static readonly TimeSpan DefaultArming = TimeSpan.FromHours(4);

    /// <summary>Permits one installation of what the machine's groups select now.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="by">Who asks, for the timeline.</param>
    /// <param name="lifetime">Between a minute and 30 days; null: <see cref="DefaultArming"/>.</param>
    /// <param name="cancellation">Ends the wait for the disk.</param>
    /// <param name="dryRun">Only say what would be.</param>
    /// <param name="disk">Serial number, WWN or path of a disk of its inventory, which the config then has as <c>.arming.disk</c>; null: the profile says which.</param>
    public async Task<CommandOutcome> ArmAsync(
        Machine machine, string by, TimeSpan? lifetime, CancellationToken cancellation, bool dryRun = false, string? disk = null)
    {
        var time = lifetime ?? DefaultArming;
        if (time < TimeSpan.FromMinutes(1) || time > TimeSpan.FromDays(30))
        {
            return new CommandOutcome.Refused($"an arming lasts from one minute to 30 days, not {time}");
        }
        if (boot.OfferFor(machine) is not { } offer)
        {
            return new CommandOutcome.Refused($"no group with a profile selects {machine.Id}: nothing to arm it for");
        }
        if (!offer.Installs)
        {
            return new CommandOutcome.Refused($"profile {offer.Profile.Id} does not install (mark it with \"install\": true if it does): live profiles need no arming");
        }
        if (offer.Fault is { } fault)
        {
            return new CommandOutcome.Refused(fault);
        }
        if (WhyNotOn(machine, offer, disk, out var chosen) is { } unfit)
        {
            return new CommandOutcome.Refused(unfit);
        }
        var now = clock.GetUtcNow();
        var arming = new Arming
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            ProfileId = offer.Profile.Id,
            Digest = offer.Digest,
            Uuid = machine.Uuid,
            ArmedAt = now,
            ExpiresAt = now + time,
            Disk = chosen,
            By = by,
        };
        var text = $"armed for profile {offer.Profile.Id}{(chosen is null ? "" : $" on {chosen.Device}")} until {arming.ExpiresAt:u} by {by}: {arming.AttemptsAllowed} attempts";
        return await ChangeAsync(
            new Change(machine, LifecycleTrigger.Arm, EventKind.Armed, text, present => present with { Installation = present.Installation.Arm(arming) }), dryRun, cancellation);
    }

    // A disk that nobody reads would promise what nothing keeps, and the other way round.
    private static string? WhyNotOn(Machine machine, BootOffer offer, string? disk, out ArmedDisk? chosen)
    {
        chosen = null;
        var asks = offer.Files.FirstOrDefault(file => file.UsesArming);
        if (disk is null)
        {
            return asks is null ? null : $"{asks.Path} asks for the disk to install on (.arming.disk): name one of the machine's inventory";
        }
        if (asks is null)
        {
            return $"no config of profile {offer.Profile.Id} asks for the disk to install on (.arming.disk): naming one would change nothing";
        }
        if (machine.Inventory is not { } inventory)
        {
            return $"{machine.Id} has not reported its disks: matchbox machines boot-once {machine.Id} --profile inventory";
        }
        if (inventory.Find(disk, out var why) is not { } found)
        {
            return why;
        }
        chosen = new ArmedDisk(found.Device!, found.Path, found.Serial, found.Wwn, found.Model, found.Size);
        return null;
    }

    /// <summary>Takes a permission back.</summary>
    public Task<CommandOutcome> DisarmAsync(Machine machine, string by, CancellationToken cancellation, bool dryRun = false) => ChangeAsync(
        new Change(machine, LifecycleTrigger.Disarm, EventKind.Disarmed, $"disarmed by {by}", present => present with { Installation = present.Installation.Disarm() }),
        dryRun, cancellation);

    /// <summary>Frees a held machine.</summary>
    public Task<CommandOutcome> ReleaseAsync(Machine machine, string by, CancellationToken cancellation, bool dryRun = false) => ChangeAsync(
        new Change(machine, LifecycleTrigger.Release, EventKind.Released, $"released by {by}", present => present with { Installation = present.Installation.Release() }),
        dryRun, cancellation);

    /// <summary>Says that the machine is none of ours: from now on it gets no boot answer. Its leases go on.</summary>
    public Task<CommandOutcome> IgnoreAsync(Machine machine, string by, CancellationToken cancellation, bool dryRun = false)
    {
        var mark = new PersonMark(clock.GetUtcNow(), by);
        return ChangeAsync(
            new Change(machine, LifecycleTrigger.Ignore, EventKind.MachineIgnored, $"ignored by {by}: it gets no boot answer", present => present with { Ignored = mark, BootOnce = null }),
            dryRun, cancellation);
    }

    /// <summary>Takes that back: it is what it was.</summary>
    public Task<CommandOutcome> UnignoreAsync(Machine machine, string by, CancellationToken cancellation, bool dryRun = false) => ChangeAsync(
        new Change(machine, LifecycleTrigger.Unignore, EventKind.MachineUnignored, $"no longer ignored, by {by}", present => present with { Ignored = null }),
        dryRun, cancellation);

    /// <summary>Keeps the machine from being armed; an arming that nothing was served by yet is taken back.</summary>
    public Task<CommandOutcome> ProtectAsync(Machine machine, string by, CancellationToken cancellation, bool dryRun = false)
    {
        var mark = new PersonMark(clock.GetUtcNow(), by);
        return ChangeAsync(
            new Change(machine, LifecycleTrigger.Protect, EventKind.MachineProtected, $"protected by {by}: it cannot be armed",
                present => present with { Protected = present.Protected ?? mark, Installation = present.Installation.Disarm() }),
            dryRun, cancellation);
    }

    /// <summary>It may be armed again.</summary>
    public Task<CommandOutcome> UnprotectAsync(Machine machine, string by, CancellationToken cancellation, bool dryRun = false) => ChangeAsync(
        new Change(machine, LifecycleTrigger.Unprotect, EventKind.MachineUnprotected, $"no longer protected, by {by}", present => present with { Protected = null })
        {
            WhyNot = present => present.Protected is null ? $"{present.Id} is not protected" : null,
        },
        dryRun, cancellation);

    /// <summary>Puts a machine into the inventory: a new one, or one that was only seen.</summary>
    public async Task<CommandOutcome> AddAsync(Machine machine, string by, CancellationToken cancellation)
    {
        var added = await machines.PutAsync(machine with { Origin = MachineOrigin.Added, Retired = null }, cancellation);
        boot.Tell(added, EventKind.MachineAdded, $"added to the inventory by {by}");
        return new CommandOutcome.Done(added, added.Ignored is null
            ? $"{added.Id} is in the inventory"
            : $"{added.Id} is in the inventory, and still ignored: matchbox machines unignore {added.Id}");
    }

    /// <summary>Changes what people say of a machine: its name and labels. A function that gives its argument changes nothing.</summary>
    public async Task<CommandOutcome> DefineAsync(Machine machine, string by, Func<Machine, Machine> change, CancellationToken cancellation)
    {
        var changed = false;
        var after = await machines.UpdateAsync(machine.Id, present =>
        {
            var wanted = change(present);
            changed = !ReferenceEquals(wanted, present);
            return wanted;
        }, cancellation);
        if (changed)
        {
            boot.Tell(after, EventKind.MachineChanged, $"name or labels changed by {by}");
        }
        return new CommandOutcome.Done(after, changed ? $"{after.Id} is changed" : $"{after.Id} stays as it is");
    }

    /// <summary>Forgets a machine with its history of installation. A protected one would come back without its protection.</summary>
    public async Task<CommandOutcome> RemoveAsync(Machine machine, string by, CancellationToken cancellation)
    {
        if (machine.Protected is not null)
        {
            return new CommandOutcome.Refused($"{machine.Id} is protected: matchbox machines unprotect {machine.Id}");
        }
        await machines.RemoveAsync(machine.Id, cancellation);
        boot.Tell(machine, EventKind.MachineRemoved, $"removed by {by}");
        return new CommandOutcome.Done(machine, $"{machine.Id} is forgotten");
    }

    // Asked again where it is changed: between the two somebody else may have been there.
    private async Task<CommandOutcome> ChangeAsync(Change change, bool dryRun, CancellationToken cancellation)
    {
        var why = WhyNot(change, change.Machine);
        if (why is not null || dryRun)
        {
            return why is null ? new CommandOutcome.Done(change.Apply(change.Machine), $"would be {change.Text}") : new CommandOutcome.Refused(why);
        }
        var changed = await machines.UpdateAsync(change.Machine.Id, present =>
        {
            why = WhyNot(change, present);
            return why is null ? change.Apply(present) : present;
        }, cancellation);
        if (why is not null)
        {
            return new CommandOutcome.Refused(why);
        }
        boot.Tell(changed, change.Kind, change.Text);
        return new CommandOutcome.Done(changed, change.Text);
    }

    private string? WhyNot(Change change, Machine present) =>
        (change.On is { } on ? Lifecycle.WhyNot(present, boot.IsKnown(present), on, clock.GetUtcNow()) : null) ?? change.WhyNot(present);

    /// <summary>A command: what it is, what it does and what else keeps it from being done.</summary>
    private sealed record Change(Machine Machine, LifecycleTrigger? On, EventKind Kind, string Text, Func<Machine, Machine> Apply)
    {
        public Func<Machine, string?> WhyNot { get; init; } = _ => null;
    }
}
