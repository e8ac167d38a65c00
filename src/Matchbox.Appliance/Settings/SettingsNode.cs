using System.Collections.Immutable;

namespace Matchbox.Appliance.Settings;

/// <summary>A settings document with its positions, before anything of it is understood.</summary>
internal abstract record SettingsNode(SettingsPosition At)
{
    public sealed record Scalar(string Text, SettingsPosition At) : SettingsNode(At);

    public sealed record List(ImmutableArray<SettingsNode> Items, SettingsPosition At) : SettingsNode(At);

    public sealed record Map(ImmutableArray<SettingsEntry> Entries, SettingsPosition At) : SettingsNode(At)
    {
        public SettingsNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key)?.Value;

        /// <summary>The same with a value put, or replaced, at a path such as <c>boot.listen</c>.</summary>
        public Map With(ReadOnlySpan<string> path, SettingsNode value)
        {
            var key = path[0];
            var present = Find(key);
            var put = path.Length == 1
                ? value
                : (present as Map ?? new Map([], value.At)).With(path[1..], value);
            var entry = new SettingsEntry(key, put.At, put);
            var kept = Entries.Where(other => other.Key != key);
            return this with { Entries = [.. kept, entry] };
        }
    }

    /// <summary>What this is, for a fault.</summary>
    public string Describe() => this switch
    {
        Scalar scalar => $"'{scalar.Text}'",
        List => "a list",
        _ => "a block of keys",
    };
}

/// <summary>One key of a block.</summary>
internal sealed record SettingsEntry(string Key, SettingsPosition KeyAt, SettingsNode Value);
