using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Parsing;

/// <summary>Text and actions, one after another.</summary>
internal sealed class ListNode(int position, Node[] nodes) : Node(position)
{
    public Node[] Nodes { get; } = nodes;

    /// <summary>Whether it holds nothing but white space.</summary>
    public bool IsBlank => Array.TrueForAll(Nodes, node => node is TextNode { IsBlank: true });

    public override void WriteTo(ByteSink sink)
    {
        foreach (var node in Nodes)
        {
            node.WriteTo(sink);
        }
    }
}

/// <summary>Text that is written as it is.</summary>
internal sealed class TextNode(int position, ReadOnlyMemory<byte> text) : Node(position)
{
    public ReadOnlyMemory<byte> Text { get; } = text;

    public bool IsBlank => string.IsNullOrWhiteSpace(System.Text.Encoding.UTF8.GetString(Text.Span));

    public override void WriteTo(ByteSink sink) => sink.Write("text"u8);
}

/// <summary><c>{{pipeline}}</c>: prints its value, unless it sets variables.</summary>
internal sealed class ActionNode(int position, PipelineNode pipeline) : Node(position)
{
    public PipelineNode Pipeline { get; } = pipeline;

    public override void WriteTo(ByteSink sink)
    {
        sink.Write("{{"u8);
        Pipeline.WriteTo(sink);
        sink.Write("}}"u8);
    }
}

internal enum BranchKind : byte
{
    If,
    Range,
    With,
}

/// <summary><c>{{if pipeline}} list {{else}} list {{end}}</c>, and range and with.</summary>
internal sealed class BranchNode(BranchKind kind, PipelineNode pipeline, ListNode list, ListNode? elseList) : Node(pipeline.Position)
{
    public BranchKind Kind { get; } = kind;

    public PipelineNode Pipeline { get; } = pipeline;

    public ListNode List { get; } = list;

    public ListNode? ElseList { get; } = elseList;

    public override void WriteTo(ByteSink sink)
    {
        sink.Write(Kind switch { BranchKind.If => "{{if "u8, BranchKind.Range => "{{range "u8, _ => "{{with "u8 });
        Pipeline.WriteTo(sink);
        sink.Write("}}"u8);
    }
}

/// <summary><c>{{template "name" pipeline}}</c></summary>
internal sealed class TemplateNode(int position, string name, byte[] nameText, PipelineNode? pipeline) : Node(position)
{
    public string Name { get; } = name;

    public PipelineNode? Pipeline { get; } = pipeline;

    public override void WriteTo(ByteSink sink)
    {
        sink.Write("{{template "u8);
        QuotedText.WriteString(sink, nameText, asciiOnly: false);
        if (Pipeline is not null)
        {
            sink.WriteByte(' ');
            Pipeline.WriteTo(sink);
        }
        sink.Write("}}"u8);
    }
}

/// <summary><c>{{break}}</c> or <c>{{continue}}</c>.</summary>
internal sealed class JumpNode(int position, bool isBreak) : Node(position)
{
    public bool IsBreak { get; } = isBreak;

    public override void WriteTo(ByteSink sink) => sink.Write(IsBreak ? "{{break}}"u8 : "{{continue}}"u8);
}

/// <summary><c>{{end}}</c> or <c>{{else}}</c>: the parser's own, never part of a tree.</summary>
internal sealed class ClosingNode(int position, bool isElse) : Node(position)
{
    public bool IsElse { get; } = isElse;

    public override void WriteTo(ByteSink sink) => sink.Write(IsElse ? "{{else}}"u8 : "{{end}}"u8);
}
