using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Boot;

// What a machine would get if it asked now. Nothing is written, counted or told, and nonce and token are placeholders.
public sealed partial class BootService
{
    /// <summary>Stands in a preview where a boot has its nonce and an attempt its token; neither is ever made so.</summary>
    public const string PreviewSecret = "PREVIEW";

    /// <summary>The group that a catalog selects for a machine; null: none.</summary>
    public Group? GroupOf(Machine machine, Catalog catalog) => catalog.Select(LabelsOf(machine), AddressOf(machine));

    /// <summary>Do the selectors and conditions of a group hold for a machine, whichever group comes first.</summary>
    public bool Fits(Machine machine, Group group, bool strict) => group.Rules.Hold(new LabelSet(LabelsOf(machine), AddressOf(machine), strict));

    /// <summary>The script of the machine's next boot: an armed machine's is that of its next attempt.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="stage">Whose language it is asked in.</param>
    /// <param name="labels">What it would say beside its MAC, UUID and serial number.</param>
    /// <param name="baseUrl">How it would reach us.</param>
    public ScriptAnswer PreviewScript(Machine machine, BootStage stage, IEnumerable<KeyValuePair<string, string>> labels, string baseUrl)
    {
        var question = PreviewQuestion(machine, stage, PreviewLabels(machine, labels));
        var mac = machine.Macs.IsEmpty ? (Protocols.HardwareAddress?)null : machine.Macs[0];
        return BootGate.Decide(question) switch
        {
            BootDecision.BootProfile { Install: InstallDelivery.Live } live =>
                new ScriptAnswer.Boot(live.Offer, ScriptArguments.Of(live.Offer, baseUrl, PreviewSecret,
                    ScriptArguments.WantsReport(live.Offer) ? PreviewReport(mac, baseUrl) : null, question.Protection is null ? null : PreviewSecret)),
            BootDecision.BootProfile install =>
                new ScriptAnswer.Boot(install.Offer, ScriptArguments.Of(
                    install.Offer, baseUrl, PreviewSecret, PreviewReport(mac, baseUrl), question.Protection is null ? null : PreviewSecret)),
            BootDecision.BootLocal local => new ScriptAnswer.Local(local.Method, local.Reason),
            BootDecision.Discover discover =>
                new ScriptAnswer.Wait(Describe(question, mac), discover.Reason, question.Firmware == FirmwareKind.Bios ? LocalBoot.SanBoot : LocalBoot.Exit),
            BootDecision.Hold hold => new ScriptAnswer.Hold(Describe(question, mac), hold.Reason),
            var silent => new ScriptAnswer.NotFound(silent.Reason),
        };
    }

    /// <summary>The machine's Ignition config: of an installer, that of its next attempt.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="labels">What it would say beside its MAC, UUID and serial number.</param>
    /// <param name="ignitionSpec">The newest spec that its Ignition reads; null: it does not say.</param>
    /// <param name="baseUrl">How it would reach us.</param>
    public ConfigAnswer PreviewIgnition(Machine machine, IEnumerable<KeyValuePair<string, string>> labels, string? ignitionSpec, string baseUrl)
    {
        var sent = PreviewLabels(machine, labels);
        var request = new RequestData([.. sent], RawQueryOf(sent));
        // An installer's config belongs to an attempt, and a protected one to a boot, which the script begins: whether there would be
        // one is asked of that. Secrets are placeholders.
        var question = PreviewQuestion(machine, BootStage.Ignition, sent);
        question = question is { Offer.Installs: true } or { Protection: not null } ? question with { Stage = BootStage.IpxeScript } : question;
        var decision = BootGate.Decide(question);
        if (decision is not BootDecision.BootProfile boot)
        {
            return new ConfigAnswer.NotFound(decision.Reason);
        }
        if (boot.Offer.Config is not { } config)
        {
            return new ConfigAnswer.NotFound($"profile {boot.Offer.Profile.Id} names no Ignition config");
        }
        var rendered = _renderer.Ignition(config, question.Group!, request with { Disk = DiskOf(question) });
        if (WhyNotServed(boot.Offer, config, rendered) is { } why)
        {
            return new ConfigAnswer.Broken(why);
        }
        var report = boot.Install == InstallDelivery.Live && !ScriptArguments.WantsReport(boot.Offer) ? null : PreviewReport(machine.Macs.IsEmpty ? null : machine.Macs[0], baseUrl);
        return new ConfigAnswer.Config(IgnitionFit.For(rendered, ignitionSpec).Item1, report);
    }

