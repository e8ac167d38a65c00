using System.Collections.Immutable;
using Matchbox.Core.Events;

namespace Matchbox.Core.Boot;

/// <summary>One power-on of a machine, or what was done to it between two.</summary>
/// <param name="IsBoot">False: nothing of it came from the machine.</param>
/// <param name="Events">Oldest first; never empty.</param>
public sealed record BootAttempt<T>(bool IsBoot, ImmutableArray<T> Events);

/// <summary>A machine's events by power-on. Pure.</summary>
public static class BootTimeline
{
    /// <summary>Whoever does something to a machine that was silent for so long does not do it to that boot.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    /// <summary>Is it something that a person did, or a rule, and not the machine itself.</summary>
    public static bool IsDoneToIt(EventKind kind) => kind is EventKind.Armed or EventKind.Disarmed or EventKind.Released
        or EventKind.MachineAdded or EventKind.MachineRemoved or EventKind.MachineChanged
        or EventKind.MachineIgnored or EventKind.MachineUnignored or EventKind.MachineProtected or EventKind.MachineUnprotected
        or EventKind.BootOnceSet or EventKind.BootOnceCancelled or EventKind.MachineWoken or EventKind.MachineReplaced;

    /// <summary>Newest attempt first. A boot begins with <see cref="EventKind.Discovered"/>.</summary>
    /// <param name="events">The events of one machine, oldest first.</param>
    /// <param name="kindOf">An event's kind.</param>
    /// <param name="timeOf">When it happened.</param>
    public static ImmutableArray<BootAttempt<T>> Of<T>(IEnumerable<T> events, Func<T, EventKind> kindOf, Func<T, DateTimeOffset> timeOf)
    {
        var attempts = new List<(bool IsBoot, ImmutableArray<T>.Builder Events)>();
        foreach (var happened in events)
        {
            var kind = kindOf(happened);
            var isBoot = !IsDoneToIt(kind);
            var begins = attempts.Count == 0 || kind == EventKind.Discovered
                || (attempts[^1].IsBoot && !isBoot && timeOf(happened) - timeOf(attempts[^1].Events[^1]) > Silence);
            if (begins)
            {
                attempts.Add((isBoot, ImmutableArray.CreateBuilder<T>()));
            }
            // What the machine says after a person has done something still belongs to the boot before.
            var own = isBoot && !attempts[^1].IsBoot ? attempts.FindLastIndex(attempt => attempt.IsBoot) : attempts.Count - 1;
            if (own < 0)
            {
                attempts.Add((isBoot, ImmutableArray.CreateBuilder<T>()));
                own = attempts.Count - 1;
            }
            attempts[own].Events.Add(happened);
        }
        attempts.Reverse();
        return [.. attempts.Select(attempt => new BootAttempt<T>(attempt.IsBoot, attempt.Events.DrainToImmutable()))];
    }

    /// <inheritdoc cref="Of{T}"/>
    public static ImmutableArray<BootAttempt<ApplianceEvent>> Of(IEnumerable<ApplianceEvent> events) =>
        Of(events, happened => happened.Kind, happened => happened.At);
}
