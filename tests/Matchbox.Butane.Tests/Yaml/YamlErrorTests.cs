using System.Text;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Tests.Yaml;

public sealed class YamlErrorTests
{
    [Theory]
    [InlineData("a: b: c\n", "mapping values are not allowed in this context")]
    [InlineData("a\nb: c\n", "line 2: mapping values are not allowed in this context")]
    [InlineData("a: b\nc\n", "line 2: could not find expected ':'")]
    [InlineData("a: b\n\nc\nd\n", "line 3: could not find expected ':'")]
    [InlineData("- a\nb: c\n", "line 1: did not find expected '-' indicator")]
    [InlineData("a:\n  - b\n c: d\n", "line 2: did not find expected key")]
    [InlineData("\ta: b\n", "found character that cannot start any token")]
    [InlineData("a:\n\tb: c\n", "line 2: found character that cannot start any token")]
    [InlineData("a: @b\n", "found character that cannot start any token")]
    [InlineData("a: - b\n", "block sequence entries are not allowed in this context")]
    [InlineData("a: ? b\n", "mapping keys are not allowed in this context")]
    [InlineData("a: 'b' c\n", "did not find expected key")]
    [InlineData("[a,\n b]: c", "line 2: mapping values are not allowed in this context")]
    public void Blocks_that_do_not_fit(string text, string expected) => AssertRefused(text, expected);

    [Theory]
    [InlineData("a: [b\n", "line 1: did not find expected ',' or ']'")]
    [InlineData("a: {b\n", "line 1: did not find expected ',' or '}'")]
    [InlineData("x:\n- [a, b\n", "line 1: did not find expected ',' or ']'")]
    [InlineData("a: ]\n", "did not find expected node content")]
    [InlineData("a: [b, , c]\n", "did not find expected node content")]
    [InlineData("[ - a ]", "did not find expected node content")]
    [InlineData("- [? : b]\n", "did not find expected ',' or ']'")]
    [InlineData("x: [\na\n}\n", "line 2: did not find expected ',' or ']'")]
    public void Flow_collections_that_do_not_end(string text, string expected) => AssertRefused(text, expected);

    [Theory]
    [InlineData("\"a", "found unexpected end of stream")]
    [InlineData("x: y\na: 'b", "line 2: found unexpected end of stream")]
    [InlineData("a: \"b\n---\n", "line 2: found unexpected document indicator")]
    [InlineData("a: \"\\q\"\n", "found unknown escape character")]
    [InlineData("x:\n  a: \"\\/\"\n", "line 2: found unknown escape character")]
    [InlineData("a: \"\\ud83d\\ude00\"\n", "found invalid Unicode character escape code")]
    [InlineData("a: \"\\U00110000\"\n", "found invalid Unicode character escape code")]
    [InlineData("a: \"\\x4\"\n", "did not find expected hexdecimal number")]
    [InlineData("a: |0\n  x\n", "found an indentation indicator equal to 0")]
    [InlineData("a: |x\n", "did not find expected comment or line break")]
    [InlineData("a: >10\n  x\n", "did not find expected comment or line break")]
    [InlineData("a: |\n\tx\n", "line 2: found a tab character where an indentation space is expected")]
    [InlineData("a:\n  b\n\tc\n", "line 2: found a tab character that violates indentation")]
    public void Scalars_that_are_broken(string text, string expected) => AssertRefused(text, expected);

    [Theory]
    [InlineData("%YAML 1.2\n---\na\n", "found incompatible YAML document")]
    [InlineData("# c\n%YAML 1.2\n---\na\n", "line 1: found incompatible YAML document")]
    [InlineData("%YAML 1.1\n%YAML 1.1\n---\na", "line 1: found duplicate %YAML directive")]
    [InlineData("%YAML x\n", "did not find expected version number")]
    [InlineData("%YAML 1.123\n", "found extremely long version number")]
    [InlineData("%YAML 1\n", "did not find expected digit or '.' character")]
    [InlineData("%YAML 1.1 x\n", "did not find expected comment or line break")]
    [InlineData("%FOO\n---\n", "found unknown directive name")]
    [InlineData("%\n", "could not find expected directive name")]
    [InlineData("%A+\n", "found unexpected non-alphabetical character")]
    [InlineData("%TAG ! x\n%TAG ! y\n---\n", "line 1: found duplicate %TAG directive")]
    [InlineData("%TAG x\n", "did not find expected '!'")]
    [InlineData("%TAG !x y\n", "did not find expected '!'")]
    [InlineData("%TAG !x!\n", "did not find expected whitespace")]
    [InlineData("%TAG !x! \n", "did not find expected tag URI")]
    [InlineData("%TAG !x! y\nz\n", "line 1: did not find expected <document start>")]
    public void Directives_that_are_broken(string text, string expected) => AssertRefused(text, expected);

