using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Parsing;

/// <summary>A part of a parsed template. Immutable once parsed.</summary>
/// <param name="position">Its place for error texts: a byte in the template's text.</param>
internal abstract class Node(int position)
{
    public int Position { get; } = position;

    /// <summary>Writes the node as Go's error texts show it.</summary>
    public abstract void WriteTo(ByteSink sink);

    public override string ToString()
    {
        using var sink = new ByteSink(int.MaxValue);
        WriteTo(sink);
        return System.Text.Encoding.UTF8.GetString(sink.Written);
    }
}
