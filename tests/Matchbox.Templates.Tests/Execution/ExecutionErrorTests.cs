namespace Matchbox.Templates.Tests.Execution;

/// <summary>Templates that do not fit their data, and what Go says of them: place, template, node, reason.</summary>
public class ExecutionErrorTests
{
    [Theory]
    [InlineData("{{.missing}}", "1:2", ".missing", "map has no entry for key \"missing\"")]
    [InlineData("{{if .missing}}{{end}}", "1:5", ".missing", "map has no entry for key \"missing\"")]
    [InlineData("a\nbc{{.deep.er.none}}", "2:9", ".deep.er.none", "map has no entry for key \"none\"")]
    [InlineData("ü{{.deep.x}}", "1:9", ".deep.x", "map has no entry for key \"x\"")]
    [InlineData("{{.nil.x}}", "1:6", ".nil.x", "nil pointer evaluating interface {}.x")]
    [InlineData("{{range .nl}}{{.x}}{{end}}", "1:15", ".x", "nil pointer evaluating interface {}.x")]
    [InlineData("{{$x := .nil}}{{$x.y}}", "1:18", "$x.y", "nil data; no entry for key \"y\"")]
    [InlineData("{{.s.x}}", "1:4", ".s.x", "can't evaluate field x in type interface {}")]
    [InlineData("{{with .s}}{{.x}}{{end}}", "1:13", ".x", "can't evaluate field x in type string")]
    [InlineData("{{with .list}}{{.x}}{{end}}", "1:16", ".x", "can't evaluate field x in type []interface {}")]
    [InlineData("{{.s \"x\"}}", "1:2", ".s", "s is not a method but has arguments")]
    [InlineData("{{1 | .s}}", "1:6", ".s", "s is not a method but has arguments")]
    [InlineData("{{1 2}}", "1:2", "1", "can't give argument to non-function 1")]
    [InlineData("{{. 2}}", "1:2", ".", "can't give argument to non-function .")]
    [InlineData("{{$ 2}}", "1:2", "$", "can't give argument to non-function $")]
    [InlineData("{{nil}}", "1:2", "nil", "nil is not a command")]
    [InlineData("{{9223372036854775808}}", "1:2", "9223372036854775808", "9223372036854775808 overflows int")]
    [InlineData("{{$x = 1}}", "1:7", "1", "undefined variable: $x")]
    [InlineData("{{and false ($q := 1)}}{{$q}}", "1:25", "$q", "undefined variable: $q")]
    [InlineData("{{template \"x\"}}", "1:11", "{{template \"x\"}}", "template \"x\" not defined")]
    [InlineData("{{template \"a%d\" .s}}", "1:11", "{{template \"a%d\" .s}}", "template \"a%d\" not defined")]
    [InlineData("{{range .s}}{{end}}", "1:8", ".s", "range can't iterate over abc")]
    [InlineData("{{range .big}}{{end}}", "1:8", ".big", "range can't iterate over 1.234567e+06")]
    [InlineData("{{range true}}{{end}}", "1:8", "true", "range can't iterate over true")]
    [InlineData("{{range $i, $x := 3}}{{end}}", "1:18", "3", "can't use 3 to iterate over more than one variable")]
    [InlineData("{{len}}", "1:2", "len", "wrong number of args for len: want 1 got 0")]
    [InlineData("{{len 1 2}}", "1:2", "len", "wrong number of args for len: want 1 got 2")]
    [InlineData("{{print (len 1 2)}}", "1:9", "len", "wrong number of args for len: want 1 got 2")]
    [InlineData("{{1 | lt}}", "1:6", "lt", "wrong number of args for lt: want 2 got 1")]
    [InlineData("{{eq}}", "1:2", "eq", "wrong number of args for eq: want at least 1 got 0")]
    [InlineData("{{printf}}", "1:2", "printf", "wrong number of args for printf: want at least 1 got 0")]
    [InlineData("{{printf 3}}", "1:9", "3", "expected string; found 3")]
    [InlineData("{{printf nil}}", "1:9", "nil", "cannot assign nil to string")]
    [InlineData("{{printf .n}}", "1:9", ".n", "wrong type for value; expected string; got float64")]
    [InlineData("{{printf .nil}}", "1:9", ".nil", "wrong type for value; expected string; got interface {}")]
    [InlineData("{{printf (.nil | print | len)}}", "1:25", "len", "wrong type for value; expected string; got int")]
    [InlineData("{{.n | printf}}", "1:7", "printf", "wrong type for value; expected string; got float64")]
    [InlineData("{{len .n}}", "1:2", "len .n", "error calling len: len of type float64")]
    [InlineData("{{len .nil}}", "1:2", "len .nil", "error calling len: len of nil pointer")]
    [InlineData("{{len nil}}", "1:2", "len nil", "error calling len: reflect: call of reflect.Value.Type on zero Value")]
    [InlineData("{{index .list 3}}", "1:2", "index .list 3", "error calling index: reflect: slice index out of range")]
    [InlineData("{{index .list 4}}", "1:2", "index .list 4", "error calling index: index out of range: 4")]
    [InlineData("{{index .list -1}}", "1:2", "index .list -1", "error calling index: index out of range: -1")]
    [InlineData("{{index .list .n}}", "1:2", "index .list .n", "error calling index: cannot index slice/array with type float64")]
    [InlineData("{{index .list nil}}", "1:2", "index .list nil", "error calling index: cannot index slice/array with nil")]
    [InlineData("{{index .m 1}}", "1:2", "index .m 1", "error calling index: value has type int; should be string")]
    [InlineData("{{index .m nil}}", "1:2", "index .m nil", "error calling index: value is nil; should be of type string")]
    [InlineData("{{index .n 1}}", "1:2", "index .n 1", "error calling index: can't index item of type float64")]
    [InlineData("{{index nil 1}}", "1:2", "index nil 1", "error calling index: index of untyped nil")]
    [InlineData("{{index .m \"z\" \"y\"}}", "1:2", "index .m \"z\" \"y\"", "error calling index: index of nil pointer")]
    [InlineData("{{index .s 3}}", "1:2", "index .s 3", "error calling index: reflect: string index out of range")]
    [InlineData("{{slice .s 2 1}}", "1:2", "slice .s 2 1", "error calling slice: invalid slice index: 2 > 1")]
    [InlineData("{{slice .s 4}}", "1:2", "slice .s 4", "error calling slice: index out of range: 4")]
    [InlineData("{{slice .s 0 1 2}}", "1:2", "slice .s 0 1 2", "error calling slice: cannot 3-index slice a string")]
    [InlineData("{{slice .s 0 1 2 3}}", "1:2", "slice .s 0 1 2 3", "error calling slice: too many slice indexes: 4")]
    [InlineData("{{slice .list .n}}", "1:2", "slice .list .n", "error calling slice: cannot index slice/array with type interface {}")]
    [InlineData("{{slice .list 1 3 2}}", "1:2", "slice .list 1 3 2", "error calling slice: invalid slice index: 3 > 2")]
    [InlineData("{{slice .m 1}}", "1:2", "slice .m 1", "error calling slice: can't slice item of type map[string]interface {}")]
    [InlineData("{{slice nil}}", "1:2", "slice nil", "error calling slice: slice of untyped nil")]
    [InlineData("{{eq 1}}", "1:2", "eq 1", "error calling eq: missing argument for comparison")]
    [InlineData("{{eq .n 3}}", "1:2", "eq .n 3", "error calling eq: incompatible types for comparison: float64 and int")]
    [InlineData("{{eq 3.0 3}}", "1:2", "eq 3.0 3", "error calling eq: incompatible types for comparison: float64 and int")]
    [InlineData("{{eq .s .b}}", "1:2", "eq .s .b", "error calling eq: incompatible types for comparison: string and bool")]
    [InlineData("{{if ne .list .s}}{{end}}", "1:5", "ne .list .s", "error calling ne: incompatible types for comparison: []interface {} and string")]
    [InlineData("{{eq .list .list}}", "1:2", "eq .list .list", "error calling eq: non-comparable type [a b c]: []interface {}")]
    [InlineData("{{eq .list .em}}", "1:2", "eq .list .em", "error calling eq: non-comparable types [a b c]: []interface {}, map[string]interface {}: map[]")]
    [InlineData("{{lt true false}}", "1:2", "lt true false", "error calling lt: invalid type for comparison")]
    [InlineData("{{lt .nil 1}}", "1:2", "lt .nil 1", "error calling lt: invalid type for comparison")]
    [InlineData("{{le 1i 2i}}", "1:2", "le 1i 2i", "error calling le: invalid type for comparison")]
    [InlineData("{{gt .n 1}}", "1:2", "gt .n 1", "error calling gt: incompatible types for comparison: float64 and int")]
    [InlineData("{{call .s 1}}", "1:2", "call .s 1", "error calling call: non-function .s of type string")]
    [InlineData("{{call nil}}", "1:2", "call nil", "error calling call: call of nil")]
    [InlineData("{{print (call 1)}}", "1:9", "call 1", "error calling call: non-function 1 of type int")]
    public void A_template_that_does_not_fit_fails_in_the_words_of_Go(string template, string place, string node, string reason)
    {
        var error = Rendering.ErrorOf(template);
        Assert.Equal($"template: t:{place}: executing \"t\" at <{node}>: {reason}", error.Message);
        Assert.Equal(TemplateErrorKind.Execution, error.Kind);
        Assert.Equal(place, $"{error.Line}:{error.Column}");
    }

    [Fact]
    public void An_error_names_the_template_that_was_at_work()
    {
        var error = Rendering.ErrorOf("{{define \"in \\\"x\"}}\n {{.gone}}{{end}}{{template \"in \\\"x\" .}}");
        Assert.Equal("template: t:2:3: executing \"in \\\"x\" at <.gone>: map has no entry for key \"gone\"", error.Message);
    }

    [Fact]
    public void There_is_no_output_beside_an_error()
    {
        Assert.True(Template.TryParse("", "text {{.x}}", MissingKey.Error, out var template, out _));
        Assert.False(template.TryExecute(TemplateValue.Nil, TemplateLimits.Default, out var output, out var error, TestContext.Current.CancellationToken));
        Assert.Null(output);
        Assert.Equal("template: :1:7: executing \"\" at <.x>: nil data; no entry for key \"x\"", error.Message);
    }
}
