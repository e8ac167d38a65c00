using System.Text;

namespace Matchbox.Templates.Tests;

/// <summary>Seeded random templates: each parses and executes, or says why not, and none throws.</summary>
public class HostileTemplatesTests
{
    private static readonly TemplateLimits Small = new() { MaxSteps = 5_000, MaxOutputBytes = 20_000, MaxDepth = 20 };

    private static readonly string[] Words =
    [
        "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue", "nil", "true", "and", "or", "not", "eq", "lt",
        "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "call", "$", "$x", "$y", ".", ".s", ".list", ".m", ".m.a", ".nil",
        ".n", ".none", "1", "-1", "0", "2", "1.5", "1i", "0x1p3", "'a'", "\"x\"", "\"%d %v\"", "\"%#[2]*.3q%\"", "`raw`", "(", ")", "|", ":=", "=", ",", "\"a\"",
        "{{", "}}", "{{-", "-}}", "}} text {{", "/*", "*/", "\n", "9223372036854775807", "\"\\xff\"",
    ];

    private static readonly string[] Seeds =
    [
        "a {{- if .b}}{{.s | printf \"%-5s|%q\" \"x\"}}{{else if .no}}{{.n}}{{else}}{{.f}}{{end -}} b",
        "{{range $i, $x := .list}}{{$i}}:{{$x}}{{if eq $i 1}}{{continue}}{{end}},{{else}}none{{end}}",
        "{{define \"x\"}}[{{. | html}}]{{end}}{{template \"x\" .m}}{{block \"y\" .nums}}{{range .}}{{printf \"%08.3f\" .}}{{end}}{{end}}",
        "{{with $x := index .deep \"er\"}}{{$x.k | len | printf \"%05d\"}}{{slice \"abc\" 1 2}}{{end}}{{/* c */}}{{`raw` | js}}",
    ];

    [Fact]
    public void Templates_made_of_words_never_throw() => Try(10_000, 3, random =>
    {
        var text = new StringBuilder("{{");
        for (var count = random.Next(1, 25); count > 0; count--)
        {
            text.Append(Words[random.Next(Words.Length)]).Append(random.Next(4) == 0 ? "" : " ");
        }
        return Encoding.UTF8.GetBytes(text.Append("}}").ToString());
    });

