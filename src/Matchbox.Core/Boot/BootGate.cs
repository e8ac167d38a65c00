using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;

namespace Matchbox.Core.Boot;

/// <summary>
/// The one gate: every path that can make a machine boot something asks here, and nothing else decides. Pure: the same
/// question gives the same answer, and nothing is changed by asking.
/// </summary>
public static class BootGate
{
    public static BootDecision Decide(BootQuestion question)
    {
        var decision = Choose(question);
        return question.Protection is null ? decision
            : question.Stage == BootStage.Ignition ? Guard(question, decision)
            : WhyNoScript(question, decision) is { } why ? new BootDecision.Discover(why)
            : decision;
    }

    private static BootDecision Choose(BootQuestion question)
    {
        if (question.Machine is { Ignored: { } mark } ignored)
        {
            return new BootDecision.Silent($"ignored since {mark.At:u} by {mark.By}: matchbox machines unignore {ignored.Id}");
        }
        if (question.Conflict is { } conflict)
        {
            return new BootDecision.Hold($"identity: {conflict}");
        }
        if (question.Machine?.Installation.Hold is { } hold)
        {
            return new BootDecision.Hold(hold.Reason);
        }
        if (!question.Known && question.Unknown == UnknownPolicy.Ignore)
        {
            return new BootDecision.Silent("unknown machine, and this subnet ignores those");
        }
        // Also by its MAC alone no group selects it: a recycled board is never the old machine.
        if (question is { Retired: { } retired, Once: null })
        {
            return new BootDecision.Discover($"it comes with what was {retired.Called} until {retired.At:u}, and is a stranger now: matchbox machines add, if it is ours again");
        }
        if (question.Offer is not { } offer)
        {
            return new BootDecision.Discover(question.Once is { } gone ? $"{gone.By} asked to boot {gone.Profile} once, which is not there any more" : question.Group switch
            {
                null => "no group selects this machine",
                { Profile: "" } group => $"group {group.Id} names no profile",
                { } group => $"group {group.Id} names profile {group.Profile}, which is not there",
            });
        }
        if (question.Once is { } once && offer.Installs)
        {
            return new BootDecision.Discover($"{once.By} asked to boot {once.Profile} once, which installs by now ({offer.Mark.Sign}): only live profiles are booted once");
        }
        return offer.Installs ? Install(question, offer)
            : WhyNot(question, offer) is { } fault ? new BootDecision.Discover(fault)
            : new BootDecision.BootProfile(offer, InstallDelivery.Live, $"profile {offer.Profile.Id} by {By(question)}");
    }

    /// <summary>
    /// Why a permission no longer fits what would be served, or null while it does. Whoever finds a reason takes the permission
    /// back: coming back to the old content does not revive it.
    /// </summary>
    public static string? WhyVoid(Arming arming, Machine machine, BootOffer? offer, DateTimeOffset now) =>
        now >= arming.ExpiresAt ? $"the arming expired at {arming.ExpiresAt:u}"
        : arming.Uuid is { } uuid && machine.Uuid is { } present && uuid != present ? $"the mainboard changed from {uuid} to {present}"
        : offer is null || offer.Profile.Id != arming.ProfileId ? $"the profile is no longer {arming.ProfileId}"
        : offer.Digest != arming.Digest ? $"what profile {arming.ProfileId} serves has changed since it was armed"
        : null;

    // The script carries the token to what is protected: only the machine's present boot gets it.
    private static string? WhyNoScript(BootQuestion question, BootDecision decision) =>
        question.Stage == BootStage.Dhcp || decision is not BootDecision.BootProfile ? null
        : !question.Verified ? "its config is protected, and this request does not belong to the machine's present boot"
        : question.Machine is null ? "its config is protected, and nobody is named"
        : question.Machine.Delivery is { } delivery && delivery.HasEnded(question.Nonce!) ? "its config is protected, and another boot came after this one"
        : null;

