using System.Collections.Immutable;

namespace Matchbox.Appliance.Settings;

/// <summary>
/// One block of the settings while it is read. Each question names a key; <see cref="End"/> then reports the keys that nobody
/// asked for. Every fault goes to one list, and reading goes on with the default.
/// </summary>
/// <param name="map">The block.</param>
/// <param name="path">Its place, for faults.</param>
/// <param name="faults">Where they go.</param>
/// <param name="ledger">Where each value that counts is written down; null: nowhere.</param>
internal sealed class SettingsSection(SettingsNode.Map map, string path, List<SettingsFault> faults, SettingsLedger? ledger = null)
{
    private readonly List<string> _known = [];

    public SettingsPosition At => map.At;

    public bool Has(string key) => map.Find(key) is not null;

    public bool HasEmptyList(string key) => map.Find(key) is SettingsNode.List { Items.IsEmpty: true };

    /// <summary>Where the value of a key, or one item of its list, was written; else the block itself.</summary>
    public SettingsPosition PositionOf(string key, int item = -1) => map.Find(key) switch
    {
        SettingsNode.List list when item >= 0 && item < list.Items.Length => list.Items[item].At,
        { } node => node.At,
        null => map.At,
    };

    public T Value<T>(string key, T fallback, ValueKind<T> kind) => AskNoting(key, fallback) is { } node && TryRead(node, key, kind, out var value) ? value : fallback;

    public T? Optional<T>(string key, ValueKind<T> kind)
        where T : struct => AskNoting(key, null) is { } node && TryRead(node, key, kind, out var value) ? value : null;

    /// <summary>Another name of a key, which is then no unknown one.</summary>
    public void Accept(string key) => _known.Add(key);

    /// <summary>A value that must be there; a fault says what is missing.</summary>
    public bool TryRequire<T>(string key, ValueKind<T> kind, out T value)
    {
        value = default!;
        if (AskNoting(key, null) is not { } node)
        {
            Fault(map.At, $"{Where()}needs '{key}', {kind.Expected}");
            return false;
        }
        return TryRead(node, key, kind, out value);
    }

    /// <summary>A list, or a single value in its place. Items that are no such value are left out.</summary>
    public ImmutableArray<T> List<T>(string key, ImmutableArray<T> fallback, ValueKind<T> kind)
    {
        if (AskNoting(key, fallback) is not { } node)
        {
            return fallback;
        }
        var values = ImmutableArray.CreateBuilder<T>();
        foreach (var item in node is SettingsNode.List list ? list.Items : [node])
        {
            if (TryRead(item, key, kind, out var value))
            {
                values.Add(value);
            }
        }
        return values.ToImmutable();
    }

    /// <summary>The block under a key; an empty one when it is absent.</summary>
    public SettingsSection Section(string key)
    {
        var node = Ask(key);
        if (node is not (null or SettingsNode.Map))
        {
            Fault(node.At, $"'{PathOf(key)}' is a block of keys, not {node.Describe()}");
        }
        return new SettingsSection(node as SettingsNode.Map ?? new SettingsNode.Map([], map.At), PathOf(key), faults, ledger?.Under(key));
    }

    /// <summary>A list of blocks.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="counted">There may be thousands: only how many they are is written down.</param>
    public ImmutableArray<SettingsSection> Sections(string key, bool counted = false)
    {
        if (Ask(key) is not { } node)
        {
            return [];
        }
        if (node is not SettingsNode.List list)
        {
            Fault(node.At, $"'{PathOf(key)}' is a list: begin each item with '- '");
            return [];
        }
        if (counted)
        {
            ledger?.Note(key, list.Items.Length, node.At);
        }
        var sections = ImmutableArray.CreateBuilder<SettingsSection>();
        foreach (var item in list.Items)
        {
            if (item is SettingsNode.Map block)
            {
                sections.Add(new SettingsSection(block, PathOf(key), faults, counted ? null : ledger?.Under($"{key}[{sections.Count}]")));
            }
            else
            {
                Fault(item.At, $"each item of '{PathOf(key)}' is a block of keys, not {item.Describe()}");
            }
        }
        return sections.ToImmutable();
    }

    /// <summary>The entries of a block whose keys are the operator's own (labels, options).</summary>
    public ImmutableArray<SettingsEntry> Entries(string key)
    {
        switch (Ask(key))
        {
            case null:
                return [];
            case SettingsNode.Map block:
                foreach (var entry in block.Entries)
                {
                    ledger?.Under(key).Note(entry.Key, entry.Value);
                }
                return block.Entries;
            case var other:
                return Refuse(other, key);
        }
    }

    public void Fault(SettingsPosition at, string text) => faults.Add(new SettingsFault(at, text));

    /// <summary>Reports the keys that no question named.</summary>
    public void End()
    {
        foreach (var entry in map.Entries)
        {
            if (!_known.Contains(entry.Key))
            {
                var suggestion = Nearest.Suggest(entry.Key, _known);
                Fault(entry.KeyAt, $"unknown key '{entry.Key}'{(path.Length > 0 ? $" in '{path}'" : "")}"
                    + (suggestion.Length > 0 ? suggestion : $"; known are {string.Join(", ", _known)}"));
            }
        }
    }

    private SettingsNode? Ask(string key)
    {
        _known.Add(key);
        return map.Find(key);
    }

    private SettingsNode? AskNoting(string key, object? fallback)
    {
        var node = Ask(key);
        if (node is null)
        {
            ledger?.Note(key, fallback);
        }
        else
        {
            ledger?.Note(key, node);
        }
        return node;
    }

    private bool TryRead<T>(SettingsNode node, string key, ValueKind<T> kind, out T value)
    {
        value = default!;
        if (node is not SettingsNode.Scalar scalar)
        {
            Fault(node.At, $"'{PathOf(key)}' must be {kind.Expected}, not {node.Describe()}");
            return false;
        }
        if (kind.TryParse(scalar.Text, out value))
        {
            return true;
        }
        Fault(node.At, $"{PathOf(key)}: {kind.Refuse(scalar.Text)}");
        return false;
    }

    private ImmutableArray<SettingsEntry> Refuse(SettingsNode node, string key)
    {
        Fault(node.At, $"'{PathOf(key)}' is a block of keys, not {node.Describe()}");
        return [];
    }

    private string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private string Where() => path.Length == 0 ? "the file " : $"this item of '{path}' ";
}