    [Fact]
    public void Templates_with_changed_bytes_never_throw() => Try(10_000, 4, random =>
    {
        var bytes = Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]).ToList();
        for (var count = random.Next(1, 6); count > 0 && bytes.Count > 0; count--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(0, at).ToArray());
                    break;
            }
        }
        return [.. bytes];
    });

    [Fact]
    public void Templates_of_the_grammar_parse_and_never_throw()
    {
        var parsed = Try(5_000, 5, random => Encoding.UTF8.GetBytes(Statements(random, 3)));
        Assert.InRange(parsed, 4_000, 5_000);
    }

    [Fact]
    public void Formats_of_any_kind_never_throw() => Try(8_000, 6, random =>
    {
        const string Symbols = "%%%%%+-# 0123456789.*[]dvsqxXoObceEfFgGtTUpwz";
        var format = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Symbols[random.Next(Symbols.Length)]));
        var operands = string.Join(' ', Enumerable.Range(0, random.Next(0, 4)).Select(_ => Operand(random, 1)));
        return Encoding.UTF8.GetBytes($"{{{{printf `{format}` {operands}}}}}");
    });

    [Theory]
    [InlineData("{{$x := 1}}")]
    [InlineData("{{define `x`}} {{end}}")]
    [InlineData(" {{/**/}}")]
    [InlineData("{{if 1}}{{else}}{{end}}")]
    [InlineData("{{$y := $x}}")]
    public void Long_templates_take_time_in_proportion(string piece)
    {
        var text = "{{$x := 1}}" + string.Concat(Enumerable.Repeat(piece, 50_000)) + "{{$x}}";
        Assert.True(Template.TryParse("t", text, MissingKey.Error, out var template, out var error), error?.Message);
        _ = template.TryExecute(default, TemplateLimits.Default, out _, out _, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_format_of_open_brackets_is_read_once()
    {
        var text = $"{{{{printf `{string.Concat(Enumerable.Repeat("%[%", 60_000))}`}}}}";
        Assert.True(Template.TryParse("t", text, MissingKey.Error, out var template, out var error), error?.Message);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.True(template.TryExecute(default, TemplateLimits.Default, out _, out error, TestContext.Current.CancellationToken), error?.Message);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("0x", "1", "p-4")]
    [InlineData("0x1.", "f", "p4")]
    [InlineData("", "1", "e-5")]
    [InlineData("", "9", "")]
    [InlineData("\"", "\\x41", "\"")]
    public void Long_literals_take_time_in_proportion(string before, string piece, string after)
    {
        var text = $"{{{{{before}{string.Concat(Enumerable.Repeat(piece, 200_000))}{after}}}}}";
        _ = Template.TryParse("t", text, MissingKey.Error, out _, out _);
    }

    private static int Try(int rounds, int seed, Func<Random, byte[]> make)
    {
        var random = new Random(seed);
        var data = Rendering.Json(Rendering.Data);
        var parsed = 0;
        for (var round = 0; round < rounds; round++)
        {
            var text = make(random);
            if (Template.TryParse("t", text, (MissingKey)random.Next(3), out var template, out var error))
            {
                parsed++;
                if (template.TryExecute(data, Small, out var output, out error))
                {
                    Assert.InRange(output.Length, 0, Small.MaxOutputBytes);
                    continue;
                }
            }
            Assert.StartsWith("template: t:", error!.Message, StringComparison.Ordinal);
        }
        return parsed;
    }

    private static string Statements(Random random, int depth) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Statement(random, depth)));

    private static string Statement(Random random, int depth) => (depth == 0 ? random.Next(3) : random.Next(8)) switch
    {
        0 => "text ",
        1 or 2 => $"{{{{{(random.Next(2) == 0 ? "- " : "")}{Pipeline(random, depth)}}}}}",
        3 => $"{{{{if {Pipeline(random, depth)}}}}}{Statements(random, depth - 1)}{{{{else}}}}{Statements(random, depth - 1)}{{{{end}}}}",
        4 => $"{{{{with {Pipeline(random, depth)}}}}}{Statements(random, depth - 1)}{{{{end}}}}",
        5 => $"{{{{range $x, $y := {Pipeline(random, depth)}}}}}{Statements(random, depth - 1)}{{{{break}}}}{{{{end}}}}",
        6 => $"{{{{range {Pipeline(random, depth)}}}}}{{{{continue}}}}{{{{else}}}}{Statements(random, depth - 1)}{{{{end}}}}",
        _ => $"{{{{$z := {Pipeline(random, depth)}}}}}{{{{$z}}}}",
    };

    private static string Pipeline(Random random, int depth) => random.Next(3) switch
    {
        0 => Operand(random, depth),
        1 => Call(random, depth),
        _ => $"{Operand(random, depth)} | {Call(random, depth)}",
    };

    private static string Call(Random random, int depth)
    {
        string[] functions = ["and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "call"];
        var arguments = Enumerable.Range(0, random.Next(0, 4)).Select(_ => Operand(random, depth));
        return $"{functions[random.Next(functions.Length)]} {string.Join(' ', arguments)}";
    }

    private static string Operand(Random random, int depth) => (depth == 0 ? random.Next(7) : random.Next(9)) switch
    {
        0 => ".",
        1 => ".list",
        2 => "." + "s n f b m nil none nums nl u".Split(' ')[random.Next(10)],
        3 => random.Next(-2, 5).ToString(System.Globalization.CultureInfo.InvariantCulture),
        4 => "\"%5.1f\\xff☃\"",
        5 => "1 1.5 1i 'x' true nil $ $.m".Split(' ')[random.Next(8)],
        6 => "$.deep.er",
        7 => $"({Pipeline(random, depth - 1)})",
        _ => $"({Pipeline(random, depth - 1)}).k",
    };
}
