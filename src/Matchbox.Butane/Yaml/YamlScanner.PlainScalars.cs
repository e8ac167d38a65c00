using System.Buffers;

namespace Matchbox.Butane.Yaml;

/// <content>Scalars without quotes (YAML 1.1 §9.1.3).</content>
internal sealed partial class YamlScanner
{
    // They never end a word, wherever it stands.
    private static readonly SearchValues<byte> WordCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./=+@%$"u8);

    private void FetchPlainScalar()
    {
        SaveSimpleKey();
        _simpleKeyAllowed = false;
        ClearScalar();
        var indent = _indent + 1;
        var start = text.Mark;
        var end = start;
        var afterBreak = false;
        while (true)
        {
            text.Ensure(4);
            if (text.IsAnyDocumentIndicator || text.Current == '#')
            {
                break;
            }
            while (!text.IsBlankOrEnd() && !EndsPlainScalar())
            {
                if (afterBreak || !_whitespace.IsEmpty)
                {
                    Join(afterBreak);
                    afterBreak = false;
                }
                text.Read(_value);
                text.ReadRun(_value, WordCharacters);
                end = text.Mark;
                text.Ensure(2);
            }
            if (!text.IsBlank() && !text.IsBreak())
            {
                break;
            }
            while (text.IsBlank() || text.IsBreak())
            {
                if (afterBreak && text.Column < indent && text.Current == '\t')
                {
                    Fail(start, "found a tab character that violates indentation");
                }
                afterBreak = ReadBlank(afterBreak);
                text.Ensure(1);
            }
            if (!InFlow && text.Column < indent)
            {
                break;
            }
        }
        _tokens.Add(new YamlToken(YamlTokenKind.Scalar, start, end) { Text = _value.ToString(), Style = YamlStyle.Plain });
        _simpleKeyAllowed |= afterBreak;
    }

    private bool EndsPlainScalar() => text.Current switch
    {
        (byte)':' => text.IsBlankOrEnd(1),
        (byte)',' or (byte)'?' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' => InFlow,
        _ => false,
    };
}
