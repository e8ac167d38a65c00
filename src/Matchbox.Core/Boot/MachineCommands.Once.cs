using Matchbox.Core.Events;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Boot;

/// <summary>Booting something once.</summary>
public sealed partial class MachineCommands
{
    /// <summary>How long a wish to boot once waits for that boot when nobody says otherwise.</summary>
    public static readonly TimeSpan DefaultOnce = TimeSpan.FromHours(24);

    /// <summary>Makes the machine's next network boot, and no other, one of a live profile. It replaces an older wish.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="profile">Id of the profile; one that installs is refused.</param>
    /// <param name="by">Who asks, for the timeline.</param>
    /// <param name="lifetime">Between a minute and 30 days; null: <see cref="DefaultOnce"/>.</param>
    /// <param name="cancellation">Ends the wait for the disk.</param>
    /// <param name="dryRun">Only say what would be.</param>
    public async Task<CommandOutcome> BootOnceAsync(
        Machine machine, string profile, string by, TimeSpan? lifetime, CancellationToken cancellation, bool dryRun = false)
    {
        var time = lifetime ?? DefaultOnce;
        if (time < TimeSpan.FromMinutes(1) || time > TimeSpan.FromDays(30))
        {
            return new CommandOutcome.Refused($"a boot once waits from one minute to 30 days, not {time}");
        }
        if (boot.WhyNotOnce is { } strict)
        {
            return new CommandOutcome.Refused(strict);
        }
        if (boot.OfferOnce(machine, profile) is not { } offer)
        {
            return new CommandOutcome.Refused($"there is no profile {profile}");
        }
        if (offer.Installs)
        {
            return new CommandOutcome.Refused($"profile {profile} installs ({offer.Mark.Sign}): only live profiles are booted once; to install, arm the machine");
        }
        if (offer.Fault is { } fault)
        {
            return new CommandOutcome.Refused(fault);
        }
        var now = clock.GetUtcNow();
        var once = new OnceBoot { Profile = profile, At = now, ExpiresAt = now + time, By = by };
        return await ChangeAsync(
            new Change(machine, LifecycleTrigger.BootOnce, EventKind.BootOnceSet, $"to boot {profile} once, at its next network boot until {once.ExpiresAt:u}, by {by}",
                present => present with { BootOnce = once }),
            dryRun, cancellation);
    }

    /// <summary>Takes the wish back. The boot that took it already goes on.</summary>
    public Task<CommandOutcome> CancelBootOnceAsync(Machine machine, string by, CancellationToken cancellation, bool dryRun = false) => ChangeAsync(
        new Change(machine, null, EventKind.BootOnceCancelled, $"no longer to boot something once, by {by}", present => present with { BootOnce = null })
        {
            WhyNot = present => present.BootOnce is { } once && once.IsOpen(clock.GetUtcNow()) ? null : $"{present.Id} is not waiting to boot anything once",
        },
        dryRun, cancellation);
}