    /// <summary>The generic file of the machine's profile.</summary>
    public ConfigAnswer PreviewGeneric(Machine machine, IEnumerable<KeyValuePair<string, string>> labels)
    {
        var sent = PreviewLabels(machine, labels);
        var request = new RequestData([.. sent], RawQueryOf(sent));
        var question = PreviewQuestion(machine, BootStage.IpxeScript, sent);
        if (question.Offer is not { } offer || question.Conflict is not null || machine.Ignored is not null || offer.Installs && BootGate.Decide(question) is not BootDecision.BootProfile)
        {
            return new ConfigAnswer.NotFound(BootGate.Decide(question).Reason);
        }
        if (offer.Generic is not { } file)
        {
            return new ConfigAnswer.NotFound($"profile {offer.Profile.Id} names no generic file, or one that is not there");
        }
        var rendered = ConfigRenderer.Generic(file, question.Group!, request with { Disk = DiskOf(question) });
        return WhyNotServed(offer, file, rendered) is { } why ? new ConfigAnswer.Broken(why) : new ConfigAnswer.Config(rendered.Bytes!.Value, null);
    }

    /// <summary>What the gate would say to the machine's next boot, and the offer that it would say it about.</summary>
    public (BootDecision Decision, BootOffer? Offer) PreviewDecision(Machine machine)
    {
        var question = WithConfigFault(PreviewQuestion(machine, BootStage.IpxeScript, PreviewLabels(machine, [])));
        return (BootGate.Decide(question), question.Offer);
    }

    /// <summary>The group that selects the machine, with what it would say of itself and its query.</summary>
    public (Group? Group, Labels Sent, string RawQuery) PreviewGroup(Machine machine, IEnumerable<KeyValuePair<string, string>> labels)
    {
        var sent = PreviewLabels(machine, labels);
        var rawQuery = RawQueryOf(sent);
        return (PreviewQuestion(machine, BootStage.Ignition, PreviewLabels(machine, labels)).Group, sent, rawQuery);
    }

    // Labels of its own are added to these as they are to a request's.
    private BootQuestion PreviewQuestion(Machine machine, BootStage stage, Labels sent)
    {
        var mac = machine.Macs.IsEmpty ? (Protocols.HardwareAddress?)null : machine.Macs[0];
        var address = AddressOf(machine);
        var firmware = mac is { } present && sessions.Present(present) is { } session ? session.Firmware : FirmwareOf(sent);
        var unknown = subnets.Current.Containing(address)?.Unknown ?? Networks.UnknownPolicy.Discover;
        var labels = new Labels();
        foreach (var (key, value) in sent)
        {
            labels.Add(key, value);
        }
        var question = Ask(stage, labels, address, new MachineClaims(mac, machine.Uuid, machine.Serial), unknown, firmware, PreviewSecret);
        return OnceBoots.ApplyToNext(question, catalogs.Current, protection);
    }

    private static Labels PreviewLabels(Machine machine, IEnumerable<KeyValuePair<string, string>> more)
    {
        var labels = new Labels();
        AddIfPresent(labels, "uuid", machine.Uuid?.ToString());
        AddIfPresent(labels, "mac", machine.Macs.IsEmpty ? null : machine.Macs[0].ToString());
        AddIfPresent(labels, "serial", machine.Serial);
        foreach (var (key, value) in more)
        {
            labels.Add(key, value);
        }
        return labels;
    }

    private static string RawQueryOf(Labels labels) =>
        string.Join('&', labels.Select(label => $"{Uri.EscapeDataString(label.Key)}={Uri.EscapeDataString(label.Value)}"));

    private static ReportAddress? PreviewReport(Protocols.HardwareAddress? mac, string baseUrl) =>
        mac is { } own ? new ReportAddress($"{baseUrl}/report", PreviewSecret, own) : null;
}
