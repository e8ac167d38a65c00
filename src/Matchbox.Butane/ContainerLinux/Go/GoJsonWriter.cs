using System.Globalization;
using System.Text;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Go;

/// <summary>
/// Writes a record as Go's <c>encoding/json</c> writes a struct whose fields say <c>omitempty</c>: plain structs always stand there,
/// empty or not.
/// </summary>
internal sealed class GoJsonWriter
{
    private readonly StringBuilder _text = new();
    private readonly bool _isPretty;
    private int _depth;

    private GoJsonWriter(bool isPretty) => _isPretty = isPretty;

    /// <param name="isPretty">With two spaces for each level and a newline at the end; else without any white space.</param>
    public static byte[] Write(Record record, bool isPretty)
    {
        var writer = new GoJsonWriter(isPretty);
        writer.WriteStruct(record, record.Type);
        if (isPretty)
        {
            writer._text.Append('\n');
        }
        return Encoding.UTF8.GetBytes(writer._text.ToString());
    }

    private void WriteStruct(Record? record, StructType type)
    {
        _text.Append('{');
        _depth++;
        var isFirst = true;
        foreach (var field in type.Fields)
        {
            if (!IsWritten(record, field))
            {
                continue;
            }
            NextItem(ref isFirst);
            WriteText(field.Json);
            _text.Append(_isPretty ? ": " : ":");
            WriteValue(record, field);
        }
        Close('}', isFirst);
    }

    private static bool IsWritten(Record? record, Field field)
    {
        if (field.WrittenUntil >= 0 || field is { Kind: FieldKind.Struct, IsOptional: false })
        {
            return true;
        }
        return record is not null && (field.IsOptional ? record.Has(field) : !record.IsZero(field, 0));
    }

    private void WriteValue(Record? record, Field field)
    {
        switch (field.Kind)
        {
            case FieldKind.Text:
                WriteText(record?.Text(field) ?? "");
                break;
            case FieldKind.Number:
                _text.Append(CultureInfo.InvariantCulture, $"{record?.Number(field) ?? 0}");
                break;
            case FieldKind.Flag:
                _text.Append(record?.Flag(field) == true ? "true" : "false");
                break;
            case FieldKind.Struct:
                WriteStruct(record?.Struct(field), field.Type!);
                break;
            case FieldKind.TextList:
                WriteList(record?.Texts(field) ?? [], WriteText);
                break;
            default:
                WriteList(record?.List(field) ?? [], item => WriteStruct(item, field.Type!));
                break;
        }
    }

    private void WriteList<T>(IReadOnlyList<T> items, Action<T> write)
    {
        if (items.Count == 0)
        {
            _text.Append("null");       // A list that was never filled: ct fills none with nothing.
            return;
        }
        _text.Append('[');
        _depth++;
        var isFirst = true;
        foreach (var item in items)
        {
            NextItem(ref isFirst);
            write(item);
        }
        Close(']', isEmpty: false);
    }

    private void NextItem(ref bool isFirst)
    {
        if (!isFirst)
        {
            _text.Append(',');
        }
        isFirst = false;
        BreakLine();
    }

    private void Close(char bracket, bool isEmpty)
    {
        _depth--;
        if (!isEmpty)
        {
            BreakLine();
        }
        _text.Append(bracket);
    }

    private void BreakLine()
    {
        if (_isPretty)
        {
            _text.Append('\n').Append(' ', 2 * _depth);
        }
    }

    private void WriteText(string text)
    {
        _text.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (i + 1 < text.Length && char.IsSurrogatePair(c, text[i + 1]))
            {
                _text.Append(c).Append(text[++i]);
                continue;
            }
            _ = c switch
            {
                '"' or '\\' => _text.Append('\\').Append(c),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ when char.IsSurrogate(c) => _text.Append("\\ufffd"),
                _ => _text.Append(c),
            };
        }
        _text.Append('"');
    }
}
