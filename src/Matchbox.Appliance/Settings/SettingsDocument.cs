using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Matchbox.Appliance.Settings;

/// <summary>YAML text to a tree with positions. A key without a value counts as absent.</summary>
internal static class SettingsDocument
{
    public static SettingsNode.Map Parse(string yaml, string file, ICollection<SettingsFault> faults)
    {
        var empty = new SettingsNode.Map([], new SettingsPosition(file, 1, 1));
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException fault)
        {
            faults.Add(TabIn(yaml) is var (line, column)
                ? new SettingsFault(new SettingsPosition(file, line, column), "not YAML: a tab in the indentation, use spaces")
                : new SettingsFault(At(fault.Start, file), $"not YAML: {(fault.InnerException ?? fault).Message.TrimEnd('.')}"));
            return empty;
        }
        if (stream.Documents.Count > 1)
        {
            faults.Add(new SettingsFault(At(stream.Documents[1].RootNode.Start, file), "a second document: everything belongs into one, remove the line '---'"));
        }
        if (stream.Documents.Count == 0 || IsNothing(stream.Documents[0].RootNode))
        {
            return empty;
        }
        if (Convert(stream.Documents[0].RootNode, file, faults) is SettingsNode.Map root)
        {
            return root;
        }
        faults.Add(new SettingsFault(At(stream.Documents[0].RootNode.Start, file), "settings are keys with values, such as 'state-path: /var/lib/matchbox-state'"));
        return empty;
    }

    private static SettingsNode Convert(YamlNode node, string file, ICollection<SettingsFault> faults)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                var entries = ImmutableArray.CreateBuilder<SettingsEntry>();
                foreach (var (key, value) in mapping.Children)
                {
                    if (key is not YamlScalarNode { Value: { } name })
                    {
                        faults.Add(new SettingsFault(At(key.Start, file), "a key must be a plain word"));
                    }
                    else if (!IsNothing(value))
                    {
                        entries.Add(new SettingsEntry(name, At(key.Start, file), Convert(value, file, faults)));
                    }
                }
                return new SettingsNode.Map(entries.ToImmutable(), At(node.Start, file));
            case YamlSequenceNode sequence:
                return new SettingsNode.List([.. sequence.Children.Select(item => Convert(item, file, faults))], At(node.Start, file));
            default:
                return new SettingsNode.Scalar(((YamlScalarNode)node).Value ?? "", At(node.Start, file));
        }
    }

    private static bool IsNothing(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private static SettingsPosition At(Mark mark, string file) => new(file, (int)mark.Line, (int)mark.Column);

    // The commonest fault of all, which the parser reports somewhere before it.
    private static (int Line, int Column)? TabIn(string yaml)
    {
        var number = 0;
        foreach (var line in yaml.AsSpan().EnumerateLines())
        {
            number++;
            var indentation = line[..(line.Length - line.TrimStart(" \t").Length)];
            if (indentation.IndexOf('\t') is var tab and >= 0 && indentation.Length < line.Length)
            {
                return (number, tab + 1);
            }
        }
        return null;
    }
}
