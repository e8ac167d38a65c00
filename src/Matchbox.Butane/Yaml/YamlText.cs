using System.Buffers;
using System.Runtime.CompilerServices;

namespace Matchbox.Butane.Yaml;

/// <summary>
/// The characters of a document and where we stand among them. They are decoded and checked in portions, as yaml.v3 does:
/// what it has not looked at yet can not be wrong, so the portions decide which of two faults is reported.
/// </summary>
internal sealed class YamlText
{
    private readonly YamlDecoder _decoder;
    private byte[] _bytes;                  // decoded UTF-8
    private int _decoded;                   // so many of them are there
    private int _position;
    private int _unread;                    // characters between _position and _decoded
    private int _portionStart;              // where we stood when the last portion was fetched
    private int _index;
    private int _line;
    private int _column;

    public YamlText(byte[] source)
    {
        _decoder = new YamlDecoder(source);
        _bytes = _decoder.IsUtf16 ? [] : source;
        _position = _decoded = _decoder.IsUtf16 ? 0 : _decoder.Start;
    }

    /// <summary>Line breaks since the last character that is not blank.</summary>
    public int Newlines { get; private set; }

    public YamlMark Mark => new(_index, _line, _column);

    public int Index => _index;

    public int Line => _line;

    public int Column => _column;

    /// <summary>What was wrong with the bytes of a portion, once known.</summary>
    public string? Problem => _decoder.Problem;

    public byte Current => At(0);

    /// <summary>The byte so far ahead; 0 behind the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte At(int ahead)
    {
        var index = _position + ahead;
        return (uint)index < (uint)_decoded ? _bytes[index] : (byte)0;
    }

    /// <summary>Sees to it that so many characters are decoded, or that the end is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ensure(int characters)
    {
        if (_unread < characters && !Fetch(characters))
        {
            throw new YamlFault(Problem!);
        }
    }

    /// <summary>The same where yaml.v3 looks ahead for comments and does not mind yet if the bytes are broken.</summary>
    public bool TryEnsure(int characters) => _unread >= characters || Fetch(characters);

    public bool IsEnd(int ahead = 0) => At(ahead) == 0;

    public bool IsBlank(int ahead = 0) => At(ahead) is (byte)' ' or (byte)'\t';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsBreak(int ahead = 0)
    {
        var first = At(ahead);
        return first is (byte)'\n' or (byte)'\r' || (first >= 0xC2 && IsWideBreak(ahead));
    }

    public bool IsBreakOrEnd(int ahead = 0) => IsBreak(ahead) || IsEnd(ahead);

    public bool IsBlankOrEnd(int ahead = 0) => IsBlank(ahead) || IsBreakOrEnd(ahead);

    /// <summary>Letters, digits, <c>_</c> and <c>-</c>: what names of anchors, directives and handles are made of.</summary>
    public bool IsWord => char.IsAsciiLetterOrDigit((char)Current) || Current is (byte)'_' or (byte)'-';

    /// <summary><c>---</c> or <c>...</c> at the start of a line, followed by a blank.</summary>
    public bool IsDocumentIndicator(byte indicator) =>
        _column == 0 && At(0) == indicator && At(1) == indicator && At(2) == indicator && IsBlankOrEnd(3);

    public bool IsAnyDocumentIndicator => IsDocumentIndicator((byte)'-') || IsDocumentIndicator((byte)'.');

    /// <summary>
    /// A byte order mark at the start of a line. yaml.v3 looks at the start of its buffer instead of where it stands, so this does too.
    /// </summary>
    public bool IsByteOrderMark =>
        _column == 0 && _portionStart + 2 < _decoded
        && _bytes[_portionStart] == 0xEF && _bytes[_portionStart + 1] == 0xBB && _bytes[_portionStart + 2] == 0xBF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip()
    {
        var first = Current;
        if (first is not ((byte)' ' or (byte)'\t'))
        {
            Newlines = 0;
        }
        _index++;
        _column++;
        _unread--;
        _position += Width(first);
    }

    public void Skip(int characters)
    {
        for (; characters > 0; characters--)
        {
            Skip();
        }
    }

    /// <summary>
    /// Copies characters of ASCII as long as they are among the given ones, but never the last one that is decoded: the
    /// next portion is fetched where a character is read by itself. A quick way over what has no meaning of its own.
    /// </summary>
    public void ReadRun(ByteBuffer into, SearchValues<byte> characters)
    {
        var run = NextRun(characters);
        into.Append(run);
        Skip(run);
    }

    /// <summary>Skips them.</summary>
    public void SkipRun(SearchValues<byte> characters) => Skip(NextRun(characters));

    /// <summary>Skips the line break that we stand before; nothing if there is none.</summary>
    public void SkipLine() => TakeLine(null);

    /// <summary>Copies one character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Read(ByteBuffer into)
    {
        var first = Current;
        if (first < 0x80)
        {
            into.Append(first);
        }
        else
        {
            into.Append(_bytes.AsSpan(_position, Width(first)));
        }
        Skip();
    }

    /// <summary>Copies one line break: LF for CR LF, CR, LF and NEL; LS and PS stay what they are.</summary>
    public void ReadLine(ByteBuffer into) => TakeLine(into);

    /// <summary>The stream ends on a line of its own.</summary>
    public void EndLine()
    {
        if (_column != 0)
        {
            _column = 0;
            _line++;
        }
    }

    private ReadOnlySpan<byte> NextRun(SearchValues<byte> characters)
    {
        var rest = _bytes.AsSpan(_position, Math.Max(_decoded - _position - 1, 0));
        var length = rest.IndexOfAnyExcept(characters);
        return length < 0 ? rest : rest[..length];
    }

    private void Skip(ReadOnlySpan<byte> run)
    {
        if (run.ContainsAnyExcept((byte)' ', (byte)'\t'))
        {
            Newlines = 0;
        }
        _index += run.Length;
        _column += run.Length;
        _unread -= run.Length;
        _position += run.Length;
    }

    private void TakeLine(ByteBuffer? into)
    {
        if (!IsBreak())
        {
            return;
        }
        var first = Current;
        if (first == 0xE2)
        {
            into?.Append(_bytes.AsSpan(_position, 3));
        }
        else
        {
            into?.Append((byte)'\n');
        }
        if (first == '\r' && At(1) == '\n')
        {
            _index++;
            _unread--;
            _position++;
        }
        _index++;
        _unread--;
        _position += Width(first);
        _column = 0;
        _line++;
        Newlines++;
    }

    private bool IsWideBreak(int ahead) => At(ahead) switch
    {
        0xC2 => At(ahead + 1) == 0x85,
        0xE2 => At(ahead + 1) == 0x80 && At(ahead + 2) is 0xA8 or 0xA9,
        _ => false,
    };

    private static int Width(byte first) => first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    private bool Fetch(int characters)
    {
        _portionStart = _position;
        for (var continued = false; _unread < characters; continued = true)
        {
            var more = _decoder.Decode(continued, ref _bytes, ref _decoded, ref _unread);
            if (Problem is not null)
            {
                return false;
            }
            if (!more)
            {
                _unread++;              // the end counts as one more character each time that it is looked at
                break;
            }
        }
        return true;
    }
}
