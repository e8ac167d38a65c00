using System.Runtime.CompilerServices;
using Matchbox.Templates.Execution;
using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Parsing;

/// <summary><c>$x, $y := a | b | c</c>: commands, each of which gets the value of the one before, and the variables for the last.</summary>
internal sealed class PipelineNode(int position, VariableNode[] variables, bool assigns, CommandNode[] commands) : Node(position)
{
    public VariableNode[] Variables { get; } = variables;

    /// <summary><c>=</c>, not <c>:=</c>.</summary>
    public bool Assigns { get; } = assigns;

    public CommandNode[] Commands { get; } = commands;

    public override void WriteTo(ByteSink sink)
    {
        for (var at = 0; at < Variables.Length; at++)
        {
            sink.Write(at > 0 ? ", "u8 : default);
            Variables[at].WriteTo(sink);
        }
        if (Variables.Length > 0)
        {
            sink.Write(Assigns ? " = "u8 : " := "u8);
        }
        for (var at = 0; at < Commands.Length; at++)
        {
            sink.Write(at > 0 ? " | "u8 : default);
            Commands[at].WriteTo(sink);
        }
    }

    /// <summary>The pipeline as an operand, in parentheses.</summary>
    public void WriteInParentheses(ByteSink sink)
    {
        sink.WriteByte('(');
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            WriteTo(sink);
        }
        else
        {
            sink.Write("..."u8);
        }
        sink.WriteByte(')');
    }
}

/// <summary>An operand, or a function and its arguments.</summary>
internal sealed class CommandNode(int position, Node[] words) : Node(position)
{
    public Node[] Words { get; } = words;

    public override void WriteTo(ByteSink sink)
    {
        for (var at = 0; at < Words.Length; at++)
        {
            sink.Write(at > 0 ? " "u8 : default);
            if (Words[at] is PipelineNode pipeline)
            {
                pipeline.WriteInParentheses(sink);
            }
            else
            {
                Words[at].WriteTo(sink);
            }
        }
    }
}

/// <summary>The name of a function.</summary>
internal sealed class FunctionNode(int position, Function function) : Node(position)
{
    public Function Function { get; } = function;

    public override void WriteTo(ByteSink sink) => sink.WriteText(Function.Name);
}

/// <summary><c>.a.b</c></summary>
internal sealed class FieldNode(int position, byte[][] names) : Node(position)
{
    public byte[][] Names { get; } = names;

    public override void WriteTo(ByteSink sink) => WriteNames(sink, Names);

    public static void WriteNames(ByteSink sink, byte[][] names)
    {
        foreach (var name in names)
        {
            sink.WriteByte('.');
            sink.Write(name);
        }
    }
}

/// <summary><c>$x.a.b</c></summary>
/// <param name="name">With its dollar sign.</param>
/// <param name="number">The same for the same name in one text.</param>
/// <param name="fields">The fields behind it.</param>
internal sealed class VariableNode(int position, string name, int number, byte[][] fields) : Node(position)
{
    public string Name { get; } = name;

    public int Number { get; } = number;

    public byte[][] Fields { get; } = fields;

    public override void WriteTo(ByteSink sink)
    {
        sink.WriteText(Name);
        FieldNode.WriteNames(sink, Fields);
    }
}

/// <summary><c>(pipeline).a.b</c>, or a function without arguments for the pipeline.</summary>
internal sealed class ChainNode(int position, Node operand, byte[][] names) : Node(position)
{
    public Node Operand { get; } = operand;

    public byte[][] Names { get; } = names;

    public override void WriteTo(ByteSink sink)
    {
        if (Operand is PipelineNode pipeline)
        {
            pipeline.WriteInParentheses(sink);
        }
        else
        {
            Operand.WriteTo(sink);
        }
        FieldNode.WriteNames(sink, Names);
    }
}

/// <summary>The cursor.</summary>
internal sealed class DotNode(int position) : Node(position)
{
    public override void WriteTo(ByteSink sink) => sink.WriteByte('.');
}

/// <summary>The word nil.</summary>
internal sealed class NilNode(int position) : Node(position)
{
    public override void WriteTo(ByteSink sink) => sink.Write("nil"u8);
}

/// <summary>A bool, number or string.</summary>
/// <param name="text">As it stands in the template.</param>
/// <param name="overflows">An integer that Go's int cannot hold: a fault, but only where it is evaluated.</param>
internal sealed class LiteralNode(int position, TemplateValue value, ReadOnlyMemory<byte> text, bool overflows = false) : Node(position)
{
    public TemplateValue Value { get; } = value;

    public bool Overflows { get; } = overflows;

    public override void WriteTo(ByteSink sink) => sink.Write(text.Span);
}
