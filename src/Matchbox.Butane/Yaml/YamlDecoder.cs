using System.Buffers;
using System.Text;

namespace Matchbox.Butane.Yaml;

/// <summary>
/// Turns the bytes of a document into checked UTF-8, 512 bytes at a time: UTF-8, or UTF-16 with a byte order mark. Only
/// the characters that YAML 1.1 calls printable pass (§5.1).
/// </summary>
internal sealed class YamlDecoder
{
    private const int PortionLength = 512;

    private static readonly SearchValues<byte> PrintableAscii =
        SearchValues.Create("\t\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private readonly byte[] _source;
    private readonly int _low;              // of a UTF-16 unit, where its low byte is
    private int _next;                      // the first byte that is not decoded yet
    private int _portionEnd;
    private bool _atEnd;

    public YamlDecoder(byte[] source)
    {
        _source = source;
        _portionEnd = Math.Min(PortionLength, source.Length);
        _atEnd = source.Length < 3;
        IsUtf16 = source.Length >= 2 && ((source[0] == 0xFF && source[1] == 0xFE) || (source[0] == 0xFE && source[1] == 0xFF));
        _low = IsUtf16 && source[0] == 0xFE ? 1 : 0;
        _next = IsUtf16 ? 2 : source.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        Start = _next;
    }

    public bool IsUtf16 { get; }

    /// <summary>The first byte behind the byte order mark.</summary>
    public int Start { get; }

    /// <summary>What is wrong with the bytes; null as long as nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// Decodes what is left of the present portion, or else the next one. UTF-8 is only checked, where it lies; UTF-16 is
    /// written to <paramref name="bytes"/>. False at the end of the stream and on a <see cref="Problem"/>.
    /// </summary>
    public bool Decode(bool continued, ref byte[] bytes, ref int decoded, ref int characters)
    {
        if (continued || _next == _portionEnd)
        {
            _atEnd |= _portionEnd == _source.Length;
            _portionEnd = Math.Min(_source.Length, _next + PortionLength);
        }
        if (!IsUtf16)
        {
            SkipAscii(ref characters);
        }
        while (_next < _portionEnd && TryDecode(_source.AsSpan(_next, _portionEnd - _next), out var value, out var width))
        {
            if (!IsPrintable(value))
            {
                Problem = "control characters are not allowed";
                break;
            }
            _next += width;
            characters++;
            if (IsUtf16)
            {
                Append(new Rune(value), ref bytes, ref decoded);
            }
            else
            {
                SkipAscii(ref characters);
            }
        }
        decoded = IsUtf16 ? decoded : _next;
        return Problem is null && !_atEnd;
    }

    private void SkipAscii(ref int characters)
    {
        var portion = _source.AsSpan(_next, _portionEnd - _next);
        var length = portion.IndexOfAnyExcept(PrintableAscii);
        length = length < 0 ? portion.Length : length;
        _next += length;
        characters += length;
    }

    private static void Append(Rune rune, ref byte[] bytes, ref int decoded)
    {
        if (decoded + 4 > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(PortionLength, bytes.Length * 2));
        }
        decoded += rune.EncodeToUtf8(bytes.AsSpan(decoded));
    }

    private static bool IsPrintable(int value) => value switch
    {
        '\t' or '\n' or '\r' or 0x85 => true,
        < 0x20 or 0x7F or (> 0x7F and < 0xA0) => false,
        >= 0xD800 and < 0xE000 => false,
        0xFFFE or 0xFFFF => false,
        _ => value <= 0x10FFFF,
    };

    // False without a problem: the character goes on in the next portion.
    private bool TryDecode(ReadOnlySpan<byte> rest, out int value, out int width) =>
        IsUtf16 ? TryDecodeUtf16(rest, out value, out width) : TryDecodeUtf8(rest, out value, out width);

    private bool TryDecodeUtf8(ReadOnlySpan<byte> rest, out int value, out int width)
    {
        value = rest[0];
        width = 1;
        if (value < 0x80)
        {
            return true;
        }
        (width, value) = value switch
        {
            >= 0xC0 and < 0xE0 => (2, value & 0x1F),
            >= 0xE0 and < 0xF0 => (3, value & 0x0F),
            >= 0xF0 and < 0xF8 => (4, value & 0x07),
            _ => (0, 0),
        };
        if (width == 0)
        {
            return Refuse("invalid leading UTF-8 octet");
        }
        if (width > rest.Length)
        {
            return Incomplete("incomplete UTF-8 octet sequence");
        }
        foreach (var octet in rest[1..width])
        {
            if ((octet & 0xC0) != 0x80)
            {
                return Refuse("invalid trailing UTF-8 octet");
            }
            value = (value << 6) | (octet & 0x3F);
        }
        if (value < (width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000))
        {
            return Refuse("invalid length of a UTF-8 sequence");
        }
        return value is (< 0xD800 or > 0xDFFF) and <= 0x10FFFF || Refuse("invalid Unicode character");
    }

    private bool TryDecodeUtf16(ReadOnlySpan<byte> rest, out int value, out int width)
    {
        (value, width) = (0, 2);
        if (rest.Length < 2)
        {
            return Incomplete("incomplete UTF-16 character");
        }
        value = Unit(rest);
        if ((value & 0xFC00) == 0xDC00)
        {
            return Refuse("unexpected low surrogate area");
        }
        if ((value & 0xFC00) != 0xD800)
        {
            return true;
        }
        if (rest.Length < 4)
        {
            return Incomplete("incomplete UTF-16 surrogate pair");
        }
        var second = Unit(rest[2..]);
        if ((second & 0xFC00) != 0xDC00)
        {
            return Refuse("expected low surrogate area");
        }
        (value, width) = (0x10000 + ((value & 0x3FF) << 10) + (second & 0x3FF), 4);
        return true;
    }

    private int Unit(ReadOnlySpan<byte> rest) => rest[_low] | (rest[1 - _low] << 8);

    private bool Incomplete(string problem) => _atEnd && Refuse(problem);

    private bool Refuse(string problem)
    {
        Problem = problem;
        return false;
    }
}
