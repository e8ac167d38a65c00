using Matchbox.Http.Rest;

namespace Matchbox.Web.Components.Parts;

/// <summary>Which machines stand in the inbox: they were seen, and nobody has said yet what they are.</summary>
internal static class WaitingMachines
{
    public static bool Waits(MachineView machine) => IsStranger(machine) && !IsIgnored(machine);

    /// <summary>It was seen and is not in the inventory.</summary>
    public static bool IsStranger(MachineView machine) => machine.Origin == "seen";

    public static bool IsIgnored(MachineView machine) => machine.State == "ignored";
}
