using Matchbox.Core.Events;

namespace Matchbox.Core.Boot;

// From the script to the first word of the system.
public static partial class Diagnosis
{
    private static readonly EventKind[] ByKernel =
        [EventKind.KernelFetched, EventKind.IgnitionServed, EventKind.IgnitionApplied, EventKind.ConfigFetched, EventKind.Booted, EventKind.Installed, EventKind.Progress];

    private static readonly EventKind[] BySystem =
        [EventKind.IgnitionServed, EventKind.IgnitionApplied, EventKind.ConfigFetched, EventKind.ConfigDenied, EventKind.Booted, EventKind.Installed, EventKind.Progress, EventKind.Failed];

    private static ApplianceEvent? Script(Facts facts) => facts.Last(EventKind.ScriptServed, EventKind.InstallStarted);

    private static Finding? AssetMissing(Facts facts) =>
        facts.LastWithout(EventKind.Failed, ByKernel) is { } failed && failed.Data.GetValueOrDefault("refused") == "asset"
            ? Problem(FindingKind.AssetMissing, $"{Sentence(failed.Text)}.", failed.At,
                "Put the file below assets-path, or correct its name in the profile: upper and lower case count.",
                "A link must not lead out of that folder.")
            : null;

    private static Finding? KernelNotFetched(Facts facts) =>
        Script(facts) is { } script && script.Data.TryGetValue("kernel", out var kernel) && facts.LastWithout(script.Kind, ByKernel) is not null
        && facts.IsSilentFor(Patience) && AssetMissing(facts) is null
            ? Problem(FindingKind.KernelNotFetched, $"It has its script and did not fetch the whole kernel, {kernel}.", script.At,
                "Its own console says what its loader complains about, and whether it is still loading.",
                $"Try it from that network: curl -O the URL of {kernel}. A proxy or firewall may cut large answers.",
                "UEFI with Secure Boot starts only kernels that are signed by a key that the firmware or shim knows.",
                "Does the machine have memory enough for kernel and initrd? iPXE holds both.")
            : null;

    private static Finding? ConfigNotFetched(Facts facts) =>
        Script(facts) is { } script && script.Data.TryGetValue("config", out var config) && facts.LastWithout(EventKind.KernelFetched, BySystem) is { } fetched
        && facts.IsSilentFor(KernelPatience)
            ? Problem(FindingKind.ConfigNotFetched, $"It has its kernel, and never asked for its config, {config}.", fetched.At,
                "The profile's args must name our /ignition: ignition.config.url=http://THIS-APPLIANCE/ignition?uuid=${uuid}&mac=${mac:hexhyp}, with ignition.firstboot and ignition.platform.id=metal.",
                "The system's own driver brings the card up: does its initrd have it, with its firmware? Its console says so (add console=ttyS0 for a serial one).",
                "It asks DHCP once more, from the initrd: rd.neednet=1 ip=dhcp where it does not by itself.",
                "A kernel that stops before that says why on its console: too little memory, or an initrd of another version.")
            : null;

    private static Finding? ConfigDenied(Facts facts) => facts.LastWithout(EventKind.ConfigDenied, EventKind.IgnitionServed, EventKind.ConfigFetched) is not { } denied ? null
        : Problem(FindingKind.ConfigDenied, $"Its protected config was asked for and not given: {denied.Text}.", denied.At,
            "Only the present boot gets it, with the token of its script, once: start the machine again over the network.",
            "The profile's config URL must be our own, without a nonce or token written into it: the script adds both.",
            $"Who asked from {denied.Data.GetValueOrDefault("address", "elsewhere")}? If that is not this machine, somebody tried to read its secrets.");

    private static Finding? ConfigBroken(Facts facts)
    {
        var told = facts.LastWithout(EventKind.Failed, EventKind.IgnitionServed) is { } failed && failed.Data.GetValueOrDefault("refused") is { } what and not "asset" ? failed : null;
        var fault = facts.Known.Offer?.Fault;
        if (fault is null && told is null)
        {
            return null;
        }
        var why = fault ?? AfterColon(told!.Text);
        return Problem(FindingKind.ConfigBroken, $"Its config cannot be made: {why}.", told?.At, FaultOf(why) switch
        {
            ConfigFault.Template =>
            [
                "The template fails at that line and column: a name that the group's metadata does not have, or a mistake in the template.",
                $"matchbox explain --mac {Mac(facts)} --show-config shows what it comes to, matchbox check the whole folder.",
            ],
            ConfigFault.Butane =>
            [
                "Butane refuses the config at that line and column, counted in what the template comes to.",
                "Mend it there: matchbox check finds the same without a machine.",
            ],
            _ => ["Mend the profile or add what it names: matchbox check finds the same without a machine."],
        });
    }

    private static Finding? InstallerFailed(Facts facts) =>
        facts.LastWithout(EventKind.Failed, EventKind.Booted, EventKind.Installed) is { } failed && !failed.Data.ContainsKey("refused")
            ? Problem(FindingKind.InstallerFailed, failed.Text.Length > 0 ? $"The machine itself reported a failure: {failed.Text}." : "The machine itself reported a failure, without words.", failed.At,
                "Its own console has the rest of it.",
                $"Its attempt is counted: {Attempts(facts)}. At its next network boot it tries again, or is held when none is left.")
            : null;

    private static Finding? ReportUnverified(Facts facts) => facts.LastWithout(EventKind.InstallUnverified, EventKind.Installed) is not { } report ? null
        : Warning(FindingKind.ReportUnverified, $"A report was not believed: {report.Text}.", report.At,
            "The installer has to send the token of its kernel's arguments (matchbox.token=), from the machine's own address.",
            "Behind a translated address (NAT) the machine is not known by it: reports have to come straight.");

    private static Finding? InstallNotReported(Facts facts) =>
        facts.LastWithout(EventKind.InstallStarted, EventKind.Installed, EventKind.Failed, EventKind.InstallUnverified) is { } started
        && facts.Last(EventKind.IgnitionServed, EventKind.ConfigFetched) is not null && facts.IsSilentFor(InstallPatience)
            ? Problem(FindingKind.InstallNotReported, $"It got everything to install, and never reported that it had: {started.Text}.", started.At,
                "Its own console says how far it is.",
                "The installer has to POST {\"mac\", \"step\": \"installed\", \"token\"} to the URL of matchbox.report= when it is done: without that it counts as not installed.")
            : null;

    private enum ConfigFault
    {
        Other,
        Template,
        Butane,
    }

    // As ConfigRenderer says it: "template: PATH:LINE:COLUMN: …" and "PATH:LINE:COLUMN: …".
    private static ConfigFault FaultOf(string why)
    {
        if (why.StartsWith("template:", StringComparison.Ordinal))
        {
            return ConfigFault.Template;
        }
        var parts = why.Split(':', 4);
        return parts.Length == 4 && int.TryParse(parts[1], out _) && int.TryParse(parts[2], out _) ? ConfigFault.Butane : ConfigFault.Other;
    }

    // "config refused: WHY".
    private static string AfterColon(string text) => text.IndexOf(" refused: ", StringComparison.Ordinal) is var at and >= 0 ? text[(at + " refused: ".Length)..] : text;

    private static string Attempts(Facts facts) => facts.Machine.Installation is { Arming: { } arming } state
        ? $"{state.AttemptsLeft} of {arming.AttemptsAllowed} are left" : "it is not armed any more";

    private static string Sentence(string text) => text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..] : text;
}
