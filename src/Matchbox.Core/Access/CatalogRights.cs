using System.Collections.Immutable;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Access;

/// <summary>Which changes of the catalog somebody may make, by the machines of the inventory as they are when the change is made.</summary>
public sealed class CatalogRights(MachineRegistry machines)
{
    /// <summary>What each change of theirs is asked before it is made; null: they may change everything.</summary>
    public CatalogGuard? GuardOf(ImmutableArray<Right> rights) => AccessRules.HoldsEverywhere(rights, Role.Operator) ? null
        : (before, after, paths) => (AccessRules.ForCatalog(rights, Role.Operator, TouchedMachines.Of(before, after, paths, machines.All)) as AccessDecision.Refused)?.Reason;
}
