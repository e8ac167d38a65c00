using Matchbox.Protocols;

namespace Matchbox.Core.Machines;

/// <summary>
/// A MAC or UUID that named a machine until another took that machine's place. Whatever comes up with it later is a stranger: a recycled
/// board is never the old machine.
/// </summary>
/// <param name="Machine">Id of the machine that it named.</param>
/// <param name="Name">That machine's name then.</param>
/// <param name="At">Since when it names nobody.</param>
/// <param name="By">Who said so.</param>
public sealed record RetiredIdentity(string Machine, string Name, DateTimeOffset At, string By)
{
    public HardwareAddress? Mac { get; init; }

    public MachineUuid? Uuid { get; init; }

    /// <summary>That machine, for people.</summary>
    public string Called => Name.Length > 0 ? $"{Name} ({Machine})" : Machine;
}
