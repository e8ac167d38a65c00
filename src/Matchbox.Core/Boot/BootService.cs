using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>
/// Asks the gate on behalf of every service and carries its decision out: counts attempts, issues tokens, writes the timeline.
/// What a decision changes is stored before the answer is given. Thread-safe.
/// </summary>
public sealed partial class BootService(
    MachineRegistry machines, ICatalogSource catalogs, ISubnetSource subnets, BootSessions sessions, MachinePolicies policies,
    IEventSink events, TimeProvider clock, BootServiceSettings settings, ConfigProtection? protection = null)
{
    private readonly ConfigRenderer _renderer = new();

    /// <summary>The script for iPXE or the config for GRUB. An attempt is stored before its script is given.</summary>
    public async ValueTask<ScriptAnswer> ForScriptAsync(BootRequest request, CancellationToken cancellation)
    {
        if (IsStrict)
        {
            return UpstreamScript(request);
        }
        var (question, mac) = Ask(request);
        question = WithConfigFault(question);
        var decision = BootGate.Decide(question);
        if (question.Machine is null && question.Offer is null)
        {
            return new ScriptAnswer.NotFound(decision.Reason);
        }
        ForgetOnce(question);
        await LearnLoaderAsync(question, mac, cancellation);
        await CancelVoidArmingAsync(question, cancellation);
        switch (decision)
        {
            case BootDecision.BootProfile { Install: InstallDelivery.Live } live:
                if (!await TakeOnceAsync(question, cancellation) || !await OpenAsync(question, cancellation))
                {
                    return await ForScriptAsync(request, cancellation);
                }
                Reached(mac, question, BootStep.ScriptServed);
                Answered(mac, question, BootAnswer.Live, live.Offer.Profile.Id);
                Await(mac, question, live.Offer, request.BaseUrl);
                if (IsNews(question, live.Reason))
                {
                    Tell(question.Machine!, EventKind.ScriptServed, live.Reason, [.. Given(question, live.Offer, mac, request.BaseUrl, installs: false)]);
                }
                return new ScriptAnswer.Boot(live.Offer, ScriptArguments.Of(live.Offer, request.BaseUrl, question.Nonce, LiveReport(question, mac, request.BaseUrl), LiveToken(question, mac)));
            case BootDecision.BootProfile install:
                var report = await OpenAsync(question, cancellation) ? await BeginAsync(question, install, mac!.Value, request.BaseUrl, cancellation) : null;
                Reached(mac, question, BootStep.ScriptServed);
                Answered(mac, question, BootAnswer.Installer);
                Await(mac, question, install.Offer, request.BaseUrl);
                return report is null
                    ? await ForScriptAsync(request, cancellation)
                    : new ScriptAnswer.Boot(install.Offer, ScriptArguments.Of(install.Offer, request.BaseUrl, question.Nonce, report, question.Protection is null ? null : report.Token));
            case BootDecision.BootLocal local:
                Reached(mac, question, BootStep.ScriptServed);
                Answered(mac, question, BootAnswer.Local);
                Tell(question, EventKind.BootLocal, local.Reason);
                return new ScriptAnswer.Local(local.Method, local.Reason);
            case BootDecision.Discover discover:
                Answered(mac, question, BootAnswer.Why);
                Tell(question, EventKind.Shown, discover.Reason);
                return new ScriptAnswer.Wait(Describe(question, mac), discover.Reason, question.Firmware == FirmwareKind.Bios ? LocalBoot.SanBoot : LocalBoot.Exit);
            case BootDecision.Hold hold:
                await HoldAsync(question, hold, cancellation);
                Answered(mac, question, BootAnswer.Why);
                return new ScriptAnswer.Hold(Describe(question, mac), hold.Reason);
            default:
                return new ScriptAnswer.NotFound(decision.Reason);
        }
    }

    /// <summary>The machine's config, rendered for it. An installer's is served only to the boot that its attempt belongs to.</summary>
    public async ValueTask<ConfigAnswer> ForIgnitionAsync(BootRequest request, CancellationToken cancellation)
    {
        if (IsStrict)
        {
            return UpstreamIgnitionConfig(request);
        }
        var sent = Sent(request);
        var (question, mac) = Ask(request with { Stage = BootStage.Ignition });
        await CancelVoidArmingAsync(question, cancellation);
        var decision = BootGate.Decide(question);
        if (await WithheldAsync(question, decision, request, cancellation) is { } withheld)
        {
            return withheld;
        }
        switch (decision)
        {
            case BootDecision.BootProfile { Offer.Config: { } config } boot:
                var secrets = SecretsFor(question, config);
                var rendered = _renderer.Ignition(config, question.Group!, sent with { Disk = DiskOf(question) }, secrets);
                Forget(secrets);
                if (WhyNotServed(boot.Offer, config, rendered) is { } why)
                {
                    Tell(question, EventKind.Failed, $"config refused: {why}", ("refused", "config"));
                    RememberConfigFault(question, boot.Offer, why);
                    return new ConfigAnswer.Broken(why);
                }
                if (await DeliverAsync(question, request, cancellation) is { } late)
                {
                    return late;
                }
                Reached(mac, question, BootStep.IgnitionServed);
                var (bytes, note) = IgnitionFit.For(rendered, request.IgnitionSpec);
                var served = $"config {boot.Offer.Profile.IgnitionId}";
                if (IsNews(question, served))
                {
                    Tell(question.Machine!, EventKind.IgnitionServed, served, [("config", boot.Offer.Profile.IgnitionId), .. Digest(question, bytes)]);
                }
                if (note is not null)
                {
                    Tell(question, EventKind.ConfigNewer, note, ("config", boot.Offer.Profile.IgnitionId));
                }
                return new ConfigAnswer.Config(bytes, ReportFor(question, request, mac));
            case BootDecision.BootProfile boot:
                return new ConfigAnswer.NotFound($"profile {boot.Offer.Profile.Id} names no Ignition config");
            case BootDecision.Silent silent when question.Machine is { Ignored: not null }:
                return new ConfigAnswer.NotFound(silent.Reason);
            case var refused:
                Tell(question, EventKind.Failed, $"config refused: {refused.Reason}", ("refused", "config"));
                // That a file is missing is our fault and no answer to the question who asks.
                return question.Offer is { Config: null, Installs: false, Profile.IgnitionId.Length: > 0 } && refused is BootDecision.Discover
                    ? new ConfigAnswer.Broken(refused.Reason)
                    : new ConfigAnswer.NotFound(refused.Reason);
        }
    }

    /// <summary>The generic file of the machine's profile. An installer's is served only to the boot that its attempt belongs to.</summary>
    public ValueTask<ConfigAnswer> ForGenericAsync(BootRequest request, CancellationToken cancellation) => ForFileAsync(request, PlainConfig.Generic, cancellation);

    /// <summary>The cloud-config of the machine's profile, by the same rule.</summary>
    public ValueTask<ConfigAnswer> ForCloudAsync(BootRequest request, CancellationToken cancellation) => ForFileAsync(request, PlainConfig.Cloud, cancellation);

    private async ValueTask<ConfigAnswer> ForFileAsync(BootRequest request, PlainConfig kind, CancellationToken cancellation)
    {
        if (IsStrict)
        {
            return UpstreamFile(request, kind);
        }
        var sent = Sent(request);
        var (question, _) = Ask(request with { Stage = BootStage.Ignition });
        if (question.Protection is not null && await WithheldAsync(question, BootGate.Decide(question), request, cancellation) is { } withheld)
        {
            return withheld;
        }
        if (question.Offer is not { } offer)
        {
            return new ConfigAnswer.NotFound(BootGate.Decide(question).Reason);
        }
        if (question.Conflict is not null || question.Machine is { Ignored: not null } || offer.Installs && BootGate.Decide(question) is not BootDecision.BootProfile)
        {
            return new ConfigAnswer.NotFound(BootGate.Decide(question).Reason);
        }
        if (kind.Of(offer) is not { } file)
        {
            if (kind.NameIn(offer.Profile) is not { Length: > 0 } name)
            {
                return new ConfigAnswer.NotFound($"profile {offer.Profile.Id} names no {kind.What}");
            }
            var missing = $"profile {offer.Profile.Id} names the {kind.What} {name}, which is not there";
            Tell(question, EventKind.Failed, missing, ("refused", kind.What));
            return new ConfigAnswer.Broken(missing);
        }
        var secrets = SecretsFor(question, file);
        var rendered = kind.Render(file, question.Group!, sent with { Disk = DiskOf(question) }, secrets);
        Forget(secrets);
        if (WhyNotServed(offer, file, rendered) is { } why)
        {
            Tell(question, EventKind.Failed, $"{kind.What} refused: {why}", ("refused", kind.What));
            return new ConfigAnswer.Broken(why);
        }
        return await DeliverAsync(question, request, cancellation) ?? new ConfigAnswer.Config(rendered.Bytes!.Value, null);
    }

    // What the request said could make an installer of a template whose group was never seen to be one.
    private static string? WhyNotServed(BootOffer offer, ConfigFile file, RenderedConfig rendered) =>
        rendered.Failure is { } failure ? failure
        : rendered.Sign is { } sign && !offer.Installs && offer.Profile.Install is null
            ? $"for this request {file.Path} installs ({sign}), and profile {offer.Profile.Id} is served without an arming: say \"install\": true or false in it"
        : null;

    // The disk is chosen for an installation, and for no other boot.
    private static ArmedDisk? DiskOf(BootQuestion question) => question.Offer is { Installs: true } ? question.Machine?.Installation.Arming?.Disk : null;

    // Recognising a machine adds its own labels to those of the request; a template sees what was sent.
    private static RequestData Sent(BootRequest request) => new([.. request.Labels], request.RawQuery);

    /// <summary>The group that a request selects, whose metadata is asked for; null: none. Or what is answered in its stead.</summary>
    public async ValueTask<(Group? Group, ConfigAnswer? Withheld)> ForMetadataAsync(BootRequest request, CancellationToken cancellation)
    {
        if (IsStrict)
        {
            var (selected, offer) = Selected(request);
            return selected is not null && Protection.Of(selected, offer?.Profile) is not null && WhyNotUngated(request, selected, offer) is { } why
                ? (null, new ConfigAnswer.NotFound(why))
                : (selected, null);
        }
        var (question, _) = Ask(request with { Stage = BootStage.Ignition });
        return question.Machine is { Ignored: not null } && question.Protection is null ? (null, new ConfigAnswer.NotFound(BootGate.Decide(question).Reason))
            : question.Protection is null ? (question.Group, null)
            : await WithheldAsync(question, BootGate.Decide(question), request, cancellation) is { } withheld ? (null, withheld)
            : await DeliverAsync(question, request, cancellation) is { } late ? (null, late)
            : (question.Group, null);
    }

    /// <summary>What a person may know before arming: which profile the machine's own labels select.</summary>
    public BootOffer? OfferFor(Machine machine)
    {
        var catalog = catalogs.Current;
        return catalog.Select(LabelsOf(machine), AddressOf(machine)) is { } group ? Pinned(catalog.OfferOf(group), group) : null;
    }

    internal void Tell(Machine machine, EventKind kind, string text, params ReadOnlySpan<(string Key, string Value)> data)
    {
        var details = System.Collections.Immutable.ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in data)
        {
            details[key] = value;
        }
        details["mac"] = machine.Macs.IsEmpty ? "" : machine.Macs[0].ToString();
        events.Publish(new ApplianceEvent
        {
            At = clock.GetUtcNow(),
            Kind = kind,
            Machine = machine.Id,
            Known = machine.InInventory || catalogs.Current.Select(LabelsOf(machine), AddressOf(machine)) is { IsDefault: false },
            Text = text,
            Data = details.ToImmutable(),
        });
    }

    private void Tell(BootQuestion question, EventKind kind, string text, params ReadOnlySpan<(string Key, string Value)> data)
    {
        if (IsNews(question, text))
        {
            Tell(question.Machine!, kind, text, data);
        }
    }

    // A request that proves nothing moves nothing, the timeline included; its decision is in the log. What is asked again and again is told once.
    private bool IsNews(BootQuestion question, string text) =>
        question is { Machine: { } machine, FromMachine: true } && (machine.Macs.IsEmpty || sessions.Tells(machine.Macs[0], text));

    private (BootQuestion Question, HardwareAddress? Mac) Ask(BootRequest request)
    {
        HardwareAddress? mac = HardwareAddress.TryParse(request.Labels["mac"], out var claimed) ? claimed : sessions.OwnerOf(request.Source);
        MachineUuid? uuid = MachineUuid.TryParse(request.Labels["uuid"], out var parsed) ? parsed : null;
        var nonce = mac is { } known ? sessions.Verify(known, request.Source, request.Nonce) : null;
        var subnet = subnets.Current.Containing(request.Source);
        var firmware = mac is { } present && sessions.Present(present) is { } session ? session.Firmware : FirmwareOf(request.Labels);
        var question = Ask(request.Stage, request.Labels, request.Source, new MachineClaims(mac, uuid, request.Labels["serial"]), subnet?.Unknown ?? UnknownPolicy.Discover, firmware, nonce);
        return (question with
        {
            FromMachine = mac is not null && sessions.OwnerOf(request.Source) == mac,
            Resource = request.Resource,
            Source = request.Source,
            HasToken = HasToken(question, mac, request.Token),
        }, mac);
    }

    private BootQuestion Ask(
        BootStage stage, Labels labels, IPv4Address source, MachineClaims claims, UnknownPolicy unknown, FirmwareKind firmware, string? nonce)
    {
        var recognised = machines.Recognise(claims);
        if (recognised.Machine is { } machine)
        {
            foreach (var (key, value) in machine.Labels)
            {
                labels.Add(key, value);
            }
        }
        var catalog = catalogs.Current;
        var group = catalog.Select(labels, source);
        var retired = RetiredOf(machines, recognised.Machine, claims);
        var question = new BootQuestion
        {
            Stage = stage,
            Machine = recognised.Machine,
            Known = recognised.Machine is { InInventory: true } || (group is { IsDefault: false } && retired is null),
            Retired = retired,
            Conflict = recognised.Conflict,
            Group = group,
            Offer = group is null ? null : Pinned(catalog.OfferOf(group), group),
            Unknown = unknown,
            Firmware = firmware,
            Nonce = nonce,
            Now = clock.GetUtcNow(),
        };
        return question.Machine is { BootOnce: not null }
            ? OnceBoots.Apply(question, claims.Mac is { } mac ? sessions.Present(mac) : null, catalog, protection)
            : question;
    }

    private void Reached(HardwareAddress? mac, BootQuestion question, BootStep step)
    {
        if (question.Verified && mac is { } own)
        {
            sessions.Reached(own, step);
        }
    }

    private static Labels LabelsOf(Machine machine)
    {
        var labels = new Labels();
        if (!machine.Macs.IsEmpty)
        {
            labels.Add("mac", machine.Macs[0].ToString());
        }
        AddIfPresent(labels, "uuid", machine.Uuid?.ToString());
        AddIfPresent(labels, "serial", machine.Serial);
        foreach (var (key, value) in machine.Labels)
        {
            labels.Add(key, value);
        }
        return labels;
    }

    // What it last asked from in its present boot.
    private IPv4Address AddressOf(Machine machine)
    {
        foreach (var mac in machine.Macs)
        {
            if (sessions.Present(mac) is { Address.IsAny: false } session)
            {
                return session.Address;
            }
        }
        return default;
    }

    private static void AddIfPresent(Labels labels, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            labels.Add(key, value);
        }
    }

    private static string Describe(BootQuestion question, HardwareAddress? mac) =>
        question.Machine is { Name.Length: > 0 } named ? $"{named.Name} ({mac})" : mac?.ToString() ?? question.Machine?.Id ?? "unknown";

    private static FirmwareKind FirmwareOf(Labels labels) => labels["platform"] switch
    {
        "efi" => FirmwareKind.Uefi,
        "pcbios" => FirmwareKind.Bios,
        _ => FirmwareKind.Unknown,
    };
}
