namespace Matchbox.Butane.Yaml;

/// <summary>Ends the reading of a broken document. <see cref="YamlReader"/> catches it; nothing else meets it.</summary>
internal sealed class YamlFault(string problem) : Exception("yaml: " + problem)
{
    /// <summary>
    /// A fault of the scanner. yaml.v3 names the line of the context, or where that is the first line the line of the
    /// problem, or where that is the first line too, none.
    /// </summary>
    public static YamlFault OfScanner(YamlMark context, YamlMark problem, string text) =>
        WithLine(context.Line != 0 ? context.Line + 1 : problem.Line != 0 ? problem.Line + 1 : 0, text);

    /// <summary>A fault of the grammar: as a scanner's, but yaml.v3 names the line before.</summary>
    public static YamlFault OfParser(YamlMark context, YamlMark problem, string text) =>
        WithLine(context.Line != 0 ? context.Line : problem.Line, text);

    private static YamlFault WithLine(int line, string text) => new(line == 0 ? text : $"line {line}: {text}");
}
