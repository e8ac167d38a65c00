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

/// <summary>What people and automation may do to machines. Each is stored before it returns, and written to the timeline.</summary>
public sealed class MachineCommands(MachineRegistry machines, BootService boot, TimeProvider clock)
{
    /// <summary>How long an arming lasts when nobody says otherwise.</summary>
    public static readonly TimeSpan DefaultArming = TimeSpan.FromHours(4);

    /// <summary>Permits one installation of what the machine's groups select now.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="by">Who asks, for the timeline.</param>
    /// <param name="lifetime">Between a minute and 30 days; null: <see cref="DefaultArming"/>.</param>
    /// <param name="cancellation">Ends the wait for the disk.</param>
    public async Task<CommandOutcome> ArmAsync(Machine machine, string by, TimeSpan? lifetime, CancellationToken cancellation)
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
        var now = clock.GetUtcNow();
        var arming = new Arming
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            ProfileId = offer.Profile.Id,
            Digest = offer.Digest,
            Uuid = machine.Uuid,
            ArmedAt = now,
            ExpiresAt = now + time,
            By = by,
        };
        var text = $"armed for profile {offer.Profile.Id} until {arming.ExpiresAt:u} by {by}: {arming.AttemptsAllowed} attempts";
        return await ChangeAsync(machine, EventKind.Armed, text, state => state.Arm(arming), cancellation);
    }

    /// <summary>Takes a permission back.</summary>
    public async Task<CommandOutcome> DisarmAsync(Machine machine, string by, CancellationToken cancellation) =>
        machine.Installation.Arming is null
            ? new CommandOutcome.Refused($"{machine.Id} is not armed")
            : await ChangeAsync(machine, EventKind.Disarmed, $"disarmed by {by}", state => state.Disarm(), cancellation);

    /// <summary>Frees a held machine.</summary>
    public async Task<CommandOutcome> ReleaseAsync(Machine machine, string by, CancellationToken cancellation) =>
        machine.Installation.Hold is null
            ? new CommandOutcome.Refused($"{machine.Id} is not held")
            : await ChangeAsync(machine, EventKind.Released, $"released by {by}", state => state.Release(), cancellation);

    /// <summary>Puts a machine into the inventory: a new one, or one that was only seen.</summary>
    public async Task<CommandOutcome> AddAsync(Machine machine, string by, CancellationToken cancellation)
    {
        var added = await machines.PutAsync(machine with { Origin = MachineOrigin.Added }, cancellation);
        boot.Tell(added, EventKind.MachineAdded, $"added to the inventory by {by}");
        return new CommandOutcome.Done(added, $"{added.Id} is in the inventory");
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

    /// <summary>Forgets a machine with its history of installation.</summary>
    public async Task<CommandOutcome> RemoveAsync(Machine machine, string by, CancellationToken cancellation)
    {
        await machines.RemoveAsync(machine.Id, cancellation);
        boot.Tell(machine, EventKind.MachineRemoved, $"removed by {by}");
        return new CommandOutcome.Done(machine, $"{machine.Id} is forgotten");
    }

    private async Task<CommandOutcome> ChangeAsync(
        Machine machine, EventKind kind, string text, Func<Installation, Installation> change, CancellationToken cancellation)
    {
        var changed = await machines.UpdateAsync(machine.Id, present => present with { Installation = change(present.Installation) }, cancellation);
        boot.Tell(changed, kind, text);
        return new CommandOutcome.Done(changed, text);
    }
}
