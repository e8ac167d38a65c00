namespace Matchbox.Templates.Tests;

/// <summary>Hostile templates end with an error: no endless loop, no flood of memory, no end of the stack.</summary>
public class LimitsTests
{
    [Theory]
    [InlineData("{{range 9223372036854775807}}{{end}}", "exceeded maximum of 1000000 steps")]
    [InlineData("{{range 1000}}{{range 1000}}{{range 1000}}{{end}}{{end}}{{end}}", "exceeded maximum of 1000000 steps")]
    [InlineData("{{range 1000000}}{{$x := printf \"%1000000d\" 1}}{{end}}", "exceeded maximum of 1000000 steps")]
    [InlineData("{{$x := \"0123456789\"}}{{range 100}}{{$x = print $x $x}}{{end}}", "output exceeds 16777216 bytes")]
    [InlineData("{{range 100000}}{{printf \"%1000000d\" 1}}{{end}}", "output exceeds 16777216 bytes")]
    [InlineData("{{printf \"%1000000d%1000000d\" 1 2 | html | js | urlquery | printf \"%x%[1]x%[1]x%[1]x%[1]x\"}}", "output exceeds 16777216 bytes")]
    [InlineData("{{$x := printf \"%1000000d\" 1}}{{$x = print $x $x $x $x}}{{range 9223372036854775807}}{{$b := eq MANY }}{{end}}", "exceeded maximum of 1000000 steps")]
    [InlineData("{{$x := printf \"%1000000d\" 1 | urlquery | printf \"%.0s%[1]s\"}}{{range 9223372036854775807}}{{$b := printf $x}}{{end}}", "exceeded maximum of 1000000 steps")]
    [InlineData("{{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}}", "exceeded maximum template depth (1000)")]
    [InlineData("{{define \"x\"}}{{range 2}}{{template \"x\"}}{{end}}{{end}}{{template \"x\"}}", "exceeded maximum template depth (1000)")]
    public void A_limit_is_an_error(string template, string reason)
    {
        var error = Rendering.ErrorOf(template.Replace("MANY", string.Concat(Enumerable.Repeat("$x ", 540)), StringComparison.Ordinal));
        Assert.EndsWith(": " + reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(TemplateErrorKind.Limit, error.Kind);
    }

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("print (", "1", ")")]
    [InlineData("if 1}}{{", "1", "}}{{end")]
    [InlineData("with 1}}{{else with 2}}{{else}}{{", "1", "}}{{end")]
    public void Nesting_has_an_end(string before, string middle, string after)
    {
        var shallow = Nest(before, middle, after, 200);
        Assert.True(Template.TryParse("t", shallow, MissingKey.Error, out var template, out var error), error?.Message);
        Assert.True(template.TryExecute(default, TemplateLimits.Default, out _, out error, TestContext.Current.CancellationToken), error?.Message);
        foreach (var depth in (int[])[2_000, 100_000])
        {
            Assert.False(Template.TryParse("t", Nest(before, middle, after, depth), MissingKey.Error, out _, out error));
            Assert.Equal(TemplateErrorKind.Limit, error.Kind);
            Assert.EndsWith("depth exceeded", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("if 1}}{{", "template \"x\" .", "}}{{end", 300)]
    [InlineData("(", "1", ")", 990)]
    [InlineData("(", "call 1", ")", 990)]
    [InlineData("call (", "1", ")", 990)]
    [InlineData("and 1 (", "1", ")", 400)]
    public void A_small_stack_is_an_error_and_not_the_end(string before, string middle, string after, int depth)
    {
        var body = Nest(before, middle, after, depth);
        var list = TemplateValue.Nil;
        for (var level = 0; level < 5_000; level++)
        {
            list = TemplateValue.FromList([list]);
        }
        // A quarter of a megabyte of stack, and templates in templates until it is full.
        var text = $"{{{{define \"x\"}}}}{body}{{{{template \"x\" .}}}}{{{{end}}}}{{{{if .}}}}{body}{{{{end}}}}{{{{template \"x\" .}}}}";
        foreach (var template in (string[])[text, "{{print .}}" + text])
        {
            TemplateError? error = null;
            var thread = new Thread(
                () => _ = Template.TryParse("t", template, MissingKey.Error, out var parsed, out error)
                    && parsed.TryExecute(list, TemplateLimits.Default, out _, out error),
                256 * 1024);
            thread.Start();
            thread.Join();
            Assert.NotNull(error);
            // What calls a number may be refused for that first.
            Assert.True(error.Kind == TemplateErrorKind.Limit || (error.Kind == TemplateErrorKind.Execution && body.Contains("call", StringComparison.Ordinal)), error.Message);
        }
    }

    [Fact]
    public void The_caller_can_give_up()
    {
        Assert.True(Template.TryParse("t", "{{range 9223372036854775807}}{{end}}", MissingKey.Error, out var template, out _));
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.False(template.TryExecute(default, TemplateLimits.Default, out _, out var error, cancellation.Token));
        Assert.Equal(TemplateErrorKind.Cancelled, error.Kind);
    }

    [Fact]
    public void Limits_are_the_callers()
    {
        Assert.True(Template.TryParse("t", "{{range 100}}x{{end}}", MissingKey.Error, out var template, out _));
        var token = TestContext.Current.CancellationToken;
        Assert.True(template.TryExecute(default, new() { MaxOutputBytes = 100, MaxSteps = 1_000 }, out _, out _, token));
        Assert.False(template.TryExecute(default, new() { MaxOutputBytes = 99 }, out _, out var error, token));
        Assert.Equal("template: t:1:13: executing \"t\" at <text>: output exceeds 99 bytes", error.Message);
        Assert.False(template.TryExecute(default, new() { MaxSteps = 50 }, out _, out error, token));
        Assert.Equal(TemplateErrorKind.Limit, error.Kind);
    }

    private static string Nest(string before, string middle, string after, int depth) =>
        "{{" + string.Concat(Enumerable.Repeat(before, depth)) + middle + string.Concat(Enumerable.Repeat(after, depth)) + "}}";
}
