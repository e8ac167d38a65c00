using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace Matchbox.Butane.Ignition;

/// <summary>JSON being written, as UTF-8 in a pooled buffer. Texts are escaped as Go's encoding/json escapes them for HTML.</summary>
/// <param name="pretty">Each item on a line of its own, indented by two spaces.</param>
/// <param name="shortEscapes">Backspace and form feed have short escapes too, as in Go since 1.22.</param>
internal sealed class JsonBuffer(bool pretty, bool shortEscapes = false) : IDisposable
{
    private static readonly SearchValues<char> Special = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017" +
        "\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\"&<>\\\u2028\u2029");

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int _length;
    private int _depth;
    private bool _afterValue;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    public void Open(char bracket)
    {
        Byte((byte)bracket);
        _depth++;
        _afterValue = false;
    }

    public void Close(char bracket)
    {
        _depth--;
        if (_afterValue)
        {
            NewLine();
        }
        Byte((byte)bracket);
        _afterValue = true;
    }

    /// <summary>What comes before an item of a list or a key: the comma after the last one, and in pretty form a line of its own.</summary>
    public void Item()
    {
        if (_afterValue)
        {
            Byte((byte)',');
        }
        NewLine();
    }

    /// <summary>A key of letters and digits, with its colon.</summary>
    public void Key(string key)
    {
        Item();
        Byte((byte)'"');
        Plain(key);
        Raw(pretty ? "\": "u8 : "\":"u8);
    }

    public void Null() => Value("null"u8);

    public void Flag(bool value) => Value(value ? "true"u8 : "false"u8);

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, Room(20), out var written);
        _length += written;
        _afterValue = true;
    }

    /// <summary>
    /// A text in quotes. Half of a surrogate pair stands for a byte that was not UTF-8 and becomes the six characters <c>\ufffd</c>,
    /// as Go writes such bytes; a U+FFFD that the text holds is written as it is.
    /// </summary>
    public void Text(ReadOnlySpan<char> text)
    {
        Byte((byte)'"');
        while (true)
        {
            var at = text.IndexOfAny(Special);
            Plain(at < 0 ? text : text[..at]);
            if (at < 0)
            {
                break;
            }
            Escape(text[at]);
            text = text[(at + 1)..];
        }
        Byte((byte)'"');
        _afterValue = true;
    }

    private void Escape(char c)
    {
        switch (c)
        {
            case '"' or '\\':
                Byte((byte)'\\');
                Byte((byte)c);
                break;
            case '\n':
                Raw("\\n"u8);
                break;
            case '\r':
                Raw("\\r"u8);
                break;
            case '\t':
                Raw("\\t"u8);
                break;
            case '\b' when shortEscapes:
                Raw("\\b"u8);
                break;
            case '\f' when shortEscapes:
                Raw("\\f"u8);
                break;
            default:
                Raw("\\u"u8);
                Utf8Formatter.TryFormat((ushort)c, Room(4), out var written, new StandardFormat('x', 4));
                _length += written;
                break;
        }
    }

    private void Plain(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var status = Utf8.FromUtf16(text, Room(3 * text.Length), out var read, out var written, replaceInvalidSequences: false);
            _length += written;
            text = text[read..];
            if (status == OperationStatus.InvalidData)
            {
                Raw("\\ufffd"u8);
                text = text[1..];
            }
        }
    }

    private void Value(ReadOnlySpan<byte> literal)
    {
        Raw(literal);
        _afterValue = true;
    }

    private void NewLine()
    {
        if (pretty)
        {
            Byte((byte)'\n');
            Room(2 * _depth)[..(2 * _depth)].Fill((byte)' ');
            _length += 2 * _depth;
        }
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    private void Byte(byte value)
    {
        Room(1)[0] = value;
        _length++;
    }

    private Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _bytes.Length, _length + size));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        return _bytes.AsSpan(_length);
    }
}
