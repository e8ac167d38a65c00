namespace Matchbox.Butane.Yaml;

/// <summary>The two forms of YAML's own tags, <c>tag:yaml.org,2002:str</c> and <c>!!str</c>.</summary>
internal static class YamlTags
{
    public const string LongPrefix = "tag:yaml.org,2002:";

    public static string Shorten(string tag)
    {
        if (!tag.StartsWith(LongPrefix, StringComparison.Ordinal))
        {
            return tag;
        }
        return "!!" + tag[LongPrefix.Length..];
    }
}
