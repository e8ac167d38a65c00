using System.Globalization;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Secrets;
using Matchbox.Protocols;
using Matchbox.Templates;

namespace Matchbox.Core.Boot;

/// <summary>Protected configs: the gate says who gets them, and this keeps count of what went out and raises the alarm.</summary>
public sealed partial class BootService
{
    private readonly DenialAlarms _denials = new(clock);

    private BootOffer? Pinned(BootOffer? offer, Group group) => protection is null || offer is null ? offer : protection.Pin(offer, group);

    // For one machine and one rendering; null: there is nothing that a text could hold, and it may be shared.
    private ITextFunctions? SecretsFor(BootQuestion question, ConfigFile file) =>
        question.Protection is not null ? new SecretFunctions(protection?.Vault, question.Offer!.Profile.Id, question.Group!.Id)
        : file.UsesSecrets ? SecretFunctions.Unprotected
        : null;

    private static void Forget(ITextFunctions? secrets) => (secrets as SecretFunctions)?.Clear();

    private bool HasToken(BootQuestion question, HardwareAddress? mac, string? token) =>
        token is not null && question is { Nonce: { } nonce, Offer: { } offer } && mac is { } own && (question.Protection is not null || ScriptArguments.WantsReport(offer))
        && (offer.Installs
            ? question.Machine?.Installation.AttemptOf(nonce)?.TokenHash == HashOf(token)
            : protection is not null && protection.Tokens.IsFor(own, nonce, token));

    /// <summary>A script that carries the token goes out: it ends what an earlier boot may still ask for. False: this boot itself has ended.</summary>
    private async ValueTask<bool> OpenAsync(BootQuestion question, CancellationToken cancellation)
    {
        if (question.Protection is null)
        {
            return true;
        }
        var after = await machines.UpdateAsync(question.Machine!.Id, present =>
        {
            var begun = ConfigDelivery.Begin(present.Delivery, question.Nonce!);
            return ReferenceEquals(begun, present.Delivery) ? present : present with { Delivery = begun };
        }, cancellation);
        return after.Delivery?.Nonce == question.Nonce;
    }

    private string? LiveToken(BootQuestion question, HardwareAddress? mac) =>
        question is { Protection: not null, Nonce: { } nonce } && mac is { } own ? protection?.Tokens.For(own, nonce) : null;

    /// <summary>What a request for a protected config gets in its stead; null: it is not protected, or may have it.</summary>
    private async ValueTask<ConfigAnswer?> WithheldAsync(BootQuestion question, BootDecision decision, BootRequest request, CancellationToken cancellation)
    {
        if (question.Protection is null)
        {
            return null;
        }
        if (decision is BootDecision.Deny denied)
        {
            return await DenyAsync(question, denied.Reason, request, cancellation);
        }
        return request.IsEncrypted ? null : new ConfigAnswer.OverTls();
    }

    /// <summary>Stores that the resource goes out, before it does; answers when it may not any more. Null: it may.</summary>
    private async ValueTask<ConfigAnswer?> DeliverAsync(BootQuestion question, BootRequest request, CancellationToken cancellation)
    {
        if (question.Protection is null || request.IsHead)
        {
            return null;
        }
        string? why = null;
        await machines.UpdateAsync(question.Machine!.Id, present =>
        {
            why = present.Delivery is { } delivery && delivery.Nonce == question.Nonce
                ? delivery.WhyNot(request.Resource, request.Source, question.Now)
                : "another boot came after this one";
            // A copy also where nothing changes: whoever repeats a request waits for the first one's record too.
            return why is null ? present with { Delivery = present.Delivery!.Deliver(request.Resource, request.Source, question.Now) } : present;
        }, cancellation);
        return why is null ? null : await DenyAsync(question, why, request, cancellation);
    }

    private async ValueTask<ConfigAnswer> DenyAsync(BootQuestion question, string why, BootRequest request, CancellationToken cancellation)
    {
        if (question.Machine is { } machine)
        {
            var holds = question is { Protection.HoldOnDenial: true, Conflict: null } && machine.Installation.Hold is null;
            if (holds)
            {
                var reason = $"a request from {request.Source} for its protected config was denied: {why}";
                await machines.UpdateAsync(machine.Id, present => present.Installation.Hold is null
                    ? present with { Installation = present.Installation.Held(reason, question.Now) }
                    : present, cancellation);
                Tell(machine, EventKind.Held, reason);
            }
            if (_denials.Tells(machine.Id, out var untold))
            {
                var more = untold == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({untold} more tries since the last alarm)");
                Tell(machine, EventKind.ConfigDenied, $"protected {request.Resource} denied to {request.Source}: {why}{more}",
                    ("alarm", "true"), ("address", request.Source.ToString()), ("resource", request.Resource));
            }
        }
        return new ConfigAnswer.Denied(why);
    }

    /// <summary>The machine says that it has its config.</summary>
    private async ValueTask<ReportOutcome> FetchedAsync(Machine machine, MachineReport report, bool own, CancellationToken cancellation)
    {
        var nonce = machine.Delivery?.Nonce;
        if (!own || nonce is null || report.Token is not { } token || !IsTokenOf(machine, report.Mac, nonce, token))
        {
            Tell(machine, EventKind.InstallUnverified, "reported that it has its config, from another address or without the token of its present boot: nothing changed");
            return ReportOutcome.Unverified;
        }
        var now = clock.GetUtcNow();
        var news = false;
        await machines.UpdateAsync(machine.Id, present =>
        {
            news = present.Delivery is { FetchedAt: null } open && open.Nonce == nonce;
            return news ? present with { Delivery = present.Delivery!.Fetched(now) } : present;
        }, cancellation);
        if (news)
        {
            Tell(machine, EventKind.ConfigFetched, "the machine has its protected config: nobody gets it from now on");
        }
        return ReportOutcome.Accepted;
    }

    private bool IsTokenOf(Machine machine, HardwareAddress mac, string nonce, string token) =>
        machine.Installation.AttemptByToken(HashOf(token))?.Nonce == nonce
        || (protection is not null && protection.Tokens.IsFor(mac, nonce, token));
}
