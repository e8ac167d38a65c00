using Matchbox.Core.Boot;
using Matchbox.Core.Leases;
using Matchbox.Core.Machines;
using Matchbox.Core.Machines.Vendors;

namespace Matchbox.Http.Rest;

/// <summary>Machines as the API shows them, and which of them a selector names.</summary>
internal sealed class MachineViews(BootService boot, LeaseTable leases, BootSessions sessions, TimeProvider clock)
{
    public MachineView Of(Machine machine)
    {
        var installation = machine.Installation;
        var seen = machine.LastSeen;
        return new MachineView
        {
            Id = machine.Id,
            Name = machine.Name,
            Origin = machine.Origin.ToString().ToLowerInvariant(),
            State = StateOf(machine),
            Macs = [.. machine.Macs.Select(mac => mac.ToString())],
            Vendor = machine.Macs.IsEmpty ? null : MacVendors.Of(machine.Macs[0]),
            Uuid = machine.Uuid?.ToString(),
            Serial = machine.Serial,
            Labels = machine.Labels,
            Address = AddressOf(machine),
            Profile = boot.OfferFor(machine)?.Profile.Id,
            HeldBecause = installation.Hold?.Reason,
            Arming = installation.Arming is { } arming
                ? new ArmingView(arming.ProfileId, arming.ExpiresAt, installation.AttemptsLeft, arming.AttemptsAllowed, arming.By)
                : null,
            InstalledAt = installation.InstalledAt,
            InstalledProfile = installation.InstalledProfile,
            FirstSeenAt = machine.FirstSeenAt,
            Revision = MachineDefinitions.RevisionOf(machine),
            LastSeen = seen == Sighting.Never
                ? null
                : new SightingView(seen.At, seen.Subnet, seen.Relay.IsAny ? null : seen.Relay.ToString(), seen.RelayPort, seen.Architecture, seen.VendorClass),
        };
    }

    /// <summary>Does <c>key=value</c> fit: a label, or <c>name</c>, <c>mac</c>, <c>uuid</c>, <c>serial</c>, <c>state</c>, <c>subnet</c>, <c>origin</c>.</summary>
    public bool Selects(Machine machine, string key, string value) => machine.Labels.TryGetValue(key, out var label)
        ? label == value
        : key switch
        {
            "name" => machine.Name.Equals(value, StringComparison.OrdinalIgnoreCase),
            "mac" => Protocols.HardwareAddress.TryParse(value, out var mac) && machine.Macs.Contains(mac),
            "uuid" => MachineUuid.TryParse(value, out var uuid) && machine.Uuid == uuid,
            "serial" => value.Equals(machine.Serial, StringComparison.OrdinalIgnoreCase),
            "state" => StateOf(machine) == value,
            "subnet" => machine.LastSeen.Subnet == value,
            "origin" => machine.Origin.ToString().Equals(value, StringComparison.OrdinalIgnoreCase),
            _ => false,
        };

    private string StateOf(Machine machine) => machine.Installation switch
    {
        { Hold: not null } => "held",
        { Arming: { } arming, Attempts.IsEmpty: true } when arming.ExpiresAt > clock.GetUtcNow() => "armed",
        { Arming: { } arming } when arming.ExpiresAt > clock.GetUtcNow() => "installing",
        { IsInstalled: true } => "installed",
        _ => machine.InInventory ? "ready" : "unknown",
    };

    private string? AddressOf(Machine machine)
    {
        foreach (var mac in machine.Macs)
        {
            if (leases.ActiveFor(mac) is { } lease)
            {
                return lease.Address.ToString();
            }
            if (sessions.Present(mac) is { Address.IsAny: false } session)
            {
                return session.Address.ToString();
            }
        }
        return null;
    }
}
