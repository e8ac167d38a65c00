using Matchbox.Http.Rest;

namespace Matchbox.Web.Components.Parts;

/// <summary>What a machine is called on pages: its name, or else its id.</summary>
internal static class MachineNames
{
    public static string Called(this MachineView machine) => Called(machine.Name, machine.Id);

    public static string Called(string name, string id) => name.Length > 0 ? name : id;
}
