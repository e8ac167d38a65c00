using System.Collections;
using System.Globalization;
using Matchbox.Core;

namespace Matchbox.Appliance.Settings;

/// <summary>A value that counts.</summary>
/// <param name="Key">Its place, such as <c>dhcp.subnets[0].mode</c>.</param>
/// <param name="Text">As it was written; a default as it would be written.</param>
/// <param name="At">Where it was written; null: nowhere, it is the default.</param>
public sealed record SettingsLine(string Key, string Text, SettingsPosition? At);

/// <summary>Writes down each value that a reading asked for, and where it came from.</summary>
internal sealed class SettingsLedger
{
    private readonly string _prefix;

    public SettingsLedger()
        : this("", [])
    {
    }

    private SettingsLedger(string prefix, List<SettingsLine> lines) => (_prefix, Lines) = (prefix, lines);

    public List<SettingsLine> Lines { get; }

    /// <summary>The same for a block inside.</summary>
    public SettingsLedger Under(string key) => new($"{_prefix}{key}.", Lines);

    public void Note(string key, SettingsNode written) => Lines.Add(new SettingsLine(_prefix + key, TextOf(written), written.At));

    /// <summary>A default, or with a position what stands for many values.</summary>
    public void Note(string key, object? value, SettingsPosition? at = null) => Lines.Add(new SettingsLine(_prefix + key, TextOf(value), at));

    private static string TextOf(SettingsNode node) => node switch
    {
        SettingsNode.Scalar scalar => scalar.Text,
        SettingsNode.List list => string.Join(", ", list.Items.Select(TextOf)),
        SettingsNode.Map map => string.Join(", ", map.Entries.Select(entry => $"{entry.Key}: {TextOf(entry.Value)}")),
        _ => "",
    };

    private static string TextOf(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        TimeSpan time => Durations.Write(time),
        Enum name => name.ToString().ToLowerInvariant(),
        IEnumerable items => string.Join(", ", items.Cast<object?>().Select(TextOf)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
