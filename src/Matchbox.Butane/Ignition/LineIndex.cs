namespace Matchbox.Butane.Ignition;

/// <summary>Where the lines of a text begin, to tell line and column of an offset.</summary>
internal sealed class LineIndex
{
    private readonly List<int> _starts = [0];
    private readonly int _length;

    public LineIndex(ReadOnlySpan<byte> text)
    {
        _length = text.Length;
        for (var at = text.IndexOf((byte)'\n'); at >= 0;)
        {
            var start = at + 1;
            _starts.Add(start);
            var next = text[start..].IndexOf((byte)'\n');
            at = next < 0 ? -1 : start + next;
        }
    }

    /// <summary>From 1; 0 and 0 for an offset behind the end.</summary>
    public (int Line, int Column) Locate(int offset)
    {
        if (offset >= _length)
        {
            return (0, 0);
        }
        var line = _starts.BinarySearch(offset);
        line = line < 0 ? ~line - 1 : line;
        return (line + 1, offset - _starts[line] + 1);
    }
}
