using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>Inventories: the address that a live boot reports to, and what becomes of its report.</summary>
public sealed partial class BootService
{
    // A live boot's token holds for its nonce alone, which therefore goes along: so a restart of ours in the middle loses nothing.
    private ReportAddress? LiveReport(BootQuestion question, HardwareAddress? mac, string baseUrl) =>
        question is { Nonce: { } nonce, Machine: not null, Offer: { } offer } && mac is { } own && protection is not null && ScriptArguments.WantsReport(offer)
            ? new ReportAddress($"{baseUrl}/report?nonce={nonce}", protection.Tokens.For(own, nonce), own)
            : null;

    private async ValueTask<ReportOutcome> InventoryAsync(Machine machine, MachineReport report, IPv4Address source, bool own, CancellationToken cancellation)
    {
        var nonce = sessions.Verify(report.Mac, source, report.Nonce ?? sessions.Present(report.Mac)?.Nonce);
        if (!own || nonce is null || report.Inventory is null || report.Token is not { } token || !IsTokenOf(machine, report.Mac, nonce, token))
        {
            Tell(machine, EventKind.InstallUnverified, "reported an inventory, from another address or without the token of its present boot: nothing changed");
            return ReportOutcome.Unverified;
        }
        var inventory = report.Inventory with { At = clock.GetUtcNow() };
        await machines.UpdateAsync(machine.Id, present => present with { Inventory = inventory }, cancellation);
        Tell(machine, EventKind.InventoryReported, inventory.Summary);
        return ReportOutcome.Accepted;
    }
}
