using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>Installations: attempts, tokens, reports, and what ends a permission.</summary>
public sealed partial class BootService
{
    // The clear tokens of attempts in progress: only their hashes are stored, so after a restart a new one is issued.
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);

    /// <summary>Takes a machine's report; what it changes is stored when this returns. The same report again is answered alike.</summary>
    public async ValueTask<ReportOutcome> ReportAsync(MachineReport report, IPv4Address source, CancellationToken cancellation)
    {
        if (machines.ByMac(report.Mac) is not { } machine)
        {
            return ReportOutcome.UnknownMachine;
        }
        var owner = sessions.OwnerOf(source);
        var own = owner is { } mac && machine.Macs.Contains(mac);
        if (report.Step == ReportStep.Fetched)
        {
            return await FetchedAsync(machine, report, own, cancellation);
        }
        if (report.Step == ReportStep.Inventory)
        {
            return await InventoryAsync(machine, report, source, own, cancellation);
        }
        if (report.Step != ReportStep.Installed)
        {
            if (own && report.Step == ReportStep.Booted)
            {
                sessions.Reached(report.Mac, BootStep.Booted);
            }
            Tell(machine, report.Step switch { ReportStep.Booted => EventKind.Booted, ReportStep.Failed => EventKind.Failed, _ => EventKind.Progress },
                own ? report.Text : $"(unverified) {report.Text}", ("verified", own ? "true" : "false"));
            return own ? ReportOutcome.Accepted : ReportOutcome.Unverified;
        }
        var hash = report.Token is { } token ? HashOf(token) : "";
        if (own && machine.Installation.Completed?.TokenHash == hash && hash.Length > 0)
        {
            return ReportOutcome.Accepted;
        }
        if (!own || machine.Installation.AttemptByToken(hash) is null)
        {
            Tell(machine, EventKind.InstallUnverified, own
                ? "reported an installation without the token of a present attempt: nothing changed"
                : $"an installation was reported from {source}, which is not this machine's address: nothing changed");
            return ReportOutcome.Unverified;
        }
        var now = clock.GetUtcNow();
        InstallAttempt? completed = null;
        await machines.UpdateAsync(machine.Id, present =>
        {
            completed = present.Installation.AttemptByToken(hash);
            return completed is null ? present : present with { Installation = Installation.CompletedBy(completed, now) };
        }, cancellation);
        if (completed is null)
        {
            return ReportOutcome.Unverified;
        }
        Tell(machine, EventKind.Installed, $"installed by attempt {completed.Number} at profile {completed.ProfileId}; boots from its disk from now on");
        return ReportOutcome.Accepted;
    }

    private async ValueTask<ReportAddress?> BeginAsync(
        BootQuestion question, BootDecision.BootProfile install, HardwareAddress mac, string baseUrl, CancellationToken cancellation)
    {
        var nonce = question.Nonce!;
        var token = _tokens.GetOrAdd(nonce, _ => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        var hash = HashOf(token);
        InstallAttempt? attempt = null;
        var isNew = false;
        await machines.UpdateAsync(question.Machine!.Id, present =>
        {
            var state = present.Installation;
            isNew = false;
            attempt = state.AttemptOf(nonce);
            if (attempt is not null)
            {
                // After a restart the clear token is gone: the same attempt gets another one.
                return attempt.TokenHash == hash ? present : present with
                {
                    Installation = state with { Attempts = state.Attempts.Replace(attempt, attempt = attempt with { TokenHash = hash }) },
                };
            }
            if (state.Arming is not { } arming || state.AttemptsLeft <= 0 || BootGate.WhyVoid(arming, present, install.Offer, question.Now) is not null)
            {
                return present;
            }
            isNew = true;
            attempt = new InstallAttempt
            {
                Number = state.Attempts.Length + 1,
                ArmingId = arming.Id,
                ProfileId = install.Offer.Profile.Id,
                Nonce = nonce,
                TokenHash = hash,
                StartedAt = question.Now,
            };
            return present with { Installation = state.Begin(attempt) };
        }, cancellation);
        if (attempt is null)
        {
            return null;
        }
        if (isNew)
        {
            Tell(question, EventKind.InstallStarted, install.Reason, [.. Given(question, install.Offer, mac, baseUrl, installs: true)]);
        }
        return new ReportAddress($"{baseUrl}/report", token, mac);
    }

    // A live boot reports with its token that it has its protected config.
    private ReportAddress? ReportFor(BootQuestion question, BootRequest request, HardwareAddress? mac) =>
        question is { Verified: true, Machine: { } machine } && mac is { } own && request.Token is { } token
        && (question.HasToken || machine.Installation.AttemptOf(question.Nonce!)?.TokenHash == HashOf(token))
            ? LiveReport(question, mac, request.BaseUrl) ?? new ReportAddress($"{request.BaseUrl}/report", token, own)
            : null;

    // Only what the machine itself asked may take its permission back: a query string from elsewhere is a claim.
    private async ValueTask CancelVoidArmingAsync(BootQuestion question, CancellationToken cancellation)
    {
        if (question is { Verified: true, Once: null, Machine: { Installation.Arming: { } arming } machine }
            && BootGate.WhyVoid(arming, machine, question.Offer, question.Now) is { } why)
        {
            await machines.UpdateAsync(machine.Id, present => present.Installation.Arming == arming
                ? present with { Installation = present.Installation.Disarm() }
                : present, cancellation);
            Tell(machine, EventKind.Disarmed, $"no longer armed: {why}");
        }
    }

    private async ValueTask HoldAsync(BootQuestion question, BootDecision.Hold hold, CancellationToken cancellation)
    {
        if (question is { Verified: true, Machine: { Installation.Hold: null } machine })
        {
            if (question.Conflict is null)
            {
                await machines.UpdateAsync(machine.Id, present => present.Installation.Hold is null
                    ? present with { Installation = present.Installation.Held(hold.Reason, question.Now) }
                    : present, cancellation);
            }
            Tell(machine, question.Conflict is null ? EventKind.Held : EventKind.IdentityConflict, hold.Reason);
        }
    }

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
}
