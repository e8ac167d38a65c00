using System.Buffers;

namespace Matchbox.Butane.Yaml;

/// <content>Anchors, aliases and tags.</content>
internal sealed partial class YamlScanner
{
    private static readonly SearchValues<byte> UriCharacters = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-;/?:@&=+$,.!~*'()[]%"u8);

    private static readonly SearchValues<byte> AnchorEnds = SearchValues.Create("?:,]}%@`"u8);

    private void FetchAnchor(YamlTokenKind kind)
    {
        SaveSimpleKey();
        _simpleKeyAllowed = false;
        var start = text.Mark;
        text.Skip();
        var name = ReadWord();
        var end = text.Mark;
        if (name.Length == 0 || !(text.IsBlankOrEnd() || AnchorEnds.Contains(text.Current)))
        {
            Fail(start, "did not find expected alphabetic or numeric character");
        }
        _tokens.Add(new YamlToken(kind, start, end) { Text = name });
    }

    private void FetchTag()
    {
        SaveSimpleKey();
        _simpleKeyAllowed = false;
        var start = text.Mark;
        text.Ensure(2);
        var (handle, suffix) = text.At(1) == '<' ? ("", ReadVerbatimTag(start)) : ReadShorthandTag(start);
        text.Ensure(1);
        if (!text.IsBlankOrEnd())
        {
            Fail(start, "did not find expected whitespace or line break");
        }
        _tokens.Add(new YamlToken(YamlTokenKind.Tag, start, text.Mark) { Text = handle, Suffix = suffix });
    }

    // !<tag:example.org,2000:name>
    private string ReadVerbatimTag(YamlMark start)
    {
        text.Skip(2);
        var uri = ReadTagUri(start, "");
        if (text.Current != '>')
        {
            Fail(start, "did not find the expected '>'");
        }
        text.Skip();
        return uri;
    }

    // !handle!suffix, !suffix, or ! alone, which says that the node is not to be resolved
    private (string Handle, string Suffix) ReadShorthandTag(YamlMark start)
    {
        var handle = ReadTagHandle(start, inDirective: false);
        if (handle.Length > 1 && handle[^1] == '!')
        {
            return (handle, ReadTagUri(start, ""));
        }
        var suffix = ReadTagUri(start, handle);
        return suffix.Length == 0 ? ("", "!") : ("!", suffix);
    }

    private string ReadTagHandle(YamlMark start, bool inDirective)
    {
        text.Ensure(1);
        if (text.Current != '!')
        {
            Fail(start, "did not find expected '!'");
        }
        text.Skip();
        var name = ReadWord();
        if (text.Current == '!')
        {
            text.Skip();
            return $"!{name}!";
        }
        if (inDirective && name.Length > 0)
        {
            Fail(start, "did not find expected '!'");
        }
        return "!" + name;
    }

    /// <param name="start">Where the tag or directive starts.</param>
    /// <param name="head">What was taken for a handle and is the start of the suffix, with its <c>!</c>; else empty.</param>
    private string ReadTagUri(YamlMark start, string head)
    {
        _value.Clear();
        var some = head.Length > 0;
        foreach (var letter in head.AsSpan(some ? 1 : 0))
        {
            _value.Append((byte)letter);
        }
        text.Ensure(1);
        while (UriCharacters.Contains(text.Current))
        {
            if (text.Current == '%')
            {
                ReadUriEscape(start);
            }
            else
            {
                text.Read(_value);
            }
            text.Ensure(1);
            some = true;
        }
        if (!some)
        {
            Fail(start, "did not find expected tag URI");
        }
        return _value.ToString();
    }

    // One character of UTF-8, each of its bytes as %XX.
    private void ReadUriEscape(YamlMark start)
    {
        var left = 0;
        do
        {
            text.Ensure(3);
            if (!(text.Current == '%' && char.IsAsciiHexDigit((char)text.At(1)) && char.IsAsciiHexDigit((char)text.At(2))))
            {
                Fail(start, "did not find URI escaped octet");
            }
            var octet = (byte)((HexValue(text.At(1)) << 4) | HexValue(text.At(2)));
            if (left > 0)
            {
                left--;
                if ((octet & 0xC0) != 0x80)
                {
                    Fail(start, "found an incorrect trailing UTF-8 octet");
                }
            }
            else
            {
                left = octet switch { < 0x80 => 0, < 0xC0 => -1, < 0xE0 => 1, < 0xF0 => 2, < 0xF8 => 3, _ => -1 };
                if (left < 0)
                {
                    Fail(start, "found an incorrect leading UTF-8 octet");
                }
            }
            _value.Append(octet);
            text.Skip(3);
        }
        while (left > 0);
    }

    private string ReadWord()
    {
        _value.Clear();
        text.Ensure(1);
        while (text.IsWord)
        {
            text.Read(_value);
            text.Ensure(1);
        }
        return _value.ToString();
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
