namespace Matchbox.Templates.Tests.Execution;

/// <summary>The built-in functions.</summary>
public class FunctionTests
{
    [Theory]
    [InlineData("{{and true 1}} {{and 0 1}} {{and .e .missing}} {{and 1 2 3}} {{and 1}}", "1 0  3 1")]
    [InlineData("{{or false 2}} {{or 0 \"\"}} {{or 1 .missing}} {{or false 0 nil}} {{1 | or 0}} {{\"x\" | and .b}}", "2  1 <no value> 1 x")]
    [InlineData("{{not true}} {{not 0}} {{not .nil}} {{not nil}} {{not .list}}", "false true true true false")]
    public void And_or_not_return_what_decides(string template, string expected) => Assert.Equal(expected, Rendering.Render(template));

    [Theory]
    [InlineData("{{eq 1 1}} {{eq 1 2}} {{eq 1 2 1}} {{eq \"a\" \"a\"}} {{eq true true}} {{eq 1.5 1.5}} {{eq 1i 1i}}", "true false true true true true true")]
    [InlineData("{{eq .n 3.0}} {{eq .s \"abc\"}} {{ne .s \"abc\"}} {{eq .b true}} {{eq 'a' 97}} {{eq (index .s 0) 97}}", "true true false true true true")]
    [InlineData("{{eq .nil nil}} {{eq nil .nil}} {{eq .nil \"x\"}} {{eq \"x\" .nil}} {{eq .m nil}} {{ne .list nil}} {{eq 1 nil}}", "true true false false false true false")]
    [InlineData("{{lt 1 2}} {{lt 2 1}} {{le 1 1}} {{gt 2 1}} {{ge 1 2}} {{lt 1.5 2.5}} {{lt \"a\" \"b\"}} {{ge \"b\" \"a\"}}", "true false true true false true true true")]
    [InlineData("{{lt .n 4.0}} {{gt .f 2.0}} {{le \"\\xff\" \"a\"}} {{lt (index .s 0) 98}}", "true true false true")]
    [InlineData("{{1 | eq 1}} {{.s | ne \"x\"}} {{3 | lt 2}}", "true true true")]
    public void Comparisons_compare_values_of_one_kind(string template, string expected) => Assert.Equal(expected, Rendering.Render(template));

    [Theory]
    [InlineData("{{len .s}} {{len .u}} {{len .list}} {{len .m}} {{len \"\"}} {{.list | len}}", "3 9 3 3 0 3")]
    [InlineData("{{index .list 0}} {{index .m \"a\"}} {{index .deep \"er\" \"k\"}} {{index .s 1}} {{index .s}} {{1 | index .list}}", "a 1 v 98 abc b")]
    [InlineData("{{index .m \"none\"}} {{index .m \"z\"}} {{range $i, $x := .list}}{{index $.list $i}}{{end}}", "<no value> <no value> abc")]
    [InlineData("{{slice .s}} {{slice .s 1}} {{slice .s 1 2}} {{slice .s 3}}|{{slice .s 0 0}}|{{slice .u 0 2}}", "abc bc b ||ü")]
    [InlineData("{{slice .list}} {{slice .list 1}} {{slice .list 1 2}} {{slice .list 1 2 3}} {{slice .list 3}}", "[a b c] [b c] [b] [b] []")]
    [InlineData("{{slice .list 0 4}} {{slice (slice .list 1 2) 0 3}} {{slice (slice .list 0 1 2) 0 2}}", "[a b c <nil>] [b c <nil>] [a b]")]
    public void Index_slice_and_len_look_inside(string template, string expected) => Assert.Equal(expected, Rendering.Render(template));

    [Theory]
    [InlineData("{{print}}|{{print 1 2}}|{{print \"a\" \"b\"}}|{{print 1 \"a\" 2}}|{{print nil}}|{{print 1 nil true}}", "|1 2|ab|1a2|<nil>|1 <nil> true")]
    [InlineData("{{println}}|{{println \"a\" 1}}|", "\n|a 1\n|")]
    [InlineData("{{print .nil .list .m}}", "<nil> [a b c] map[a:1 b:x z:<nil>]")]
    [InlineData("{{html .h}}", "&lt;a href=&#34;x&#34;&gt;&amp;&#39;y&#39;&lt;/a&gt;")]
    [InlineData("{{html}}{{html \"a\\x00b\"}}{{html nil}}{{html 1 2 \"<\"}}{{.h | html | len}}", "a\uFFFDb&lt;no value&gt;1 2&lt;52")]
    [InlineData("{{js .h}}", @"\u003Ca href\u003D\""x\""\u003E\u0026\'y\'\u003C/a\u003E")]
    [InlineData("{{js \"\\\\ \\n \\x7f \\u2028 ü ☃ \\U0001F600\"}}", "\\\\ \\u000A \u007f \\u2028 ü ☃ \U0001F600")]
    [InlineData("{{urlquery \"http://www.example.org/\"}} {{urlquery \"a b+c~-_.*ü\"}} {{urlquery 1 2}}", "http%3A%2F%2Fwww.example.org%2F a+b%2Bc~-_.%2A%C3%BC 1+2")]
    public void Printing_and_escaping_make_texts(string template, string expected) => Assert.Equal(expected, Rendering.Render(template));

    [Fact]
    public void A_map_of_texts_gives_empty_texts_for_what_it_lacks()
    {
        var data = TemplateValue.FromMap([new("query", TemplateValue.FromTextMap([new("b", "2"), new("a", "1")]))]);
        Assert.Equal("[] 1 map[a:1 b:2]", Rendering.Render("[{{index .query \"x\"}}] {{.query.a}} {{.query}}", data));
        Assert.Equal("map[string]string{\"a\":\"1\", \"b\":\"2\"} map[string]string", Rendering.Render("{{printf \"%#v %T\" .query .query}}", data));
        Assert.Equal("a=1,b=2,", Rendering.Render("{{range $k, $v := .query}}{{$k}}={{$v}},{{end}}", data));
        Assert.Equal("[] <no value>", Rendering.Render("[{{.query.x}}] {{.x}}", data, MissingKey.Zero));
        Assert.Equal("[<no value>]", Rendering.Render("[{{.query.x}}]", data, MissingKey.NoValue));
    }

    [Theory]
    [InlineData("{{.x}}", "<no value>")]
    [InlineData("{{.x.y.z}}", "<no value>")]
    [InlineData("{{if .x}}n{{else}}e{{end}}{{range .x}}n{{else}}e{{end}}{{with .x}}n{{else}}e{{end}}", "eee")]
    [InlineData("{{print .x}} {{html .x}} {{not .x}} {{eq .x nil}}", "<nil> &lt;no value&gt; true true")]
    public void What_is_missing_is_no_value_unless_it_is_an_error(string template, string expected) =>
        Assert.Equal(expected, Rendering.Render(template, missingKey: MissingKey.NoValue));
}
