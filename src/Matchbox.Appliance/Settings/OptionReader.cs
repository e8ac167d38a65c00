using System.Collections.Immutable;
using Matchbox.Core.Networks;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Appliance.Settings;

/// <summary>DHCP options as operators write them: by name or number, with the option's own type or one that they name.</summary>
internal static class OptionReader
{
    /// <summary>The short forms, then the block <c>options</c>. Each option once.</summary>
    public static ImmutableArray<ConfiguredOption> Read(SettingsSection section, params ReadOnlySpan<(string Key, DhcpOptionCode Code)> shortForms)
    {
        var options = ImmutableArray.CreateBuilder<ConfiguredOption>();
        foreach (var (key, code) in shortForms)
        {
            var texts = section.List(key, [], ValueKinds.Text);
            if (!texts.IsEmpty)
            {
                Add(section, options, section.PositionOf(key), ((byte)code).ToString(System.Globalization.CultureInfo.InvariantCulture), null, texts);
            }
        }
        foreach (var entry in section.Entries("options"))
        {
            if (TryTyped(section, entry, out var type, out var texts))
            {
                Add(section, options, entry.KeyAt, entry.Key, type, texts);
            }
        }
        return options.ToImmutable();
    }

    private static void Add(
        SettingsSection section, ImmutableArray<ConfiguredOption>.Builder options, SettingsPosition at, string name, string? type, IReadOnlyList<string> texts)
    {
        if (!DhcpOptionCatalog.TryEncode(name, type, texts, out var code, out var value, out var error))
        {
            section.Fault(at, error);
        }
        else if (options.Any(other => other.Code == code))
        {
            section.Fault(at, $"option {DhcpOptionCatalog.NameOf((DhcpOptionCode)code)} ({code}) is set twice here: keep one");
        }
        else
        {
            options.Add(new ConfiguredOption(code, [.. value]));
        }
    }

    private static bool TryTyped(SettingsSection section, SettingsEntry entry, out string? type, out IReadOnlyList<string> texts)
    {
        type = null;
        texts = [];
        var value = entry.Value;
        if (value is SettingsNode.Map block)
        {
            if (block.Find("type") is not SettingsNode.Scalar { Text: var named } || block.Find("value") is not { } typed || block.Entries.Length > 2)
            {
                section.Fault(value.At, "an option with a type is written { type: hex, value: \"01:02\" }");
                return false;
            }
            type = named;
            value = typed;
        }
        SettingsNode[] items = value is SettingsNode.List list ? [.. list.Items] : [value];
        if (items.FirstOrDefault(item => item is not SettingsNode.Scalar) is { } nested)
        {
            section.Fault(nested.At, $"the value of an option is one text or a list of texts, not {nested.Describe()}");
            return false;
        }
        texts = [.. items.Cast<SettingsNode.Scalar>().Select(item => item.Text)];
        return true;
    }
}
