using Matchbox.Core.Events;
using Matchbox.Core.Networks;

namespace Matchbox.Core.Boot;

// From the power switch to the first loader.
public static partial class Diagnosis
{
    /// <summary>What a stranger's server did longer ago has nothing to do with this boot.</summary>
    private static readonly TimeSpan Recently = TimeSpan.FromHours(1);

    private static readonly EventKind[] ByScript =
        [EventKind.ScriptServed, EventKind.InstallStarted, EventKind.Shown, EventKind.BootLocal, EventKind.Held, EventKind.IdentityConflict];

    private static readonly EventKind[] ByAddress = [EventKind.Leased, EventKind.LoaderFetched, .. ByScript];

    private static Finding? NotSeen(Facts facts) =>
        !facts.Boot.IsEmpty || facts.Machine.LastSeen.At != default || facts.Machine.Installation.Arming is not null ? null
        : Problem(FindingKind.NotSeen, $"No Discover of {Mac(facts)} was ever seen: it did not boot over the network, or its question did not get here.", null,
            "Switch it on with network boot (PXE) first in the boot order, on the card with this MAC address.",
            "Look whether the card has a link and its switch port is in the right VLAN, without a minute of spanning tree first (portfast).",
            "From another network, the router has to pass DHCP on to this appliance (relay, ip helper-address).",
            "matchbox health says whether DHCP is answered, and where.");

    private static Finding? WaitingForNetworkBoot(Facts facts)
    {
        if (facts.Machine.Installation is not { Arming: { } arming, Attempts.IsEmpty: true, Hold: null } || arming.ExpiresAt <= facts.Known.Now || facts.BootedAt >= arming.ArmedAt)
        {
            return null;
        }
        var minutes = (int)(facts.Known.Now - arming.ArmedAt).TotalMinutes;
        var since = minutes < 1 ? "less than a minute" : minutes == 1 ? "1 minute" : $"{minutes} minutes";
        return new Finding(FindingKind.WaitingForNetworkBoot, minutes < 10 ? FindingSeverity.Information : FindingSeverity.Warning,
            $"Armed for profile {arming.ProfileId} and waiting for its network boot, for {since}. Firmware that starts its disk first never asks.",
            [
                "Restart it, and choose network boot in the firmware's one-time boot menu (often F12, F11 or F8).",
                "By its BMC: ipmitool -I lanplus -H BMC -U USER chassis bootdev pxe options=efiboot, then chassis power cycle.",
                "From its running Linux with UEFI: efibootmgr lists the entries, efibootmgr --bootnext NUMBER takes the network one next, then reboot.",
                "For good: put network boot first in the boot order. Installed and not armed, it is sent on to its disk each time.",
            ],
            arming.ArmedAt);
    }

    private static Finding? PoolExhausted(Facts facts)
    {
        var own = facts.Last(EventKind.PoolExhausted);
        var leased = facts.Last(EventKind.Leased);
        var told = own ?? facts.Known.Network.FirstOrDefault(news => news.Kind == EventKind.PoolExhausted && facts.Known.Now - news.At < Recently
            && facts.BootedAt is { } began && news.At >= began);
        return told is null || (leased is not null && leased.At >= told.At) ? null
            : Problem(FindingKind.PoolExhausted, $"It asked for an address, and none is left on {told.Data.GetValueOrDefault("subnet", facts.Network)}.", told.At,
                "Give the network more addresses: pools in the settings. matchbox leases shows who has them.",
                "A shorter lease-time gives those of machines that are gone back sooner.",
                "A machine of the inventory may have one of known-pools, where strangers get none; a reservation is its own.");
    }

