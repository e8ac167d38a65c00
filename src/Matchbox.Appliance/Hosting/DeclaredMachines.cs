using Matchbox.Appliance.Settings;
using Matchbox.Core.Boot;
using Matchbox.Core.Machines;

namespace Matchbox.Appliance.Hosting;

/// <summary>Keeps the inventory in step with the machines that the settings declare, at start and after each reload.</summary>
public sealed partial class DeclaredMachines(
    MachineRegistry machines, MachinePolicies policies, SettingsInUse inUse, TimeProvider clock, ILogger<DeclaredMachines> logger)
    : IHostedService, ISettingsUser
{
    public Task StartAsync(CancellationToken cancellationToken) => ApplyAsync(inUse.Settings, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task ApplyAsync(ApplianceSettings settings, CancellationToken cancellation)
    {
        policies.Replace(settings.Machines);
        var writes = new List<Task>();
        var declared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var wanted in settings.Machines)
        {
            var recognised = machines.Recognise(new MachineClaims(wanted.Macs.IsEmpty ? null : wanted.Macs[0], wanted.Uuid, wanted.Serial));
            if (recognised.Conflict is { } conflict)
            {
                // Settings and store disagree; the gate holds such a machine, and a person decides.
                LogConflict(logger, NameOf(wanted), conflict);
            }
            var present = recognised.Machine ?? New(wanted);
            declared.Add(present.Id);
            var machine = present with
            {
                Origin = MachineOrigin.Declared,
                Name = wanted.Name,
                Macs = [.. wanted.Macs.Union(present.Macs)],
                Uuid = wanted.Uuid ?? present.Uuid,
                Serial = wanted.Serial ?? present.Serial,
                Labels = wanted.Labels,
            };
            if (recognised.Machine is null || !SameIdentity(machine, present))
            {
                writes.Add(machines.PutAsync(machine, cancellation));
            }
        }
        foreach (var former in machines.All.Where(machine => machine.Origin == MachineOrigin.Declared && !declared.Contains(machine.Id)).ToArray())
        {
            // What it has lived through stays; a machine that nobody ever saw is forgotten.
            writes.Add(former.LastSeen == Sighting.Never && !former.HasHistory
                ? machines.RemoveAsync(former.Id, cancellation)
                : machines.UpdateAsync(former.Id, machine => machine with { Origin = MachineOrigin.Seen, Name = "", Labels = machine.Labels.Clear() }, cancellation));
        }
        await Task.WhenAll(writes);
    }

    private Machine New(DeclaredMachine wanted) => new()
    {
        Id = wanted.Macs.IsEmpty ? wanted.Uuid?.ToString() ?? wanted.Serial! : wanted.Macs[0].ToHyphenString(),
        FirstSeenAt = clock.GetUtcNow(),
    };

    private static bool SameIdentity(Machine left, Machine right) =>
        left.Origin == right.Origin && left.Name == right.Name && left.Macs.SequenceEqual(right.Macs) && left.Uuid == right.Uuid
        && left.Serial == right.Serial && left.Labels.SequenceEqual(right.Labels);

    private static string NameOf(DeclaredMachine machine) =>
        machine.Name.Length > 0 ? machine.Name : machine.Macs.IsEmpty ? $"{machine.Uuid?.ToString() ?? machine.Serial}" : machine.Macs[0].ToString();

    [LoggerMessage(7020, LogLevel.Warning, "The settings declare {Machine}, but {Conflict}")]
    private static partial void LogConflict(ILogger logger, string machine, string conflict);
}
