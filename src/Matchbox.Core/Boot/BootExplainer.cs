using System.Globalization;
using Matchbox.Core.Boot.Scripts;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>Who asks, for <see cref="BootExplainer"/>.</summary>
/// <param name="Labels">What the machine would say of itself.</param>
/// <param name="Address">Where it would ask from; null: where it is now, as far as we know.</param>
/// <param name="Most">How many groups are told one by one.</param>
public sealed record ExplainRequest(Labels Labels, IPv4Address? Address = null, int Most = 20);

/// <summary>
/// Answers as <see cref="BootService"/> would, by the same gate, and changes nothing: no attempt is counted, no token issued, no
/// session begun, no event written. Thread-safe.
/// </summary>
public sealed class BootExplainer(
    MachineRegistry machines, ICatalogSource catalogs, ISubnetSource subnets, BootSessions sessions, TimeProvider clock, ConfigProtection? protection = null)
{
    private const string Nonce = "NONCE", Token = "TOKEN";

    private readonly ConfigRenderer _renderer = new();

    public BootExplanation Explain(ExplainRequest request)
    {
        HardwareAddress? mac = HardwareAddress.TryParse(request.Labels["mac"], out var claimed) ? claimed : null;
        MachineUuid? uuid = MachineUuid.TryParse(request.Labels["uuid"], out var parsed) ? parsed : null;
        var recognised = machines.Recognise(new MachineClaims(mac, uuid, request.Labels["serial"]));
        mac ??= recognised.Machine is { Macs: [var first, ..] } ? first : null;
        var session = mac is { } present ? sessions.Present(present) : null;
        var now = clock.GetUtcNow();
        if (recognised.Machine?.BootOnce is { } once && once.IsOpen(now) && session is { Answer: not (BootAnswer.None or BootAnswer.Why) })
        {
            // What a person asked for is not of the boot that was answered, but of the next.
            session = null;
        }
        var address = request.Address ?? session?.Address ?? default;
        var (sent, labels) = LabelsOf(request.Labels, recognised.Machine);
        var catalog = catalogs.Current;
        var selection = catalog.Explain(labels, address, request.Most);
        var group = selection.Winner;
        var offer = group is null || catalog.OfferOf(group) is not { } plain ? null : protection?.Pin(plain, group) ?? plain;
        // A machine that is armed will be started by us: explained is that boot, not a request that proves nothing.
        var nonce = session?.Nonce ?? (recognised.Machine is { Installation.Arming: not null } or { BootOnce.Nonce: null } ? Nonce : null);
        var retired = BootService.RetiredOf(machines, recognised.Machine, new MachineClaims(mac, uuid));
        var question = OnceBoots.Apply(new BootQuestion
        {
            Stage = BootStage.IpxeScript,
            Machine = recognised.Machine,
            Known = recognised.Machine is { InInventory: true } || (group is { IsDefault: false } && retired is null),
            Retired = retired,
            Conflict = recognised.Conflict,
            Group = group,
            Offer = offer,
            Unknown = subnets.Current.Containing(address)?.Unknown ?? UnknownPolicy.Discover,
            Firmware = session?.Firmware ?? FirmwareKind.Unknown,
            Nonce = nonce,
            Now = now,
        }, session, catalog, protection);
        (group, offer) = (question.Group, question.Offer);
        var decision = BootGate.Decide(question);
        return new BootExplanation
        {
            Labels = labels,
            Address = address,
            Machine = recognised.Machine,
            Selection = selection,
            Offer = offer,
            Decision = decision,
            Assumption = session is not null ? string.Create(CultureInfo.InvariantCulture, $"its present boot, which began at {session.StartedAt:u}")
                : nonce is not null ? "its next boot, started by our DHCP"
                : "a request that belongs to no boot of ours",
            Script = ScriptOf(question, decision, BaseUrlOf(offer), mac),
            Config = offer?.Config is { } config && group is not null ? _renderer.Ignition(config, group, new RequestData([.. sent], QueryOf(sent)) { Disk = question.Machine?.Installation.Arming?.Disk }) : null,
        };
    }

    // What it would send is what was asked about, and what we know of it where that says nothing; its own labels select besides.
    private static (Labels Sent, Labels All) LabelsOf(Labels asked, Machine? machine)
    {
        var (sent, all) = (new Labels(), new Labels());
        IEnumerable<KeyValuePair<string, string>> known = machine is null ? [] :
        [
            .. machine.Macs.Take(1).Select(mac => KeyValuePair.Create("mac", mac.ToString())),
            .. machine.Uuid is { } uuid ? [KeyValuePair.Create("uuid", uuid.ToString())] : Array.Empty<KeyValuePair<string, string>>(),
            .. machine.Serial is { Length: > 0 } serial ? [KeyValuePair.Create("serial", serial)] : Array.Empty<KeyValuePair<string, string>>(),
        ];
        foreach (var (key, value) in asked.Concat(known))
        {
            sent.Add(key, value);
            all.Add(key, value);
        }
        if (machine is not null)
        {
            foreach (var (key, value) in machine.Labels)
            {
                all.Add(key, value);
            }
        }
        return (sent, all);
    }

    private static string QueryOf(Labels labels) =>
        string.Join('&', labels.Select(label => $"{Uri.EscapeDataString(label.Key)}={Uri.EscapeDataString(label.Value)}"));

    // How machines call us is theirs to say; where the profile names our /ignition, it says so too.
    private static string BaseUrlOf(BootOffer? offer)
    {
        foreach (var argument in offer?.Profile.Boot?.Args ?? [])
        {
            if (argument.IndexOf("=http", StringComparison.Ordinal) is var at and >= 0
                && Uri.TryCreate(argument[(at + 1)..], UriKind.Absolute, out var url) && url.AbsolutePath == "/ignition")
            {
                return $"{url.Scheme}://{url.Authority}";
            }
        }
        return "http://matchbox.invalid";
    }

    private static string? ScriptOf(BootQuestion question, BootDecision decision, string baseUrl, HardwareAddress? mac)
    {
        var nonce = question.Nonce is null ? null : Nonce;
        var who = question.Machine is { Name.Length: > 0 } named ? $"{named.Name} ({mac})" : mac?.ToString() ?? question.Machine?.Id ?? "unknown";
        ScriptAnswer? answer = decision switch
        {
            BootDecision.BootProfile boot => new ScriptAnswer.Boot(boot.Offer, ScriptArguments.Of(
                boot.Offer, baseUrl, nonce, boot.Install == InstallDelivery.Live ? null : new ReportAddress($"{baseUrl}/report", Token, mac ?? default))),
            BootDecision.BootLocal local => new ScriptAnswer.Local(local.Method, local.Reason),
            BootDecision.Discover discover => new ScriptAnswer.Wait(who, discover.Reason, question.Firmware == FirmwareKind.Bios ? LocalBoot.SanBoot : LocalBoot.Exit),
            BootDecision.Hold hold => new ScriptAnswer.Hold(who, hold.Reason),
            _ => null,
        };
        return answer is null || (question.Machine is null && question.Offer is null) ? null : IpxeScript.Of(answer, nonce);
    }
}