    private static Finding? ForeignServer(Facts facts)
    {
        if (IsServedElsewhere(facts) || facts.Last(ByAddress) is not null)
        {
            return null;
        }
        var told = facts.Last(EventKind.ForeignServer)
            ?? (facts.Last(EventKind.Discovered) is null ? null
                : facts.Known.Network.FirstOrDefault(news => news.Kind == EventKind.ForeignServer && facts.Known.Now - news.At < Recently));
        return told is null ? null
            : Problem(FindingKind.ForeignServer,
                $"Another DHCP server, {told.Data.GetValueOrDefault("server", "unknown")}, answers on {facts.Network}: the machine took its offer and not ours, which names what to boot.", told.At,
                "Switch the other server off there, or take its port out of this VLAN.",
                "If it is the one that gives addresses there, set mode: proxy for this network: then we only say what to boot.",
                $"Its MAC address is {(told.Data.GetValueOrDefault("mac") is { Length: > 0 } mac ? mac : "not known: the switch's table of neighbours may tell")}.");
    }

    private static Finding? OfferNotTaken(Facts facts)
    {
        if (facts.LastWithout(EventKind.LoaderOffered, ByAddress) is not { } offered || facts.Known.Now - offered.At < Patience || ForeignServer(facts) is not null || PoolExhausted(facts) is not null)
        {
            return null;
        }
        return IsServedElsewhere(facts)
            ? Problem(FindingKind.OfferNotTaken, "It was told what to boot, and fetched nothing.", offered.At,
                "It needs an address from the other DHCP server too: does that one answer it?",
                "TFTP (69/udp) and port 4011/udp of this appliance have to be reachable from there: a firewall?",
                "Options 66 and 67 of the other server win over ours in some firmware: take them out there.")
            : Problem(FindingKind.OfferNotTaken, "It was offered an address and a loader, and sent no Request.", offered.At,
                "Our offer may not have reached it: look at the switch (DHCP snooping trusts only some ports) and, behind a router, at the relay.",
                "Another DHCP server may have been faster: matchbox events --follow tells of it.",
                "It may have been switched off, or have gone on to its next boot device: some firmware waits for two or four seconds only.");
    }

    private static Finding? WrongArchitecture(Facts facts) =>
        facts.LastWithout(EventKind.Silent, ByScript) is { } silent && silent.Data.TryGetValue("architecture", out var architecture)
            ? Problem(FindingKind.WrongArchitecture, $"It says that it is {architecture}, and there is no loader for that.", silent.At,
                "32-bit firmware may have a setting for 64 bits, or for legacy boot (BIOS): try that.",
                "docs/firmware.md lists what has a loader: x86 BIOS, x64 and ARM64 UEFI.")
            : null;

    private static Finding? TransferTroubled(Facts facts)
    {
        if (facts.Last(EventKind.TransferTroubled) is not { } trouble)
        {
            return null;
        }
        const string Mtu = "Look for a lossy link: a bad cable, half duplex, a full uplink, an MTU that is smaller somewhere on the way.";
        return facts.LastWithout(EventKind.TransferTroubled, [.. ByScript, EventKind.LoaderFetched, EventKind.KernelFetched]) is not null
            ? Problem(FindingKind.TransferTroubled, $"TFTP does not get through: {trouble.Text}.", trouble.At, Mtu,
                "A firewall between must let the answers pass: TFTP answers from another port than 69.",
                "With UEFI, HTTP boot in the firmware's settings needs no TFTP.")
            : Warning(FindingKind.TransferTroubled, $"TFTP is slow or lossy there: {trouble.Text}.", trouble.At, Mtu);
    }

    private static Finding? LoaderSilent(Facts facts) =>
        ChainloadLoop(facts) is null && facts.LastWithout(EventKind.LoaderFetched, ByScript) is { } fetched && facts.IsSilentFor(Patience)
            ? Problem(FindingKind.LoaderSilent, $"It fetched {fetched.Data.GetValueOrDefault("file", "its loader")}, which never called back for its script.", fetched.At, LoaderAdvice(facts, fetched))
            : null;

    private static Finding? ChainloadLoop(Facts facts)
    {
        var boots = facts.Boots;
        var looping = boots.TakeWhile(boot => boot.Events.Any(happened => happened.Kind == EventKind.LoaderFetched) && !boot.Events.Any(happened => ByScript.Contains(happened.Kind))).Count();
        var isFast = looping >= 3 && boots[0].Events[0].At - boots[2].Events[0].At < Recently;
        return facts.LastWithout(EventKind.LoopSuspected, ByScript) is null && !isFast ? null
            : Problem(FindingKind.ChainloadLoop, $"It boots in a loop: its first loader was fetched {(looping > 1 ? $"in {looping} boots in a row" : "again and again")}, and no script was asked for.",
                facts.BootedAt, LoaderAdvice(facts, facts.Last(EventKind.LoaderFetched)));
    }

    private static System.Collections.Immutable.ImmutableArray<string> LoaderAdvice(Facts facts, ApplianceEvent? fetched)
    {
        var file = fetched?.Data.GetValueOrDefault("file") ?? "";
        return
        [
            .. file is LoaderPolicy.X64Ipxe or LoaderPolicy.X64SnpIpxe
                ? ["Secure Boot refuses an unsigned loader without a word: switch it off, or set loader: shim for the machine. After two silent fetches shim is tried by itself."] : Array.Empty<string>(),
            $"The loader asks DHCP again and fetches its script by HTTP: the boot listener has to be reachable from {facts.Network} (firewall?).",
            file is LoaderPolicy.UndiIpxe ? "The card's own PXE code may be too old for undionly.kpxe: update its firmware."
                : "Its driver for this card may not work: try loader: ipxe (own drivers) or loader: snponly (those of the firmware).",
            "A loader that is told to load itself goes round and round: no other server there may name a boot file (options 66 and 67).",
        ];
    }

    private static bool IsServedElsewhere(Facts facts) => facts.Known.Subnet is { Mode: SubnetMode.Proxy };

    private static string Mac(Facts facts) => facts.Machine.Macs.IsEmpty ? facts.Machine.Id : facts.Machine.Macs[0].ToString();
}
