using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Matchbox.Butane.Go;

namespace Matchbox.Butane.Ignition;

/// <summary>Kinds of JSON values.</summary>
public enum JsonKind
{
    Null,
    Flag,
    Number,
    Text,
    Array,
    Object,
}

/// <summary>A key of a JSON object with its value.</summary>
public readonly record struct JsonMember(string Key, int KeyStart, JsonNode Value);

/// <summary>A JSON value with its place in the source: offsets of its first byte and of the one after its last.</summary>
public sealed class JsonNode
{
    internal JsonNode(JsonKind kind, int start)
    {
        (Kind, Start) = (kind, start);
        Items = kind == JsonKind.Array ? new List<JsonNode>() : [];
        Members = kind == JsonKind.Object ? new List<JsonMember>() : [];
    }

    public JsonKind Kind { get; }

    public int Start { get; }

    public int End { get; internal set; }

    /// <summary>A text decoded, a number or a flag as written.</summary>
    public string Text { get; internal init; } = "";

    /// <summary>An array's items; empty for all else.</summary>
    public IReadOnlyList<JsonNode> Items { get; }

    /// <summary>An object's members as they stand, a key perhaps twice; empty for all else.</summary>
    public IReadOnlyList<JsonMember> Members { get; }

    internal void Add(JsonNode item) => ((List<JsonNode>)Items).Add(item);

    internal void Add(JsonMember member) => ((List<JsonMember>)Members).Add(member);
}

/// <summary>What is wrong in JSON, in the words of Go's encoding/json, and the count of bytes that it had read by then.</summary>
public readonly record struct JsonFault(string Message, int Offset);

