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

    public void Add(IEnumerable<CatalogFault> faults, IEnumerable<string> notes)
    {
        _faults.AddRange(faults);
        foreach (var note in notes)
        {
            Note(note);
        }
    }

    public void Add(CatalogFault fault) => _faults.Add(fault);

    /// <summary>What machines of one group would meet.</summary>
    public void AddSample(GroupSample sample)
    {
        Add([], sample.Notes);
        foreach (var fault in sample.Faults)
        {
            if (!_failing.TryGetValue(fault, out var groups))
            {
                _failing[fault] = groups = [];
            }
            groups.Add(sample.Group.Id);
        }
    }

    public void Note(string note)
    {
        if (_told.Add(note))
        {
            _notes.Add(note);
        }
    }

    /// <summary>What was gathered, each fault in one line; begins anew.</summary>
    public Found End()
    {
        var found = new Found([.. _faults, .. _failing.Select(InOneLine)], [.. _notes]);
        _faults.Clear();
        _failing.Clear();
        _told.Clear();
        _notes.Clear();
        return found;
    }

    /// <summary>One for each group that it meets: what another reading is compared with.</summary>
    public ImmutableHashSet<CatalogFault> Single =>
        [.. _faults, .. _failing.SelectMany(pair => pair.Value, (pair, group) => pair.Key with { What = $"{pair.Key.What}, for machines of group {group}" })];

    private static CatalogFault InOneLine(KeyValuePair<CatalogFault, List<string>> failing) => failing.Key with
    {
        What = $"{failing.Key.What}, for machines of group {string.Join(", ", failing.Value.Take(NamedGroups))}"
            + (failing.Value.Count > NamedGroups ? $" and {failing.Value.Count - NamedGroups} more" : ""),
    };
}

/// <summary>Faults, and what is worth knowing but no fault.</summary>
internal sealed record Found(ImmutableArray<CatalogFault> Faults, ImmutableArray<string> Notes)
{
    public static readonly Found Nothing = new([], []);
}
