using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Matchbox.Butane.Yaml;

/// <summary>What a node is.</summary>
internal enum YamlKind
{
    Scalar,
    Sequence,
    Mapping,
    Alias,
}

/// <summary>How a node was written: the first five are styles of scalars, the others of sequences and mappings.</summary>
internal enum YamlStyle
{
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
    Block,
    Flow,
}

/// <summary>One node of a document. Immutable for others, and may cross threads.</summary>
internal sealed class YamlNode
{
    private string? _shortTag;

    internal YamlNode(YamlKind kind, YamlStyle style, YamlMark start)
    {
        Kind = kind;
        Style = style;
        Line = start.Line + 1;
        Column = start.Column + 1;
    }

    public YamlKind Kind { get; }

    /// <summary>Plain for an alias.</summary>
    public YamlStyle Style { get; }

    /// <summary>
    /// The tag as written, with its handle resolved and YAML's own prefix shortened: <c>!!str</c>, <c>!local</c>,
    /// <c>tag:example.org,2000:name</c>, <c>!</c>; empty where none was given.
    /// </summary>
    public string Tag { get; internal init; } = "";

    /// <summary>
    /// The tag, or what stands for it: what the text of a plain scalar means (<see cref="YamlScalars.ShortTag"/>),
    /// <c>!!str</c> of other scalars, <c>!!map</c>, <c>!!seq</c>, and of an alias its target's.
    /// </summary>
    public string ShortTag => _shortTag ??= Tag is not ("" or "!") ? Tag : Kind switch
    {
        YamlKind.Mapping => "!!map",
        YamlKind.Sequence => "!!seq",
        YamlKind.Alias => Target!.ShortTag,
        _ => Style == YamlStyle.Plain ? YamlScalars.ShortTag(Value) : "!!str",
    };

    /// <summary>A scalar's text, or an alias's name; else empty.</summary>
    public string Value { get; internal init; } = "";

    /// <summary>The name that aliases know the node by; empty where it has none.</summary>
    public string Anchor { get; internal init; } = "";

    /// <summary>A sequence's items; of a mapping key, value, key, value and so on, duplicate keys included.</summary>
    public ImmutableArray<YamlNode> Content { get; private set; } = [];

    /// <summary>
    /// What an alias stands for: never an alias itself, but it may contain this alias. Following aliases takes a guard
    /// against circles, and against small documents that expand to huge ones.
    /// </summary>
    public YamlNode? Target { get; internal init; }

    /// <summary>The node itself, or what it is an alias of.</summary>
    public YamlNode Resolved => Target ?? this;

    /// <summary>As a key of a mapping it merges its value into that (<c>&lt;&lt;</c>, YAML 1.1).</summary>
    public bool IsMergeKey => Kind == YamlKind.Scalar && Value == "<<" && ShortTag == "!!merge";

    /// <summary>
    /// Levels of nodes from here down, 1 for a node without content, aliases not followed. Documents of a few kilobytes
    /// can have 30,000: look before recursing.
    /// </summary>
    public int Height { get; private set; } = 1;

    /// <summary>Where the node starts, from 1. A tag or anchor belongs to the node; a node that is not there starts where it would.</summary>
    public int Line { get; }

    /// <summary>As <see cref="Line"/>; counts characters, of which a tab is one.</summary>
    public int Column { get; }

    internal void Fill(YamlNode[] content, int height)
    {
        Content = ImmutableCollectionsMarshal.AsImmutableArray(content);
        Height = height;
    }
}
