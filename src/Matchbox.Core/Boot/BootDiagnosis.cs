using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;

namespace Matchbox.Core.Boot;

/// <summary>Gathers the facts of a machine for its <see cref="Diagnosis"/>. Changes nothing. Thread-safe.</summary>
public sealed class BootDiagnosis(BootService boot, EventStream events, ISubnetSource subnets, TimeProvider clock)
{
    /// <summary>Far more than the boots that a rule looks at have.</summary>
    private const int Events = 200;

    public DiagnosisFacts FactsOf(Machine machine) => FactsOf(machine, [.. events.Read(machine.Id, limit: Events).Reverse()]);

    internal DiagnosisFacts FactsOf(Machine machine, IReadOnlyList<ApplianceEvent> timeline)
    {
        var (decision, offer) = boot.PreviewDecision(machine);
        var subnet = subnets.Current.All.FirstOrDefault(subnet => subnet.Network.ToString() == machine.LastSeen.Subnet);
        return new DiagnosisFacts
        {
            Machine = machine,
            Timeline = BootTimeline.Of(timeline),
            Decision = decision,
            Offer = offer,
            Subnet = subnet,
            Network = machine.LastSeen.Subnet.Length > 0 ? [.. events.LastOfNetwork(machine.LastSeen.Subnet)] : [],
            LastHeard = boot.SessionOf(machine)?.LastSeen,
            Now = clock.GetUtcNow(),
        };
    }
}
