namespace Matchbox.Butane.Yaml;

/// <content>What plain and quoted scalars share: blanks between words, and line folding (YAML 1.1 §5.6).</content>
internal sealed partial class YamlScanner
{
    // What is read of the present scalar: its value, and what came since that counts only if something follows.
    private readonly ByteBuffer _value = new();
    private readonly ByteBuffer _whitespace = new();
    private readonly ByteBuffer _leadingBreak = new();
    private readonly ByteBuffer _trailingBreaks = new();

    private void ClearScalar()
    {
        _value.Clear();
        _whitespace.Clear();
        _leadingBreak.Clear();
        _trailingBreaks.Clear();
    }

    /// <summary>Takes one blank or line break. True if a line break was met, now or before.</summary>
    private bool ReadBlank(bool afterBreak)
    {
        if (text.IsBlank())
        {
            if (afterBreak)
            {
                text.Skip();
            }
            else
            {
                text.Read(_whitespace);
            }
            return afterBreak;
        }
        text.Ensure(2);
        if (!afterBreak)
        {
            _whitespace.Clear();
        }
        text.ReadLine(afterBreak ? _trailingBreaks : _leadingBreak);
        return true;
    }

    /// <summary>Adds to the value what lies between two words: white space as it is, one break as a space, more of them less the first.</summary>
    private void Join(bool afterBreak)
    {
        if (!afterBreak)
        {
            _value.Take(_whitespace);
            return;
        }
        if (IsLineFeed(_leadingBreak))
        {
            if (_trailingBreaks.IsEmpty)
            {
                _value.Append((byte)' ');
            }
            _leadingBreak.Clear();
        }
        _value.Take(_leadingBreak);
        _value.Take(_trailingBreaks);
    }
}
