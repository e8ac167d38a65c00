using System.Buffers;
using System.Globalization;
using System.Text;
using Matchbox.Butane.Ignition;

namespace Matchbox.Http.Grpc.Documents;

/// <summary>
/// Writes JSON as Go's encoding/json does: keys of maps sorted by octet, numbers as a float64, the characters that HTML minds
/// escaped. Bounded: what would grow beyond <see cref="MaxLength"/> is cut off, and <see cref="IsTooLong"/> says so.
/// </summary>
/// <param name="indented">A line for each value, indented by tabs; otherwise compact.</param>
internal sealed class GoJsonWriter(bool indented)
{
    /// <summary>Octets. Indentation lets deep values grow a thousandfold.</summary>
    public const int MaxLength = 16 << 20;

    private readonly ArrayBufferWriter<byte> _text = new(1024);
    private int _depth;
    private bool _hasItem;

    public bool IsTooLong { get; private set; }

    public ReadOnlyMemory<byte> Written => _text.WrittenMemory;

    public void Open(char bracket)
    {
        Byte((byte)bracket);
        _depth++;
        _hasItem = false;
    }

    public void Close(char bracket)
    {
        _depth--;
        if (_hasItem)
        {
            NewLine();
        }
        Byte((byte)bracket);
        _hasItem = true;
    }

    /// <summary>What comes before a value of a list: the comma after the last one, the line of its own.</summary>
    public void Item()
    {
        if (_hasItem)
        {
            Byte((byte)',');
        }
        NewLine();
        _hasItem = true;
    }

    /// <summary>A key, with what comes before and after it.</summary>
    public void Key(string key)
    {
        Item();
        Text(key);
        Raw(indented ? ": "u8 : ":"u8);
    }

    /// <summary>A text in quotes. Half of a surrogate pair stands for octets that are no UTF-8.</summary>
    public void Text(string text)
    {
        Byte((byte)'"');
        var rest = text.AsSpan();
        Span<byte> utf8 = stackalloc byte[4];
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var read) != OperationStatus.Done)
            {
                Raw(@"\ufffd"u8);
            }
            else if (EscapeOf(rune.Value) is { } escape)
            {
                Raw(Encoding.ASCII.GetBytes(escape));
            }
            else
            {
                Raw(utf8[..rune.EncodeToUtf8(utf8)]);
            }
            rest = rest[read..];
        }
        Byte((byte)'"');
        _hasItem = true;
    }

    /// <summary>Any value, its objects sorted and without repeated keys: the last one counts.</summary>
    public void Value(JsonNode node)
    {
        switch (node.Kind)
        {
            case JsonKind.Object:
                Open('{');
                foreach (var (key, value) in GoMap.Of(node))
                {
                    if (IsTooLong)
                    {
                        return;
                    }
                    Key(key);
                    Value(value);
                }
                Close('}');
                break;
            case JsonKind.Array:
                Open('[');
                foreach (var item in node.Items)
                {
                    if (IsTooLong)
                    {
                        return;
                    }
                    Item();
                    Value(item);
                }
                Close(']');
                break;
            case JsonKind.Text:
                Text(node.Text);
                break;
            case JsonKind.Number:
                Raw(Encoding.ASCII.GetBytes(GoFloat.Format(double.Parse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture))));
                break;
            case JsonKind.Flag:
                Raw(Encoding.ASCII.GetBytes(node.Text));
                break;
            default:
                Raw("null"u8);
                break;
        }
    }

    private static string? EscapeOf(int c) => c switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        '\b' => @"\b",
        '\f' => @"\f",
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029 => $"\\u{c:x4}",
        _ => null,
    };

    private void NewLine()
    {
        if (!indented)
        {
            return;
        }
        Byte((byte)'\n');
        if (!TooLongWith(_depth))
        {
            _text.GetSpan(_depth)[.._depth].Fill((byte)'\t');
            _text.Advance(_depth);
        }
    }

    private void Byte(byte value) => Raw([value]);

    private void Raw(ReadOnlySpan<byte> octets)
    {
        if (!TooLongWith(octets.Length))
        {
            _text.Write(octets);
        }
    }

    private bool TooLongWith(int more) => IsTooLong |= _text.WrittenCount + more > MaxLength;
}