    // Every part of a protected config: to the present boot alone, with its token, once.
    private static BootDecision Guard(BootQuestion question, BootDecision decision) =>
        decision is not BootDecision.BootProfile ? new BootDecision.Deny(decision.Reason)
        : !question.Verified ? new BootDecision.Deny("the request does not come from the machine's present boot")
        : !question.HasToken ? new BootDecision.Deny("the request does not carry the token of the boot's script")
        : question.Machine?.Delivery is not { } delivery || delivery.Nonce != question.Nonce ? new BootDecision.Deny("no script of this boot was served last")
        : delivery.WhyNot(question.Resource, question.Source, question.Now) is { } why ? new BootDecision.Deny(why)
        : decision;

    // A profile may be there for its config alone, for machines that boot by other means; and who was not started by us gets
    // the script that poseidon/matchbox gives, which does not look whether the config is there.
    private static string? WhyNot(BootQuestion question, BootOffer offer) =>
        question.Stage == BootStage.Ignition ? (offer.Config is null ? offer.Fault : null)
        : question.Stage == BootStage.IpxeScript && !question.Verified && offer.Profile.Boot is not null ? null
        : offer.Fault;

    // An installing profile is served only while armed, whoever matched it.
    private static BootDecision Install(BootQuestion question, BootOffer offer)
    {
        var id = offer.Profile.Id;
        if (question.Machine is not { } machine)
        {
            return new BootDecision.Discover($"profile {id} installs ({offer.Mark.Sign}) and nobody is named");
        }
        var state = machine.Installation;
        // Protecting takes an arming back; should one be there all the same, it counts for nothing.
        if (state.Arming is not { } arming || machine.Protected is not null)
        {
            return state.IsInstalled
                ? Local(question, $"installed with {state.InstalledProfile} at {state.InstalledAt:u}, and not armed")
                : new BootDecision.Discover(machine.Protected is null
                    ? $"profile {id} installs ({offer.Mark.Sign}) and the machine is not armed: matchbox machines arm {machine.Id}"
                    : $"profile {id} installs ({offer.Mark.Sign}) and the machine is protected: matchbox machines unprotect {machine.Id}");
        }
        if (WhyVoid(arming, machine, offer, question.Now) is { } why)
        {
            return state.IsInstalled ? Local(question, $"installed; {why}") : new BootDecision.Discover($"{why}; arm it again: matchbox machines arm {machine.Id}");
        }
        if (offer.Fault is { } fault)
        {
            return new BootDecision.Discover(fault);
        }
        if (question.Stage == BootStage.Dhcp)
        {
            return new BootDecision.BootProfile(offer, InstallDelivery.NotYet, $"armed for profile {id}");
        }
        if (!question.Verified)
        {
            return new BootDecision.Discover("this request does not belong to the machine's present boot");
        }
        if (state.AttemptOf(question.Nonce!) is { } same)
        {
            return new BootDecision.BootProfile(offer, InstallDelivery.SameAttempt, $"attempt {same.Number} of {arming.AttemptsAllowed} at profile {id}");
        }
        // Ignition after a restart of ours still belongs to an attempt above; without one its kernel was not ours.
        if (question.Stage == BootStage.Ignition)
        {
            return new BootDecision.Hold($"an installer's config was asked for without an attempt of this boot");
        }
        return state.AttemptsLeft > 0
            ? new BootDecision.BootProfile(offer, InstallDelivery.NewAttempt, $"attempt {state.Attempts.Length + 1} of {arming.AttemptsAllowed} at profile {id}")
            : new BootDecision.Hold($"{arming.AttemptsAllowed} attempts at profile {id} ended without a report: matchbox machines release {machine.Id}");
    }

    private static BootDecision.BootLocal Local(BootQuestion question, string why) =>
        new(question.Firmware == FirmwareKind.Bios ? LocalBoot.SanBoot : LocalBoot.Exit, why);

    private static string By(BootQuestion question) =>
        question.Once is { } once ? $"{once.By}, once" : question.Group is { } group ? $"group {group.Id}" : "default";
}
