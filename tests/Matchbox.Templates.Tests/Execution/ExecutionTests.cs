namespace Matchbox.Templates.Tests.Execution;

/// <summary>Templates that fit their data.</summary>
public class ExecutionTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("some text", "some text")]
    [InlineData("{ { } } {x} }}", "{ { } } {x} }}")]
    [InlineData("{{/* a comment */}}x{{- /* trimmed */ -}} y", "xy")]
    [InlineData("a {{- 1}} b {{2 -}} c {{- 3 -}} d", "a1 b 2c3d")]
    [InlineData("a \n\t {{- \"x\" -}} \r\n b", "axb")]
    [InlineData("{{-3}}{{- 3 -}}", "-33")]
    [InlineData("{{3 -}} ", "3")]
    [InlineData("{{print\n1\r\n\t2}}", "1 2")]
    [InlineData("{{.}}", "map[b:true]", """{ "b": true }""")]
    public void Text_and_actions_come_out_in_order(string template, string expected, string data = Rendering.Data) =>
        Assert.Equal(expected, Rendering.Render(template, data));

    [Theory]
    [InlineData("{{1}} {{-1}} {{+1}} {{0x1F}} {{0X1f}} {{0b11}} {{0o17}} {{017}} {{1_000}} {{0x_1}}", "1 -1 1 31 31 3 15 15 1000 1")]
    [InlineData("{{'a'}} {{'\\n'}} {{'\\x41'}} {{'\\u263a'}} {{'☃'}} {{'\\''}} {{'\\101'}}", "97 10 65 9786 9731 39 65")]
    [InlineData("{{1.5}} {{.5}} {{1.}} {{1e3}} {{1E-7}} {{0x1p4}} {{0x1.8p1}} {{1_0.5}} {{-0.0}}", "1.5 0.5 1 1000 1e-07 16 3 10.5 -0")]
    [InlineData("{{1i}} {{1.5i}} {{1+2i}} {{1e2-3.5i}} {{0i}}", "(0+1i) (0+1.5i) (1+2i) (100-3.5i) (0+0i)")]
    [InlineData("{{true}} {{false}}", "true false")]
    [InlineData("{{\"\\u00e9\\x41\\101\\a\\t\\\\\\\"\"}}", "éAA\a\t\\\"")]
    [InlineData("{{`raw\\n\"x\"\r\n`}}", "raw\\n\"x\"\n")]
    [InlineData("{{0xFFFFFFFFFFFFFFF}} {{-9223372036854775808}} {{0xEE}}", "1152921504606846975 -9223372036854775808 238")]
    [InlineData("{{printf \"%T %T %T %T %T %T\" 1 1.0 'a' 1i \"\" true}}", "int float64 int complex128 string bool")]
    [InlineData("{{printf \"%T %T %T\" 1e3 0x1p1 0x1e3}}", "float64 float64 int")]
    public void Literals_mean_what_they_mean_in_Go(string template, string expected) => Assert.Equal(expected, Rendering.Render(template));

    [Theory]
    [InlineData("{{.s}} {{.n}} {{.f}} {{.big}} {{.neg}} {{.b}} {{.nil}} {{.zero}}", "abc 3 2.5 1.234567e+06 -7 true <no value> 0")]
    [InlineData("{{.list}} {{.nums}} {{.nl}} {{.el}} {{.em}}", "[a b c] [1 2.5 1e+21] [<nil> 1] [] map[]")]
    [InlineData("{{.m}} {{.m.a}} {{.deep.er.k}} {{$.deep.er}}", "map[a:1 b:x z:<nil>] 1 v map[k:v]")]
    [InlineData("{{(.deep).er.k}} {{(index .m \"b\")}} {{(index .deep \"er\").k}}", "v x v")]
    public void Fields_lead_into_the_data(string template, string expected) => Assert.Equal(expected, Rendering.Render(template));

    [Theory]
    [InlineData("{{$x := 1}}{{$x}}{{$x = 2}}{{$x}}", "12")]
    [InlineData("{{.s | }}{{$ := 7}}{{$}}", "abc7")]
    [InlineData("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2")]
    [InlineData("{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}", "21")]
    [InlineData("{{$x := .deep}}{{$x.er.k}}", "v")]
    [InlineData("{{with $x := .s}}{{$x}}{{.}}{{end}}", "abcabc")]
    [InlineData("{{with .deep}}{{$.s}}{{.er.k}}{{end}}", "abcv")]
    [InlineData("{{$x := 1 | printf \"%d-%d\" 2}}{{$x}}", "2-1")]
    [InlineData("{{$ñ := 1}}{{$ñ}}", "1")]
    [InlineData("{{print ($x := 3)}}{{$x}}", "33")]
    [InlineData("{{$x := 0}}{{range $x = .list}}{{end}}{{$x}}", "c")]
    [InlineData("{{$i := 9}}{{$x := 9}}{{range $i, $x = .list}}{{end}}{{$i}}{{$x}}", "2c")]
    public void Variables_live_until_the_end_of_their_block(string template, string expected) =>
        Assert.Equal(expected, Rendering.Render(template));

    [Theory]
    [InlineData("{{if .b}}y{{end}}{{if .no}}n{{end}}{{if .no}}n{{else}}e{{end}}", "ye")]
    [InlineData("{{if .no}}1{{else if .zero}}2{{else if .s}}3{{else}}4{{end}}", "3")]
    [InlineData("{{if .nil}}n{{else}}e{{end}}{{if .el}}n{{else}}e{{end}}{{if .em}}n{{else}}e{{end}}{{if .e}}n{{else}}e{{end}}", "eeee")]
    [InlineData("{{if 0}}n{{else}}e{{end}}{{if 0.0}}n{{else}}e{{end}}{{if 0i}}n{{else}}e{{end}}{{if 1i}}y{{end}}", "eeey")]
    [InlineData("{{if .list}}y{{end}}{{if .m}}y{{end}}{{if .f}}y{{end}}{{if \"false\"}}y{{end}}", "yyyy")]
    [InlineData("{{with .s}}{{.}}{{else}}e{{end}}{{with .e}}n{{else}}{{.s}}{{end}}", "abcabc")]
    [InlineData("{{with .e}}1{{else with .nil}}2{{else with .f}}{{.}}{{else}}4{{end}}", "2.5")]
    public void Conditions_take_what_is_not_empty(string template, string expected) => Assert.Equal(expected, Rendering.Render(template));

    [Theory]
    [InlineData("{{range .list}}<{{.}}>{{end}}{{range .el}}n{{else}}e{{end}}{{range .nil}}n{{else}}e{{end}}", "<a><b><c>ee")]
    [InlineData("{{range $x := .list}}{{$x}}{{end}}{{range $i, $x := .list}}{{$i}}{{$x}}{{end}}", "abc0a1b2c")]
    [InlineData("{{range .m}}[{{.}}]{{end}}{{range $k, $v := .m}}{{$k}}={{$v}};{{end}}{{range .em}}n{{else}}e{{end}}", "[1][x][<no value>]a=1;b=x;z=<no value>;e")]
    [InlineData("{{range 3}}{{.}}{{end}}{{range $i := 2}}{{$i}}{{end}}{{range 0}}n{{else}}e{{end}}{{range -1}}n{{else}}e{{end}}", "01201ee")]
    [InlineData("{{range len .list}}{{.}}{{end}}{{range index \"\\x03\" 0}}{{printf \"%T\" .}}{{end}}", "012uint8uint8uint8")]
    [InlineData("{{range .list}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}}", "ac")]
    [InlineData("{{range .list}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{else}}n{{end}}", "a")]
    [InlineData("{{range $x := .list}}{{range $y := $.list}}{{if eq $y \"b\"}}{{break}}{{end}}{{$x}}{{$y}} {{end}}{{end}}", "aa ba ca ")]
    [InlineData("{{range .list}}{{with 1}}{{continue}}{{end}}n{{end}}", "")]
    [InlineData("{{range $i, $x := .list}}{{$y := $x}}{{if $i}},{{end}}{{$y}}{{end}}", "a,b,c")]
    [InlineData("{{range .nl}}{{.}} {{end}}", "<no value> 1 ")]
    public void Ranges_go_over_lists_maps_and_ints(string template, string expected) => Assert.Equal(expected, Rendering.Render(template));

    [Theory]
    [InlineData("{{define \"x\"}}[{{.}}]{{end}}{{template \"x\" .s}}{{template \"x\"}}{{template `x` 3}}", "[abc][<no value>][3]")]
    [InlineData("{{block \"x\" .list}}{{range .}}{{.}}{{end}}{{end}}{{template \"x\" .nums}}", "abc12.51e+21")]
    [InlineData("{{define \"x\"}}{{$}}{{end}}{{with .s}}{{template \"x\" .}}{{end}}", "abc")]
    [InlineData("{{define \"x\"}}a{{end}}{{define \"x\"}} {{end}}{{template \"x\"}}", "a")]
    [InlineData("{{define \"x\"}} {{end}}{{define \"x\"}}b{{end}}{{template \"x\"}}", "b")]
    [InlineData("{{define \"f\"}}{{if .}}{{.}} {{template \"f\" (slice . 1)}}{{end}}{{end}}{{template \"f\" \"321\"}}", "321 21 1 ")]
    [InlineData("{{define \"t\"}}own{{end}}", "own")]
    [InlineData("{{template \"x\" $y := 3}}{{$y}}{{define \"x\"}}{{.}}{{end}}", "33")]
    public void Templates_call_templates(string template, string expected) => Assert.Equal(expected, Rendering.Render(template));
}
