using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Matchbox.Appliance.Settings;

/// <summary>YAML text to a tree with positions. A key without a value counts as absent.</summary>
internal static class SettingsDocument
{
    private const int MostNodes = 500_000;
    private const int DeepestNesting = 32;

    public static SettingsNode.Map Parse(string yaml, string file, ICollection<SettingsFault> faults)
    {
        var empty = new SettingsNode.Map([], new SettingsPosition(file, 1, 1));
        var stream = new YamlStream();
        var parser = new Parser(new StringReader(yaml));
        try
        {
            stream.Load(parser);
        }
        // Some texts end in exceptions of the parser's own library calls (a tag that is no URI); they too are only bad text.
        catch (Exception fault) when (fault is YamlException or ArgumentException or FormatException or InvalidOperationException)
        {
            var at = fault is YamlException placed ? placed.Start : parser.Current?.End ?? Mark.Empty;
            faults.Add(TabIn(yaml) is var (line, column)
                ? new SettingsFault(new SettingsPosition(file, line, column), "not YAML: a tab in the indentation, use spaces")
                : new SettingsFault(At(at, file), $"not YAML: {(fault.InnerException ?? fault).Message.TrimEnd('.')}"));
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
        if (TooMuch(stream.Documents[0].RootNode) is { } knot)
        {
            faults.Add(new SettingsFault(At(knot.Start, file), "aliases repeat this over and over: write it out"));
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

    /// <summary>A node where aliases lead back into themselves or multiply; null when the document is a tree of ordinary size.</summary>
    private static YamlNode? TooMuch(YamlNode root)
    {
        var left = MostNodes;
        var open = new Stack<(YamlNode Node, int Depth)>([(root, 0)]);
        while (open.TryPop(out var next))
        {
            if (--left == 0 || next.Depth > DeepestNesting)
            {
                return next.Node;
            }
            IEnumerable<YamlNode> children = next.Node switch
            {
                YamlMappingNode mapping => mapping.Children.SelectMany(pair => new[] { pair.Key, pair.Value }),
                YamlSequenceNode sequence => sequence.Children,
                _ => [],
            };
            foreach (var child in children)
            {
                open.Push((child, next.Depth + 1));
            }
        }
        return null;
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