/// <summary>JSON as Go's encoding/json reads it: what it accepts, its words for what it does not, and where.</summary>
public ref struct GoJson
{
    private const int MaxDepth = 10_000;

    private static readonly SearchValues<byte> StringEnds = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(static value => (byte)value), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> _json;

    // Containers wait here, not on the call stack: they may be deep. With each goes the key whose value is being read.
    private readonly Stack<(JsonNode Node, string Key, int KeyStart)> _open = [];
    private int _at;
    private JsonFault? _fault;

    private GoJson(ReadOnlySpan<byte> json) => _json = json;

    private readonly int Next => _at < _json.Length ? _json[_at] : -1;

    /// <summary>The value, or the first fault. Bounded in depth as Go's is; never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out JsonNode? root, out JsonFault fault)
    {
        var parser = new GoJson(json);
        root = parser.Value();
        parser.SkipSpace();
        if (root is not null && parser.Next >= 0)
        {
            parser.Fail("after top-level value");
        }
        fault = parser._fault ?? default;
        root = parser._fault is null ? root : null;
        return root is not null;
    }

    private JsonNode? Value()
    {
        while (Begin() is { } node)
        {
            if (node.End == 0)
            {
                if (_open.Count > MaxDepth)
                {
                    _fault = new JsonFault("exceeded max depth", _at);
                    return null;
                }
                continue;
            }
            while (_open.Count > 0)
            {
                var (container, key, keyStart) = _open.Peek();
                var isObject = container.Kind == JsonKind.Object;
                if (isObject)
                {
                    container.Add(new JsonMember(key, keyStart, node));
                }
                else
                {
                    container.Add(node);
                }
                SkipSpace();
                if (Next == ',')
                {
                    _at++;
                    _open.Pop();
                    if (!Push(container))
                    {
                        return null;
                    }
                    break;
                }
                if (Next != (isObject ? '}' : ']'))
                {
                    Fail(isObject ? "after object key:value pair" : "after array element");
                    return null;
                }
                container.End = ++_at;
                _open.Pop();
                node = container;
            }
            if (_open.Count == 0)
            {
                return node;
            }
        }
        return null;
    }

    // A scalar, an empty container, or a container that is open now and has no end yet. Null: a fault.
    private JsonNode? Begin()
    {
        SkipSpace();
        var start = _at;
        switch (Next)
        {
            case '{' or '[':
                var node = new JsonNode(Next == '{' ? JsonKind.Object : JsonKind.Array, start);
                _at++;
                SkipSpace();
                if (Next == (node.Kind == JsonKind.Object ? '}' : ']'))
                {
                    node.End = ++_at;
                    return node;
                }
                return Push(node) ? node : null;
            case '"':
                return String() is { } text ? new JsonNode(JsonKind.Text, start) { Text = text, End = _at } : null;
            case '-' or (>= '0' and <= '9'):
                return Number() ? Scalar(JsonKind.Number, start) : null;
            case 't':
                return Literal("true") ? Scalar(JsonKind.Flag, start) : null;
            case 'f':
                return Literal("false") ? Scalar(JsonKind.Flag, start) : null;
            case 'n':
                return Literal("null") ? Scalar(JsonKind.Null, start) : null;
            default:
                Fail("looking for beginning of value");
                return null;
        }
    }

    private readonly JsonNode Scalar(JsonKind kind, int start) =>
        new(kind, start) { Text = Encoding.ASCII.GetString(_json[start.._at]), End = _at };

    // Opens a container for its next value: of an object, the key comes first.
    private bool Push(JsonNode container)
    {
        if (container.Kind == JsonKind.Array)
        {
            _open.Push((container, "", 0));
            return true;
        }
        SkipSpace();
        var start = _at;
        if (Next != '"')
        {
            return Fail("looking for beginning of object key string");
        }
        if (String() is not { } key)
        {
            return false;
        }
        SkipSpace();
        if (Next != ':')
        {
            return Fail("after object key");
        }
        _at++;
        _open.Push((container, key, start));
        return true;
    }

    private string? String()
    {
        var begin = ++_at;
        StringBuilder? text = null;
        while (true)
        {
            var plain = _json[_at..].IndexOfAny(StringEnds);
            if (plain < 0)
            {
                _at = _json.Length;
                Fail("");
                return null;
            }
            _at += plain;
            if (Next == '"')
            {
                text?.Append(Encoding.UTF8.GetString(_json[begin.._at]));
                var whole = text?.ToString() ?? Encoding.UTF8.GetString(_json[begin.._at]);
                _at++;
                return whole;
            }
            if (Next != '\\')
            {
                Fail("in string literal");
                return null;
            }
            (text ??= new StringBuilder()).Append(Encoding.UTF8.GetString(_json[begin.._at]));
            _at++;
            if (!Escape(text))
            {
                return null;
            }
            begin = _at;
        }
    }

    private bool Escape(StringBuilder text)
    {
        var at = "\"\\/bfnrt".IndexOf((char)Next, StringComparison.Ordinal);
        if (at >= 0)
        {
            text.Append("\"\\/\b\f\n\r\t"[at]);
            _at++;
            return true;
        }
        if (Next != 'u')
        {
            return Fail("in string escape code");
        }
        _at++;
        if (!Hex(out var unit))
        {
            return false;
        }
        // Half of a surrogate pair becomes U+FFFD, and what follows it is looked at anew.
        var rest = _json[_at..];
        if (char.IsHighSurrogate(unit) && rest is [(byte)'\\', (byte)'u', ..] && PeekHex(rest[2..]) is { } low && char.IsLowSurrogate(low))
        {
            text.Append(unit).Append(low);
            _at += 6;
            return true;
        }
        text.Append(char.IsSurrogate(unit) ? '\ufffd' : unit);
        return true;
    }

    private static char? PeekHex(ReadOnlySpan<byte> digits) =>
        digits.Length >= 4 && ushort.TryParse(digits[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;

    private bool Hex(out char unit)
    {
        unit = '\0';
        for (var i = 0; i < 4; i++)
        {
            if (Next < 0 || !char.IsAsciiHexDigit((char)Next))
            {
                return Fail("in \\u hexadecimal character escape");
            }
            unit = (char)((unit << 4) | Convert.ToInt32(((char)Next).ToString(), 16));
            _at++;
        }
        return true;
    }

    private bool Number()
    {
        _at += Next == '-' ? 1 : 0;
        if (Next == '0')
        {
            _at++;
        }
        else if (!Digits("in numeric literal"))
        {
            return false;
        }
        if (Next == '.')
        {
            _at++;
            if (!Digits("after decimal point in numeric literal"))
            {
                return false;
            }
        }
        if (Next is 'e' or 'E')
        {
            _at++;
            _at += Next is '+' or '-' ? 1 : 0;
            return Digits("in exponent of numeric literal");
        }
        return true;
    }

    private bool Digits(string context)
    {
        if (Next is < '0' or > '9')
        {
            return Fail(context);
        }
        while (Next is >= '0' and <= '9')
        {
            _at++;
        }
        return true;
    }

    private bool Literal(string literal)
    {
        foreach (var c in literal)
        {
            if (Next != c)
            {
                return Fail($"in literal {literal} (expecting '{c}')");
            }
            _at++;
        }
        return true;
    }

    private void SkipSpace()
    {
        while (Next is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }
    }

    private bool Fail(string context)
    {
        if (_fault is null && Next < 0)
        {
            _fault = new JsonFault("unexpected end of JSON input", _json.Length);
        }
        _fault ??= new JsonFault($"invalid character {Quote((char)Next)} {context}", _at + 1);
        return false;
    }

    // The byte as a character of Latin-1, in single quotes.
    private static string Quote(char c) => c switch
    {
        '\'' => @"'\''",
        '"' => "'\"'",
        _ => "'" + GoText.Quote(c.ToString())[1..^1] + "'",
    };
}
