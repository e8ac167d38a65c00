namespace Matchbox.Butane.Yaml;

/// <summary>
/// Reads YAML as Go's gopkg.in/yaml.v3 v3.0.1 does, which Butane is built on: a YAML 1.1 grammar with the scalars of both 1.1 and
/// 1.2. The same texts are accepted and refused, in the same words.
/// </summary>
internal static class YamlReader
{
    /// <summary>
    /// Reads the first document: UTF-8, or UTF-16 with a byte order mark. What follows it is not looked at, but for two
    /// tokens. Time and memory grow with the length of the text, and nothing recurses.
    /// </summary>
    /// <param name="root">Null for a stream without a document, and if the text is refused.</param>
    /// <param name="error">Empty, or why the text is refused, for instance <c>yaml: line 3: could not find expected ':'</c>.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out YamlNode? root, out string error)
    {
        try
        {
            var source = text.IsEmpty ? "\n"u8 : text;
            root = new YamlComposer(source.ToArray()).Compose();
            error = "";
            return true;
        }
        catch (YamlFault fault)
        {
            root = null;
            error = fault.Message;
            return false;
        }
    }
}
