using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;

namespace Matchbox.Core.Boot;

/// <summary>
/// Wakes machines: on the network where each was last seen, or on every one that is served where that is not known. Never on a network
/// that the settings do not name, or switch off.
/// </summary>
public sealed class MachineWaking(ISubnetSource subnets, BootService boot, IWakeSender? sender = null)
{
    /// <summary>Sends a packet to each of the machine's network cards.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="by">Who asks, for the timeline.</param>
    /// <param name="dryRun">Only say where it would be sent.</param>
    public CommandOutcome Wake(Machine machine, string by, bool dryRun = false)
    {
        if (machine.Ignored is not null)
        {
            return new CommandOutcome.Refused($"{machine.Id} is ignored: matchbox machines unignore {machine.Id}");
        }
        if (machine.Macs.IsEmpty)
        {
            return new CommandOutcome.Refused($"no MAC of {machine.Id} is known, and a machine is woken by it");
        }
        var served = subnets.Current.All.Where(subnet => subnet.Mode != SubnetMode.Off).ToArray();
        var own = served.Where(subnet => subnet.Network.ToString() == machine.LastSeen.Subnet).ToArray();
        string[] interfaces = [.. (own.Length > 0 ? own : served).Select(subnet => subnet.Interface).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (sender is null || interfaces.Length == 0)
        {
            return new CommandOutcome.Refused(own.Length > 0
                ? $"{machine.Id} is on {own[0].Network}, which is reached through relays only: no interface of ours is there to wake it from"
                : "no network is served on an interface of ours: nowhere to wake it from");
        }
        var where = string.Join(", ", interfaces);
        if (dryRun)
        {
            return new CommandOutcome.Done(machine, $"would be woken on {where}");
        }
        var failures = (from name in interfaces from mac in machine.Macs let why = sender.Send(name, mac) where why is not null select $"{name}: {why}").Distinct().ToArray();
        if (failures.Length > 0)
        {
            return new CommandOutcome.Refused($"it could not be woken everywhere: {string.Join("; ", failures)}");
        }
        var text = $"woken on {where} by {by}";
        boot.Tell(machine, EventKind.MachineWoken, text, ("interfaces", where));
        return new CommandOutcome.Done(machine, text);
    }
}
