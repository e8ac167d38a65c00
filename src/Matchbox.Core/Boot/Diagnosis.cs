using System.Collections.Immutable;
using Matchbox.Core.Events;

namespace Matchbox.Core.Boot;

/// <summary>Why does it not boot: from what is known of a machine to what to do about it. Pure.</summary>
/// <remarks>Each rule is a method that looks for one failure and says nothing where it is not there.</remarks>
public static partial class Diagnosis
{
    /// <summary>A step that was not followed by the next one for so long is not followed at all: firmware retries for less.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A kernel unpacks its initrd and starts before it asks for a config.</summary>
    private static readonly TimeSpan KernelPatience = TimeSpan.FromMinutes(3);

    /// <summary>The slowest installer of a large image over a slow link.</summary>
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(45);

    /// <summary>A machine that comes back to the network sooner than that has not run its system in between.</summary>
    private static readonly TimeSpan Return = TimeSpan.FromMinutes(5);

    private static readonly ImmutableArray<Func<Facts, Finding?>> Rules =
    [
        Held, IdentityConflict, Ignored, Retired,
        PoolExhausted, ForeignServer, OfferNotTaken, WrongArchitecture, NotSeen, WaitingForNetworkBoot,
        ChainloadLoop, LoaderSilent, TransferTroubled,
        UnknownMachine, NoProfile, ConfigBroken, NotArmed,
        ConfigDenied, AssetMissing, KernelNotFetched, ConfigNotFetched,
        InstallerFailed, ReportUnverified, InstallNotReported, BootsNetworkAgain,
    ];

    /// <summary>What is found, the worst first; empty: nothing keeps it from booting, as far as it was seen.</summary>
    public static ImmutableArray<Finding> Of(DiagnosisFacts known)
    {
        var facts = new Facts(known);
        return [.. Rules.Select(rule => rule(facts)).OfType<Finding>().OrderByDescending(finding => finding.Severity)];
    }

    private static Finding Problem(FindingKind kind, string text, DateTimeOffset? since, params ImmutableArray<string> whatToDo) =>
        new(kind, FindingSeverity.Problem, text, whatToDo, since);

    private static Finding Warning(FindingKind kind, string text, DateTimeOffset? since, params ImmutableArray<string> whatToDo) =>
        new(kind, FindingSeverity.Warning, text, whatToDo, since);

    /// <summary>The facts with the present boot picked out.</summary>
    private sealed class Facts(DiagnosisFacts known)
    {
        public DiagnosisFacts Known { get; } = known;

        public Machines.Machine Machine => Known.Machine;

        public ImmutableArray<BootAttempt<ApplianceEvent>> Boots { get; } = [.. known.Timeline.Where(attempt => attempt.IsBoot)];

        /// <summary>The last boot's events, oldest first; empty: it was never seen booting.</summary>
        public ImmutableArray<ApplianceEvent> Boot => Boots.IsEmpty ? [] : Boots[0].Events;

        public DateTimeOffset? BootedAt => Boot.IsEmpty ? null : Boot[0].At;

        public string Network => Known.Subnet?.Network.ToString() ?? (Machine.LastSeen.Subnet.Length > 0 ? Machine.LastSeen.Subnet : "its network");

        /// <summary>Nothing was heard of the last boot for so long.</summary>
        public bool IsSilentFor(TimeSpan time) => !Boot.IsEmpty && Known.Now - Later(Boot[^1].At, Known.LastHeard) >= time;

        /// <summary>The last event of one of the kinds in the last boot.</summary>
        public ApplianceEvent? Last(params ReadOnlySpan<EventKind> kinds) => LastAt(kinds) is var at and >= 0 ? Boot[at] : null;

        /// <summary>The last of the kind, where none of the others came after it.</summary>
        public ApplianceEvent? LastWithout(EventKind kind, params ReadOnlySpan<EventKind> after) =>
            LastAt([kind]) is var at and >= 0 && LastAt(after) < at ? Boot[at] : null;

        private int LastAt(ReadOnlySpan<EventKind> kinds)
        {
            var boot = Boot;
            for (var at = boot.Length - 1; at >= 0; at--)
            {
                if (kinds.Contains(boot[at].Kind))
                {
                    return at;
                }
            }
            return -1;
        }

        private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other is { } later && later > one ? later : one;
    }
}
