namespace Matchbox.Butane.Yaml;

internal enum YamlTokenKind : byte
{
    StreamStart,
    StreamEnd,
    VersionDirective,
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
}

/// <summary>One token of the stream, the names as in the libyaml family.</summary>
internal readonly record struct YamlToken(YamlTokenKind Kind, YamlMark Start, YamlMark End)
{
    /// <summary>A scalar's value, the name of an anchor or alias, the handle of a tag or tag directive, <c>major.minor</c> of a version.</summary>
    public string Text { get; init; } = "";

    /// <summary>A tag's suffix, or a tag directive's prefix.</summary>
    public string Suffix { get; init; } = "";

    public YamlStyle Style { get; init; }
}
