using System.Text;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Tests.Yaml;

/// <summary>Nodes as one line of text, each with its position: <c>1:1{1:1=a 1:4[1:5=b 1:8*c]}</c>.</summary>
internal static class YamlOutline
{
    public static string Of(string text)
    {
        return YamlReader.TryRead(Encoding.UTF8.GetBytes(text), out var root, out var error) ? Of(root) : error;
    }

    public static string Of(YamlNode? root)
    {
        if (root is null)
        {
            return "nothing";
        }
        var outline = new StringBuilder();
        Write(root, outline);
        return outline.ToString();
    }

    private static void Write(YamlNode node, StringBuilder outline)
    {
        outline.Append($"{node.Line}:{node.Column}{(node.Anchor.Length > 0 ? "&" + node.Anchor : "")}{node.Tag}");
        switch (node.Kind)
        {
            case YamlKind.Scalar:
                outline.Append(node.Style switch
                {
                    YamlStyle.SingleQuoted => '\'',
                    YamlStyle.DoubleQuoted => '"',
                    YamlStyle.Literal => '|',
                    YamlStyle.Folded => '>',
                    _ => '=',
                }).Append(node.Value.Replace("\n", "\\n", StringComparison.Ordinal));
                break;
            case YamlKind.Alias:
                outline.Append('*').Append(node.Value);
                break;
            default:
                var isMapping = node.Kind == YamlKind.Mapping;
                outline.Append(node.Style == YamlStyle.Flow ? "~" : "").Append(isMapping ? '{' : '[');
                for (var i = 0; i < node.Content.Length; i++)
                {
                    outline.Append(i > 0 ? " " : "");
                    Write(node.Content[i], outline);
                }
                outline.Append(isMapping ? '}' : ']');
                break;
        }
    }
}
