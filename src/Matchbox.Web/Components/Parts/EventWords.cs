using Matchbox.Core.Events;

namespace Matchbox.Web.Components.Parts;

/// <summary>How much an event wants to be looked at.</summary>
internal enum EventWeight
{
    Step,
    Good,
    Warning,
    Bad,
}

/// <summary>What a kind of event is called on pages.</summary>
internal static class EventWords
{
    public static (string Title, EventWeight Weight) Of(EventKind? kind) => kind switch
    {
        EventKind.Discovered => ("Asked for a boot", EventWeight.Step),
        EventKind.Leased => ("Has an address", EventWeight.Step),
        EventKind.LoaderOffered => ("Was offered a loader", EventWeight.Step),
        EventKind.LoaderFetched => ("Fetched the loader", EventWeight.Step),
        EventKind.LoaderChanged => ("Gets another loader", EventWeight.Warning),
        EventKind.ScriptServed => ("Got its script", EventWeight.Step),
        EventKind.KernelFetched => ("Fetched the kernel", EventWeight.Step),
        EventKind.IgnitionServed => ("Got its config", EventWeight.Step),
        EventKind.IgnitionApplied => ("Applied its config", EventWeight.Step),
        EventKind.ConfigFetched => ("Has its protected config", EventWeight.Step),
        EventKind.Booted => ("Is up", EventWeight.Good),
        EventKind.Progress => ("Says", EventWeight.Step),
        EventKind.Failed => ("Failed", EventWeight.Bad),
        EventKind.BootLocal => ("Boots its disk", EventWeight.Good),
        EventKind.Held => ("Is held", EventWeight.Bad),
        EventKind.Released => ("Released", EventWeight.Step),
        EventKind.Silent => ("Gets no answer", EventWeight.Warning),
        EventKind.Shown => ("Waits", EventWeight.Warning),
        EventKind.Armed => ("Armed", EventWeight.Step),
        EventKind.Disarmed => ("Disarmed", EventWeight.Step),
        EventKind.InstallStarted => ("Installs", EventWeight.Step),
        EventKind.Installed => ("Installed", EventWeight.Good),
        EventKind.InstallUnverified => ("Unproven report", EventWeight.Warning),
        EventKind.IdentityConflict => ("Identity conflict", EventWeight.Bad),
        EventKind.MachineAdded => ("In the inventory", EventWeight.Step),
        EventKind.MachineRemoved => ("Removed", EventWeight.Step),
        EventKind.MachineChanged => ("Changed", EventWeight.Step),
        EventKind.MachineIgnored => ("Ignored", EventWeight.Warning),
        EventKind.MachineUnignored => ("Answered again", EventWeight.Step),
        EventKind.MachineProtected => ("Protected", EventWeight.Step),
        EventKind.MachineUnprotected => ("Unprotected", EventWeight.Step),
        EventKind.BootOnceSet => ("To boot once", EventWeight.Step),
        EventKind.BootOnceTaken => ("Boots this once", EventWeight.Step),
        EventKind.BootOnceCancelled => ("Not to boot once", EventWeight.Step),
        EventKind.MachineWoken => ("Woken", EventWeight.Step),
        EventKind.MachineReplaced => ("Replaced", EventWeight.Step),
        EventKind.TransferTroubled => ("TFTP trouble", EventWeight.Warning),
        EventKind.LoopSuspected => ("Boots in a loop", EventWeight.Bad),
        EventKind.ConfigNewer => ("Config is newer than its Ignition", EventWeight.Warning),
        EventKind.ConfigDenied => ("Config denied", EventWeight.Bad),
        EventKind.PoolExhausted => ("No address left", EventWeight.Bad),
        EventKind.ForeignServer => ("Another DHCP server", EventWeight.Bad),
        EventKind.AddressDeclined => ("Address put aside", EventWeight.Warning),
        EventKind.StoreFailed => ("Could not be stored", EventWeight.Bad),
        EventKind.CatalogRefused => ("Documents refused", EventWeight.Bad),
        EventKind.SettingsRefused => ("Settings refused", EventWeight.Bad),
        EventKind.ListenerRefused => ("Cannot listen", EventWeight.Bad),
        EventKind.CertificatesRefused => ("Certificate refused", EventWeight.Bad),
        EventKind.SubnetRefused => ("Network refused", EventWeight.Bad),
        EventKind.DeclineStorm => ("Many addresses declined", EventWeight.Warning),
        EventKind.InstallMarkIgnored => ("Mark of installing ignored", EventWeight.Warning),
        EventKind.CertificateExpiring => ("Certificate expires", EventWeight.Warning),
        EventKind.SignInSlowed => ("Sign-ins slowed", EventWeight.Warning),
        EventKind.WebhookPaused => ("Webhook paused", EventWeight.Warning),
        EventKind.WebhookOverflowed => ("Webhook overflowed", EventWeight.Warning),
        EventKind.UngatedInstallers => ("Installers ungated", EventWeight.Warning),
        { } other => (Spaced(other.ToString()), EventWeight.Step),
        null => ("Event", EventWeight.Step),
    };

    private static string Spaced(string name) =>
        string.Concat(name.Select((letter, at) => at > 0 && char.IsAsciiLetterUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));
}
