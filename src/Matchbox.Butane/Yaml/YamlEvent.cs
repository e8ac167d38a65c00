namespace Matchbox.Butane.Yaml;

internal enum YamlEventKind : byte
{
    StreamStart,
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias,
    Scalar,
    SequenceStart,
    SequenceEnd,
    MappingStart,
    MappingEnd,
}

/// <summary>One step of the walk through a document: a node, or the start or end of one.</summary>
internal readonly record struct YamlEvent(YamlEventKind Kind, YamlMark Start)
{
    public YamlStyle Style { get; init; }

    public string Anchor { get; init; } = "";

    /// <summary>Long form; empty where none was given.</summary>
    public string Tag { get; init; } = "";

    public string Value { get; init; } = "";
}
