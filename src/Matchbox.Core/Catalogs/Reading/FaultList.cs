using System.Collections.Immutable;

namespace Matchbox.Core.Catalogs.Reading;

/// <summary>Gathers what was found. Groups that share a config say the same of it, and are told in one line.</summary>
internal sealed class FaultList
{
    private const int NamedGroups = 3;

    private readonly List<CatalogFault> _faults = [];
    private readonly Dictionary<CatalogFault, List<string>> _failing = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];

    public void Add(IEnumerable<CatalogFault> faults) => _faults.AddRange(faults);

    public void Add(CatalogFault fault) => _faults.Add(fault);

    /// <summary>A fault that machines of one group would meet.</summary>
    public void Add(CatalogFault fault, Group group)
    {
        if (!_failing.TryGetValue(fault, out var groups))
        {
            _failing[fault] = groups = [];
        }
        groups.Add(group.Id);
    }

    public void Note(string note)
    {
        if (_told.Add(note))
        {
            _notes.Add(note);
        }
    }

    public ImmutableArray<string> Notes => [.. _notes];

    /// <summary>One line each.</summary>
    public ImmutableArray<CatalogFault> Faults => [.. _faults, .. _failing.Select(pair => pair.Key with
    {
        What = $"{pair.Key.What}, for machines of group {string.Join(", ", pair.Value.Take(NamedGroups))}"
            + (pair.Value.Count > NamedGroups ? $" and {pair.Value.Count - NamedGroups} more" : ""),
    })];

    /// <summary>One for each group that it meets: what another reading is compared with.</summary>
    public ImmutableHashSet<CatalogFault> Single =>
        [.. _faults, .. _failing.SelectMany(pair => pair.Value, (pair, group) => pair.Key with { What = $"{pair.Key.What}, for machines of group {group}" })];
}
