using Matchbox.Butane.Reports;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Advice;

/// <summary>Finds the paths of nodes.</summary>
internal static class NodePaths
{
    /// <summary>The paths of those nodes that are in the tree, found in one walk. Aliases are not followed.</summary>
    public static Dictionary<YamlNode, DocumentPath> Of(YamlNode root, IEnumerable<YamlNode> wanted)
    {
        var missing = new HashSet<YamlNode>(wanted, ReferenceEqualityComparer.Instance);
        var found = new Dictionary<YamlNode, DocumentPath>(missing.Count, ReferenceEqualityComparer.Instance);
        // A stack of our own: documents can be deeper than a thread's.
        var open = new Stack<(YamlNode Node, DocumentPath Path)>([(root, DocumentPath.Root)]);
        while (missing.Count > 0 && open.TryPop(out var at))
        {
            if (missing.Remove(at.Node))
            {
                found.Add(at.Node, at.Path);
            }
            var content = at.Node.Content;
            if (at.Node.Kind == YamlKind.Mapping)
            {
                for (var i = content.Length - 1; i > 0; i -= 2)
                {
                    open.Push((content[i], at.Path.Append(content[i - 1].Value)));
                }
            }
            else
            {
                for (var i = content.Length - 1; i >= 0; i--)
                {
                    open.Push((content[i], at.Path.Append(i)));
                }
            }
        }
        return found;
    }
}
