using System.Security.Claims;
using System.Text.Json;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Leases;
using Matchbox.Core.Machines;
using Matchbox.Core.Machines.Vendors;
using Matchbox.Http.Access;

namespace Matchbox.Http.Rest;

/// <summary>Machines as the API shows them, and which of them a selector names.</summary>
internal sealed class MachineViews(BootService boot, LeaseTable leases, BootSessions sessions, MachineReplacing replacing, TimeProvider clock)
{
    /// <summary>As <see cref="Of(Machine)"/>, with machines that it may have come for, as far as the caller may see those.</summary>
    public MachineView For(ClaimsPrincipal caller, Machine machine)
    {
        var alike = replacing.SuggestionsFor(machine).Where(suggestion => caller.May(Role.Viewer, suggestion.Machine.Labels))
            .Select(suggestion => new SuggestionView(suggestion.Machine.Id, suggestion.Machine.Name, suggestion.Because)).ToArray();
        return alike.Length == 0 ? Of(machine) : Of(machine) with { SuggestedReplacementFor = alike };
    }

    public MachineView Of(Machine machine)
    {
        var installation = machine.Installation;
        var standing = boot.StandingOf(machine);
        var seen = machine.LastSeen;
        return new MachineView
        {
            Id = machine.Id,
            Name = machine.Name,
            Origin = machine.Origin.ToString().ToLowerInvariant(),
            State = NameOf(standing.State),
            Macs = [.. machine.Macs.Select(mac => mac.ToString())],
            Vendor = machine.Macs.IsEmpty ? null : MacVendors.Of(machine.Macs[0]),
            Uuid = machine.Uuid?.ToString(),
            Serial = machine.Serial,
            Labels = machine.Labels,
            Address = AddressOf(machine),
            Profile = standing.Offer?.Profile.Id,
            HeldBecause = installation.Hold?.Reason,
            Arming = installation.Arming is { } arming
                ? new ArmingView(arming.ProfileId, arming.ExpiresAt, installation.AttemptsLeft, arming.AttemptsAllowed, arming.By, Of(arming.Disk))
                : null,
            InstalledAt = installation.InstalledAt,
            InstalledProfile = installation.InstalledProfile,
            Running = machine.Running is { } running ? new RunningView(running.Profile, running.Since) : null,
            Boot = standing.Session is { } session
                ? new PresentBootView(session.StartedAt, session.LastSeen, Kebab(session.Step.ToString()), session.Answer == BootAnswer.None ? null : Kebab(session.Answer.ToString()))
                : null,
            BootOnce = OnceOf(machine, standing.Session),
            Retired = machine.Retired is { } retired ? Of(retired) : null,
            Replaced = machine.Replaced is { Count: > 0 } replaced ? [.. replaced.Select(Of)] : null,
            InventoryAt = machine.Inventory?.At,
            Ignored = Of(machine.Ignored),
            Protected = Of(machine.Protected),
            FirstSeenAt = machine.FirstSeenAt,
            Revision = MachineDefinitions.RevisionOf(machine),
            LastSeen = seen == Sighting.Never
                ? null
                : new SightingView(seen.At, seen.Subnet, seen.Relay.IsAny ? null : seen.Relay.ToString(), seen.RelayPort, seen.Architecture, seen.VendorClass),
        };
    }

    /// <summary>Does <c>key=value</c> fit: a label, or <c>name</c>, <c>mac</c>, <c>uuid</c>, <c>serial</c>, <c>state</c>, <c>protected</c>, <c>subnet</c>, <c>origin</c>.</summary>
    public bool Selects(Machine machine, string key, string value) => machine.Labels.TryGetValue(key, out var label)
        ? label == value
        : key switch
        {
            "name" => machine.Name.Equals(value, StringComparison.OrdinalIgnoreCase),
            "mac" => Protocols.HardwareAddress.TryParse(value, out var mac) && machine.Macs.Contains(mac),
            "uuid" => MachineUuid.TryParse(value, out var uuid) && machine.Uuid == uuid,
            "serial" => value.Equals(machine.Serial, StringComparison.OrdinalIgnoreCase),
            "state" => IsIn(machine, value),
            "protected" => (machine.Protected is not null ? "true" : "false") == value,
            "subnet" => machine.LastSeen.Subnet == value,
            "origin" => machine.Origin.ToString().Equals(value, StringComparison.OrdinalIgnoreCase),
            _ => false,
        };

    /// <summary>The state as the API calls it; two have names that are older than the table.</summary>
    public static string NameOf(LifecycleState state) => state switch
    {
        LifecycleState.Discovered => "unknown",
        LifecycleState.Assigned => "ready",
        _ => Kebab(state.ToString()),
    };

    private bool IsIn(Machine machine, string state)
    {
        var present = boot.StandingOf(machine).State;
        return NameOf(present) == state || Kebab(present.ToString()) == state;
    }

    private static DiskChoice? Of(ArmedDisk? disk) => disk is null ? null : new DiskChoice(disk.Device, disk.Path, disk.Serial, disk.Wwn, disk.Model, disk.Size);

    private static RetiredView Of(RetiredIdentity retired) =>
        new(retired.Machine, retired.Name, retired.Mac?.ToString(), retired.Uuid?.ToString(), retired.At, retired.By);

    // A wish that was taken is shown as long as its boot is the machine's newest.
    private OnceView? OnceOf(Machine machine, BootSession? session) =>
        machine.BootOnce is { } once && (once.Nonce is null ? once.IsOpen(clock.GetUtcNow()) : once.Nonce == session?.Nonce)
            ? new OnceView(once.Profile, once.At, once.ExpiresAt, once.By, once.Nonce is not null)
            : null;

    private static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    private static MarkView? Of(PersonMark? mark) => mark is null ? null : new MarkView(mark.At, mark.By);

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
