using System.Text;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Tests.Yaml;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("", "nothing")]
    [InlineData("\n", "nothing")]
    [InlineData("# only\n", "nothing")]
    [InlineData("---\n", "2:1=")]
    [InlineData("a", "1:1=a")]
    [InlineData("a: b\n", "1:1{1:1=a 1:4=b}")]
    [InlineData("a:\n  b: c\n", "1:1{1:1=a 2:3{2:3=b 2:6=c}}")]
    [InlineData("a:\n- b\n- c\n", "1:1{1:1=a 2:1[2:3=b 3:3=c]}")]
    [InlineData("- a\n-\n- - b\n  - c\n", "1:1[1:3=a 2:2= 3:3[3:5=b 4:5=c]]")]
    [InlineData("- a: 1\n  b: 2\n- c:\n", "1:1[1:3{1:3=a 1:6=1 2:3=b 2:6=2} 3:3{3:3=c 3:5=}]")]
    [InlineData("a:\tb\n", "1:1{1:1=a 1:4=b}")]
    [InlineData("a: b\n - c\n", "1:1{1:1=a 1:4=b - c}")]
    [InlineData("a: b c\n  d\n\n  e\nf: g\n", "1:1{1:1=a 1:4=b c d\\ne 5:1=f 5:4=g}")]
    [InlineData("a: http://x:80/\n", "1:1{1:1=a 1:4=http://x:80/}")]
    [InlineData("a: -1\nb: ?x\nc: :x\n", "1:1{1:1=a 1:4=-1 2:1=b 2:4=?x 3:1=c 3:4=:x}")]
    [InlineData("a: b # c\n# d\ne: f\n", "1:1{1:1=a 1:4=b 3:1=e 3:4=f}")]
    [InlineData("- # c\n  a\n", "1:1[2:3=a]")]
    public void Block_nodes_stand_where_they_start(string text, string expected) =>
        Assert.Equal(expected, YamlOutline.Of(text));

    [Theory]
    [InlineData("a: [b, c: d, {e: f, g}]\n", "1:1{1:1=a 1:4~[1:5=b 1:8~{1:8=c 1:11=d} 1:14~{1:15=e 1:18=f 1:21=g 1:22=}]}")]
    [InlineData("{a, b: , c: d}", "1:1~{1:2=a 1:3= 1:5=b 1:8= 1:10=c 1:13=d}")]
    [InlineData("[a: , b]", "1:1~[1:2~{1:2=a 1:3=} 1:7=b]")]
    [InlineData("[? a : b]", "1:1~[1:2~{1:4=a 1:8=b}]")]
    [InlineData("[a b: c\n]", "1:1~[1:2~{1:2=a b 1:7=c}]")]
    [InlineData("{\"a\":b, 'c':d}", "1:1~{1:2\"a 1:6=b 1:9'c 1:13=d}")]
    [InlineData("[a]: b\n{c: d}: e\n", "1:1{1:1~[1:2=a] 1:6=b 2:1~{2:2=c 2:5=d} 2:9=e}")]
    public void Flow_collections_nest_in_all_ways(string text, string expected) =>
        Assert.Equal(expected, YamlOutline.Of(text));

    [Theory]
    [InlineData("? a\n: b\n? c\n", "1:1{1:3=a 2:3=b 3:3=c 4:1=}")]
    [InlineData("? - a\n: - b\n", "1:1{1:3[1:5=a] 2:3[2:5=b]}")]
    [InlineData("? a\n# x\n", "1:1{1:3=a 2:2=}")]
    [InlineData("a:\n  ? b\n  # x\nc: d\n", "1:1{1:1=a 2:3{2:5=b 3:4=} 4:1=c 4:4=d}")]
    public void An_explicit_key_needs_no_value(string text, string expected) =>
        Assert.Equal(expected, YamlOutline.Of(text));

    [Theory]
    [InlineData("a: |\n  x\n   y\n\n  z\n", "|x\\n y\\n\\nz\\n")]
    [InlineData("a: |-\n  x\n\n", "|x")]
    [InlineData("a: |+\n  x\n\n\n", "|x\\n\\n\\n")]
    [InlineData("a: |2\n   x\n", "| x\\n")]
    [InlineData("a: |-2\n   x\n", "| x")]
    [InlineData("a: |2-  # c\n   x\n", "| x")]
    [InlineData("a: |\n  x", "|x")]
    [InlineData("a: |\n\n\n  x\n", "|\\n\\nx\\n")]
    [InlineData("a: |\n", "|")]
    [InlineData("a: >\n  x\n  y\n\n  z\n   w\n  v\n", ">x y\\nz\\n w\\nv\\n")]
    [InlineData("a: >-\n  x\n  y\n", ">x y")]
    [InlineData("a: >+\n  x\n\n", ">x\\n\\n")]
    public void Block_scalars_keep_fold_and_chomp_their_lines(string text, string expected) =>
        Assert.Equal($"1:1{{1:1=a 1:4{expected}}}", YamlOutline.Of(text));

    [Theory]
    [InlineData("'it''s'", "'it's")]
    [InlineData("'b\n  c'", "'b c")]
    [InlineData("'b\n\n  c'", "'b\\nc")]
    [InlineData("\"b  \n  c\"", "\"b c")]
    [InlineData("\"b\\\n  c\"", "\"bc")]
    [InlineData("\"b\\  \\\n  c\"", "\"b  c")]
    [InlineData("\"\\x41\\u00e9\\U0001F600\"", "\"Aé😀")]
    [InlineData("\"\\N\\_\\L\\P\\e\\a\\b\\v\\f\\r\\t\\0\"", "\"\u0085\u00a0\u2028\u2029\u001b\a\b\v\f\r\t\0")]
    [InlineData("\"\\\"\\\\\\'\\ \"", "\"\"\\' ")]
    public void Quoted_scalars_fold_and_unescape(string text, string expected) =>
        Assert.Equal("1:1" + expected, YamlOutline.Of(text));

    [Theory]
    [InlineData("a: &x b\nc: *x\n", "1:1{1:1=a 1:4&x=b 2:1=c 2:4*x}")]
    [InlineData("a: &x !!str\n  - b\n", "1:1{1:1=a 1:4&x!!str[2:5=b]}")]
    [InlineData("- &a\n- !!str\n- *a\n", "1:1[1:3&a= 2:3!!str= 3:3*a]")]
    [InlineData("!!map {a: b}", "1:1!!map~{1:8=a 1:11=b}")]
    [InlineData("!local a", "1:1!local=a")]
    [InlineData("! a", "1:1!=a")]
    [InlineData("!<tag:example.org,2000:x> a", "1:1tag:example.org,2000:x=a")]
    [InlineData("!<tag:yaml.org,2002:str> a", "1:1!!str=a")]
    [InlineData("%TAG !e! tag:example.org,2000:\n---\n!e!x%21 a", "3:1tag:example.org,2000:x!=a")]
    public void Tags_and_anchors_belong_to_their_node(string text, string expected) =>
        Assert.Equal(expected, YamlOutline.Of(text));

    [Theory]
    [InlineData("a: b\n...\nc: d\n")]
    [InlineData("a: b\n--- [\n")]
    [InlineData("a: b\n---\nx\n\"broken")]
    [InlineData("a: b\n...\n\u0001")]
    public void Only_the_first_document_counts(string text) =>
        Assert.Equal(text.EndsWith('\u0001') ? "yaml: control characters are not allowed" : "1:1{1:1=a 1:4=b}", YamlOutline.Of(text));

    [Fact]
    public void Broken_bytes_in_a_later_portion_do_not_count() =>
        Assert.Equal("1:1{1:1=a 1:4=b}", YamlOutline.Of("a: b\n...\n- - " + new string('x', 600) + "\u0001"));

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\u0085")]
    [InlineData("\u2028")]
    [InlineData("\u2029")]
    public void Every_line_break_of_unicode_is_one(string lineBreak) =>
        Assert.Equal("1:1{1:1=a 1:4=b 2:1=é 2:4=ü}", YamlOutline.Of($"a: b{lineBreak}é: ü{lineBreak}"));

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void The_byte_order_mark_tells_the_encoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. encoding.Preamble, .. encoding.GetBytes("é: 😀\n")];

        Assert.True(YamlReader.TryRead(bytes, out var root, out _));
        Assert.Equal("1:1{1:1=é 1:4=😀}", YamlOutline.Of(root));
    }

    [Fact]
    public void An_alias_leads_to_its_node_and_may_lead_in_circles()
    {
        Assert.True(YamlReader.TryRead("&a [*a, 7]"u8, out var root, out _));

        Assert.Same(root, root!.Content[0].Target);
        Assert.Equal("!!seq", root.Content[0].ShortTag);
        Assert.Equal("!!int", root.Content[1].ShortTag);
        Assert.Equal(2, root.Height);
    }
}
