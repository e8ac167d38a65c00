using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
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
public sealed class BootService(
    MachineRegistry machines, ICatalogSource catalogs, ISubnetSource subnets, BootSessions sessions, MachinePolicies policies,
    IEventSink events, TimeProvider clock, BootServiceSettings settings)
{
    // The clear tokens of attempts in progress: only their hashes are stored, so after a restart a new one is issued.
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);

    /// <summary>What a DHCP reply says about booting. Answers from memory, never waits.</summary>
    public DhcpBoot ForDhcp(DhcpBootRequest request)
    {
        if (request.Kind == DhcpClientKind.Ordinary)
        {
            return new DhcpBoot.Nothing("no PXE or HTTP client");
        }
        var firmware = LoaderPolicy.FirmwareOf(request.Architecture);
        var labels = new Labels { { "mac", request.Mac.ToString() } };
        AddIfPresent(labels, "uuid", request.Uuid?.ToString());
        AddIfPresent(labels, "arch", LoaderPolicy.LabelOf(request.Architecture));
        var question = Ask(BootStage.Dhcp, labels, new MachineClaims(request.Mac, request.Uuid), request.Subnet.Unknown, firmware, nonce: null);
        if (question.Known || request.Subnet.Unknown != UnknownPolicy.Ignore)
        {
            var seen = Sight(request, question);
            question = question with { Machine = seen };
        }
        switch (BootGate.Decide(question))
        {
            case BootDecision.Silent silent:
                return new DhcpBoot.Nothing(silent.Reason);
            case BootDecision.Hold when question.Machine is null:
                return new DhcpBoot.Nothing("nobody is named");
            default:
                // Also a machine that waits, is held or boots its disk gets a loader: the script tells a person why.
                return Loader(request, question, firmware);
        }
    }

    /// <summary>The script for iPXE or the config for GRUB. An attempt is stored before its script is given.</summary>
    public async ValueTask<ScriptAnswer> ForScriptAsync(BootRequest request, CancellationToken cancellation)
    {
        var (question, mac) = Ask(request);
        var decision = BootGate.Decide(question);
        if (question.Machine is null && question.Offer is null)
        {
            return new ScriptAnswer.NotFound(decision.Reason);
        }
        await LearnLoaderAsync(question, mac, cancellation);
        await CancelVoidArmingAsync(question, cancellation);
        switch (decision)
        {
            case BootDecision.BootProfile { Install: InstallDelivery.Live } live:
                Reached(mac, question, BootStep.ScriptServed);
                Await(mac, question, live.Offer, request.BaseUrl);
                Tell(question, EventKind.ScriptServed, live.Reason, ("profile", live.Offer.Profile.Id));
                return new ScriptAnswer.Boot(live.Offer, ScriptArguments.Of(live.Offer, request.BaseUrl, question.Nonce, report: null));
            case BootDecision.BootProfile install:
                var report = await BeginAsync(question, install, mac!.Value, request.BaseUrl, cancellation);
                Reached(mac, question, BootStep.ScriptServed);
                Await(mac, question, install.Offer, request.BaseUrl);
                return report is null
                    ? await ForScriptAsync(request, cancellation)
                    : new ScriptAnswer.Boot(install.Offer, ScriptArguments.Of(install.Offer, request.BaseUrl, question.Nonce, report));
            case BootDecision.BootLocal local:
                Reached(mac, question, BootStep.ScriptServed);
                Tell(question, EventKind.BootLocal, local.Reason);
                return new ScriptAnswer.Local(local.Method, local.Reason);
            case BootDecision.Discover discover:
                Tell(question, EventKind.Shown, discover.Reason);
                return new ScriptAnswer.Wait(Describe(question, mac), discover.Reason, question.Firmware == FirmwareKind.Bios ? LocalBoot.SanBoot : LocalBoot.Exit);
            case BootDecision.Hold hold:
                await HoldAsync(question, hold, cancellation);
                return new ScriptAnswer.Hold(Describe(question, mac), hold.Reason);
            default:
                return new ScriptAnswer.NotFound(decision.Reason);
        }
    }

    /// <summary>The machine's config, raw. An installer's is served only to the boot that its attempt belongs to.</summary>
    public async ValueTask<ConfigAnswer> ForIgnitionAsync(BootRequest request, CancellationToken cancellation)
    {
        var (question, mac) = Ask(request with { Stage = BootStage.Ignition });
        await CancelVoidArmingAsync(question, cancellation);
        switch (BootGate.Decide(question))
        {
            case BootDecision.BootProfile { Offer.Config: { } config } boot:
                Reached(mac, question, BootStep.IgnitionServed);
                Tell(question, EventKind.IgnitionServed, $"config {boot.Offer.Profile.IgnitionId}", ("config", boot.Offer.Profile.IgnitionId));
                return new ConfigAnswer.Config(config, ReportFor(question, request, mac));
            case BootDecision.BootProfile boot:
                return new ConfigAnswer.NotFound($"profile {boot.Offer.Profile.Id} names no Ignition config");
            case var refused:
                Tell(question, EventKind.Failed, $"config refused: {refused.Reason}");
                return new ConfigAnswer.NotFound(refused.Reason);
        }
    }

    /// <summary>Takes a machine's report; what it changes is stored when this returns. The same report again is answered alike.</summary>
    public async ValueTask<ReportOutcome> ReportAsync(MachineReport report, IPv4Address source, CancellationToken cancellation)
    {
        if (machines.ByMac(report.Mac) is not { } machine)
        {
            return ReportOutcome.UnknownMachine;
        }
        var owner = sessions.OwnerOf(source);
        var own = owner is { } mac && machine.Macs.Contains(mac);
        if (report.Step != ReportStep.Installed)
        {
            if (own && report.Step == ReportStep.Booted)
            {
                sessions.Reached(report.Mac, BootStep.Booted);
            }
            Tell(machine, report.Step switch { ReportStep.Booted => EventKind.Booted, ReportStep.Failed => EventKind.Failed, _ => EventKind.Progress },
                own ? report.Text : $"(unverified) {report.Text}");
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

    /// <summary>A loader was fetched: from <c>boot/NONCE/FILE</c>, so its source is the machine's address in this boot.</summary>
    /// <returns>False: the nonce is nobody's present boot, the file may still be served.</returns>
    public bool LoaderFetched(IPv4Address source, string nonce, string file)
    {
        if (sessions.OwnerOf(source) is not { } mac || sessions.Verify(mac, source, nonce) is null)
        {
            return false;
        }
        sessions.Reached(mac, BootStep.LoaderFetched);
        sessions.Prove(mac);
        if (machines.ByMac(mac) is { } machine)
        {
            Tell(machine, EventKind.LoaderFetched, $"{file} fetched", ("file", file), ("address", source.ToString()));
        }
        return true;
    }

    /// <summary>An asset was fetched whole. Only the kernel of a machine's present boot is an event, once.</summary>
    /// <param name="source">Who fetched it.</param>
    /// <param name="path">Its path on the boot listener, decoded: <c>/assets/...</c>.</param>
    public void AssetFetched(IPv4Address source, string path)
    {
        if (sessions.TookKernel(source, path, out var mac) && machines.ByMac(mac) is { } machine)
        {
            Tell(machine, EventKind.KernelFetched, $"{path} fetched", ("file", path), ("address", source.ToString()));
        }
    }

    /// <summary>The generic file of the machine's profile. An installer's is served only to the boot that its attempt belongs to.</summary>
    public ConfigAnswer ForGeneric(BootRequest request)
    {
        var (question, _) = Ask(request with { Stage = BootStage.Ignition });
        if (question.Offer is not { } offer)
        {
            return new ConfigAnswer.NotFound(BootGate.Decide(question).Reason);
        }
        if (question.Conflict is not null || offer.Installs && BootGate.Decide(question) is not BootDecision.BootProfile)
        {
            return new ConfigAnswer.NotFound(BootGate.Decide(question).Reason);
        }
        return catalogs.Current.Generic(offer.Profile.GenericId) is { } content
            ? new ConfigAnswer.Config(content, null)
            : new ConfigAnswer.NotFound($"profile {offer.Profile.Id} names no generic file, or one that is not there");
    }

    /// <summary>The group that a request selects; null: none. Boots nothing.</summary>
    public Group? GroupFor(BootRequest request) => Ask(request).Question.Group;

    /// <summary>What a person may know before arming: which profile the machine's own labels select.</summary>
    public BootOffer? OfferFor(Machine machine)
    {
        var catalog = catalogs.Current;
        return catalog.Select(LabelsOf(machine)) is { } group ? catalog.OfferOf(group) : null;
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
            Known = machine.InInventory || catalogs.Current.Select(LabelsOf(machine)) is { IsDefault: false },
            Text = text,
            Data = details.ToImmutable(),
        });
    }

    private void Tell(BootQuestion question, EventKind kind, string text, params ReadOnlySpan<(string Key, string Value)> data)
    {
        // A request that proves nothing moves nothing, the timeline included; its decision is in the log.
        if (question is { Machine: { } machine, FromMachine: true } && (machine.Macs.IsEmpty || sessions.Tells(machine.Macs[0], text)))
        {
            Tell(machine, kind, text, data);
        }
    }

    private (BootQuestion Question, HardwareAddress? Mac) Ask(BootRequest request)
    {
        HardwareAddress? mac = HardwareAddress.TryParse(request.Labels["mac"], out var claimed) ? claimed : sessions.OwnerOf(request.Source);
        MachineUuid? uuid = MachineUuid.TryParse(request.Labels["uuid"], out var parsed) ? parsed : null;
        var nonce = mac is { } known ? sessions.Verify(known, request.Source, request.Nonce) : null;
        var subnet = subnets.Current.Containing(request.Source);
        var firmware = mac is { } present && sessions.Present(present) is { } session ? session.Firmware : FirmwareOf(request.Labels);
        var question = Ask(request.Stage, request.Labels, new MachineClaims(mac, uuid, request.Labels["serial"]), subnet?.Unknown ?? UnknownPolicy.Discover, firmware, nonce);
        return (question with { FromMachine = mac is not null && sessions.OwnerOf(request.Source) == mac }, mac);
    }

    private BootQuestion Ask(BootStage stage, Labels labels, MachineClaims claims, UnknownPolicy unknown, FirmwareKind firmware, string? nonce)
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
        var group = catalog.Select(labels);
        return new BootQuestion
        {
            Stage = stage,
            Machine = recognised.Machine,
            Known = recognised.Machine is { InInventory: true } || group is { IsDefault: false },
            Conflict = recognised.Conflict,
            Group = group,
            Offer = group is null ? null : catalog.OfferOf(group),
            Unknown = unknown,
            Firmware = firmware,
            Nonce = nonce,
            Now = clock.GetUtcNow(),
        };
    }

    private Machine Sight(DhcpBootRequest request, BootQuestion question) => machines.Sight(request.Mac, request.Uuid, new Sighting
    {
        At = question.Now,
        Subnet = request.Subnet.Network.ToString(),
        Relay = request.Relay,
        RelayPort = request.RelayPort,
        Architecture = LoaderPolicy.Describe(request.Architecture),
        VendorClass = request.VendorClass,
        Address = question.Machine?.LastSeen.Address ?? default,
    });

    private DhcpBoot Loader(DhcpBootRequest request, BootQuestion question, FirmwareKind firmware)
    {
        var before = sessions.Present(request.Mac);
        var session = sessions.OnDhcp(request.Mac, request.IsIpxe && request.IpxeHasHttp ? BootStep.LoaderDhcp : BootStep.FirmwareDhcp, firmware);
        var fresh = before?.Nonce != session.Nonce;
        if (fresh && question.Machine is { } seen)
        {
            Tell(seen, EventKind.Discovered, $"{LoaderPolicy.Describe(request.Architecture)} on {request.Subnet.Network}", ("vendorClass", request.VendorClass));
        }
        if (request.IsIpxe && request.IpxeHasHttp)
        {
            return new DhcpBoot.Url($"http://{request.Server}:{settings.HttpPort}/boot.ipxe?nonce={session.Nonce}");
        }
        var silent = sessions.IsSilent(session);
        if (fresh && session.LoaderFetches > LoaderPolicy.SilentFetches && question.Machine is { } looping)
        {
            Tell(looping, EventKind.LoopSuspected, $"its first loader was fetched {session.LoaderFetches} times in a row and never called back");
        }
        var file = LoaderPolicy.FileFor(request.Architecture, policies.LoaderOf(question.Machine, request.Subnet), silent || question.Machine is { RefusesUnsigned: true });
        if (file is null)
        {
            return new DhcpBoot.Nothing($"no loader for {LoaderPolicy.Describe(request.Architecture)}");
        }
        if (fresh && question.Machine is { } machine)
        {
            Tell(machine, silent && file == LoaderPolicy.X64Shim ? EventKind.LoaderChanged : EventKind.LoaderOffered, silent && file == LoaderPolicy.X64Shim
                ? $"iPXE was fetched {session.LoaderFetches} times and never called back (Secure Boot?): {file} is next"
                : $"{file} offered", ("file", file));
        }
        var path = $"boot/{session.Nonce}/{file}";
        return request.Kind == DhcpClientKind.HttpClient ? new DhcpBoot.Url($"http://{request.Server}:{settings.HttpPort}/{path}")
            // iPXE without HTTP takes a bare name for a path on whoever gave the lease; a whole URL is never mistaken.
            : request.IsIpxe ? new DhcpBoot.Url($"tftp://{request.Server}/{path}")
            : new DhcpBoot.TftpFile(path);
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
            Tell(question, EventKind.InstallStarted, install.Reason, ("profile", install.Offer.Profile.Id));
        }
        return new ReportAddress($"{baseUrl}/report", token, mac);
    }

    private static ReportAddress? ReportFor(BootQuestion question, BootRequest request, HardwareAddress? mac) =>
        question is { Verified: true, Machine: { } machine } && mac is { } own && request.Token is { } token
        && machine.Installation.AttemptOf(question.Nonce!)?.TokenHash == HashOf(token)
            ? new ReportAddress($"{request.BaseUrl}/report", token, own)
            : null;

    // GRUB called back where iPXE never did: the next power-on need not try iPXE again.
    private async ValueTask LearnLoaderAsync(BootQuestion question, HardwareAddress? mac, CancellationToken cancellation)
    {
        if (question is { Stage: BootStage.GrubConfig, Verified: true, Machine: { RefusesUnsigned: false } machine }
            && mac is { } own && sessions.Present(own) is { } session && sessions.IsSilent(session))
        {
            await machines.UpdateAsync(machine.Id, present => present with { RefusesUnsigned = true }, cancellation);
        }
    }

    // Only what the machine itself asked may take its permission back: a query string from elsewhere is a claim.
    private async ValueTask CancelVoidArmingAsync(BootQuestion question, CancellationToken cancellation)
    {
        if (question is { Verified: true, Machine: { Installation.Arming: { } arming } machine }
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

    private void Reached(HardwareAddress? mac, BootQuestion question, BootStep step)
    {
        if (question.Verified && mac is { } own)
        {
            sessions.Reached(own, step);
        }
    }

    private void Await(HardwareAddress? mac, BootQuestion question, BootOffer offer, string baseUrl)
    {
        if (question.Verified && mac is { } own && offer.Profile.Boot is { } boot)
        {
            var path = boot.Kernel.StartsWith(baseUrl, StringComparison.OrdinalIgnoreCase) ? boot.Kernel[baseUrl.Length..] : boot.Kernel;
            sessions.AwaitKernel(own, path.StartsWith("/assets/", StringComparison.Ordinal) ? Uri.UnescapeDataString(path.Split('?')[0]) : "");
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

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
}
