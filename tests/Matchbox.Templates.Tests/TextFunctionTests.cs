using System.Text;

namespace Matchbox.Templates.Tests;

public class TextFunctionTests
{
    private static readonly HashSet<string> Names = ["shout", "len"];

    [Theory]
    [InlineData("{{ shout \"a\" }}", "A!")]
    [InlineData("{{ \"a\" | shout }}", "A!")]
    [InlineData("{{ shout .name | printf \"%q\" }}", "\"X!\"")]
    [InlineData("{{ if eq (shout \"a\") \"A!\" }}yes{{ end }}", "yes")]
    [InlineData("{{ len \"abc\" }}", "3")]
    public void A_function_that_was_given_is_called_and_Gos_own_stay_Gos(string text, string expected) => Assert.Equal(expected, Run(text, new Shout()));

    [Theory]
    [InlineData("{{ shout }}", "template: t:1:3: executing \"t\" at <shout>: wrong number of args for shout: want 1 got 0")]
    [InlineData("{{ shout \"a\" \"b\" }}", "template: t:1:3: executing \"t\" at <shout>: wrong number of args for shout: want 1 got 2")]
    [InlineData("{{ shout 1 }}", "template: t:1:9: executing \"t\" at <1>: expected string; found 1")]
    [InlineData("{{ shout \"\" }}", "template: t:1:3: executing \"t\" at <shout \"\">: error calling shout: nothing to shout")]
    public void It_complains_in_Gos_words(string text, string expected) => Assert.Equal(expected, Run(text, new Shout()));

    [Fact]
    public void Without_it_the_name_is_not_defined()
    {
        Assert.False(Template.TryParse("t", "{{ shout \"a\" }}", MissingKey.Error, out _, out var error));
        Assert.Equal("template: t:1: function \"shout\" not defined", error.Message);
        Assert.Contains("it is not given here", Run("{{ shout \"a\" }}", null), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_calls_are_known_by_their_places_before_anything_is_executed()
    {
        Assert.True(Template.TryParse("t", "a\n{{ if .x }}{{ shout \"b\" }}{{ end }}\n {{ shout .x }}"u8, MissingKey.Error, out var template, out _, Names));
        Assert.Equal([new TextFunctionCall("shout", "b", 2, 14), new TextFunctionCall("shout", null, 3, 4)], template.TextCalls);
    }

    private static string Run(string text, ITextFunctions? functions)
    {
        Assert.True(Template.TryParse("t", Encoding.UTF8.GetBytes(text), MissingKey.Error, out var template, out var error, Names), error?.Message);
        var data = TemplateValue.FromMap([KeyValuePair.Create("name", TemplateValue.FromString("x"))]);
        return template.TryExecute(data, TemplateLimits.Default, out var output, out error, functions) ? Encoding.UTF8.GetString(output) : error.Message;
    }

    private sealed class Shout : ITextFunctions
    {
        public string? Call(string function, ReadOnlySpan<byte> argument, out byte[] result)
        {
            result = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(argument).ToUpperInvariant() + "!");
            return argument.Length == 0 ? "nothing to shout" : null;
        }
    }
}