    [Theory]
    [InlineData("a: *x\n", "unknown anchor 'x' referenced")]
    [InlineData("a: &\n", "did not find expected alphabetic or numeric character")]
    [InlineData("a: *b+\n", "did not find expected alphabetic or numeric character")]
    [InlineData("&a &b c: d\n", "did not find expected key")]
    [InlineData("!x!y a", "found undefined tag handle")]
    [InlineData("x: y\nz: !x!y a", "line 1: found undefined tag handle")]
    [InlineData("!<x a", "did not find the expected '>'")]
    [InlineData("!a{b", "did not find expected whitespace or line break")]
    [InlineData("!!", "did not find expected tag URI")]
    [InlineData("!a%2 b", "did not find URI escaped octet")]
    [InlineData("!a%ff b", "found an incorrect leading UTF-8 octet")]
    [InlineData("!a%c3%28 b", "found an incorrect trailing UTF-8 octet")]
    public void Properties_that_are_broken(string text, string expected) => AssertRefused(text, expected);

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0 }, "control characters are not allowed")]
    [InlineData(new byte[] { (byte)'a', 0x7F }, "control characters are not allowed")]
    [InlineData(new byte[] { 0xC2, 0x9F }, "control characters are not allowed")]
    [InlineData(new byte[] { 0xEF, 0xBF, 0xBF }, "control characters are not allowed")]
    [InlineData(new byte[] { (byte)'a', 0x80 }, "invalid leading UTF-8 octet")]
    [InlineData(new byte[] { 0xF8, 0x88, 0x80, 0x80, 0x80 }, "invalid leading UTF-8 octet")]
    [InlineData(new byte[] { 0xC3, (byte)'a' }, "invalid trailing UTF-8 octet")]
    [InlineData(new byte[] { (byte)'a', 0xE2, 0x82 }, "incomplete UTF-8 octet sequence")]
    [InlineData(new byte[] { 0xC1, 0x81 }, "invalid length of a UTF-8 sequence")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "invalid Unicode character")]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 }, "invalid Unicode character")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a' }, "incomplete UTF-16 character")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0, 0xDC }, "unexpected low surrogate area")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0xD8, 0, 0, (byte)'a' }, "expected low surrogate area")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0xD8, 0 }, "incomplete UTF-16 surrogate pair")]
    public void Bytes_that_are_no_characters(byte[] text, string expected)
    {
        Assert.False(YamlReader.TryRead(text, out _, out var error));
        Assert.Equal("yaml: " + expected, error);
    }

    [Fact]
    public void A_key_of_more_than_1024_characters_is_none()
    {
        var longest = new string('k', 1024);
        Assert.Equal($"1:1{{1:1={longest} 1:1027=v}}", YamlOutline.Of(longest + ": v\n"));
        AssertRefused(new string('k', 1025) + ": v\n", "mapping values are not allowed in this context");
        AssertRefused("x: y\n" + new string('k', 1025) + ": v\n", "line 2: could not find expected ':'");
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("[a: ")]
    public void Depth_ends_at_10000(string opening)
    {
        var tooDeep = string.Concat(Enumerable.Repeat(opening, 10_001));
        AssertRefused(tooDeep, "exceeded max depth of 10000");

        var deep = string.Concat(Enumerable.Repeat(opening, 9_000)) + "x" + opening[0] switch
        {
            '[' => new string(']', 9_000),
            '{' => new string('}', 9_000),
            _ => "",
        };
        Assert.True(YamlReader.TryRead(Encoding.UTF8.GetBytes(deep), out var root, out var error), error);
        Assert.InRange(root!.Height, 9_000, 18_001);
    }

    private static void AssertRefused(string text, string expected) => Assert.Equal("yaml: " + expected, YamlOutline.Of(text));
}
