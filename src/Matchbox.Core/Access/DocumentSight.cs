using System.Collections.Immutable;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Access;

/// <summary>
/// Which documents somebody sees whose right is limited: those that reach machines of that part alone, known ones and those to come, and
/// those that no group uses and that are of that part. What a change needs of an operator, looking needs of a viewer.
/// </summary>
internal sealed class DocumentSight
{
    private readonly ImmutableArray<Right> _rights;
    private readonly DocumentOwners _owners;
    private readonly ReachIndex _reach;
    private readonly List<Machine> _own = [];
    private readonly List<Machine> _foreign = [];
    private readonly HashSet<string> _ownMacs = new(StringComparer.Ordinal);
    private readonly Dictionary<Group, bool> _groups = [];

    public DocumentSight(ImmutableArray<Right> rights, CatalogReading reading, IEnumerable<Machine> machines, DocumentOwners owners)
    {
        (_rights, _owners, _reach) = (rights, owners, DocumentReach.IndexOf(reading));
        foreach (var machine in machines)
        {
            if (!AccessRules.Holds(rights, Role.Viewer, machine.Labels))
            {
                _foreign.Add(machine);
                continue;
            }
            _own.Add(machine);
            _ownMacs.UnionWith(machine.Macs.Select(mac => mac.ToString()));
        }
    }

    public bool Sees(CatalogDocument document) => !_reach.Unread.Contains(document.Path)
        && (_reach.Groups.TryGetValue(document.Path, out var groups) ? groups.TrueForAll(Sees) : _owners.Holds(_rights, Role.Viewer, document));

    /// <summary>It reaches their machines alone.</summary>
    public bool Sees(Group group)
    {
        if (!_groups.TryGetValue(group, out var isOwn))
        {
            var labels = TouchedMachines.LabelsOf(group);
            _groups[group] = isOwn = (AccessRules.Holds(_rights, Role.Viewer, labels) || NamesOwn(group))
                && !_foreign.Exists(machine => TouchedMachines.Reaches(group, labels, machine));
        }
        return isOwn;
    }

    private bool NamesOwn(Group group) =>
        (group.Selector.TryGetValue("mac", out var mac) && _ownMacs.Contains(mac))
        || (group.Selector.ContainsKey("uuid") && _own.Exists(machine => TouchedMachines.IsPinnedTo(group, machine)));
}
