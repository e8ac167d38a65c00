using System.Text;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Tests.Yaml;

public sealed class YamlAliasGuardTests
{
    [Theory]
    [InlineData("a: &x b\nc: [*x, *x]\n", null)]
    [InlineData("&x [*x]", "yaml: anchor 'x' value contains itself")]
    [InlineData("a: &x {b: [c, {d: *x}]}\ne: *x", "yaml: anchor 'x' value contains itself")]
    public void A_circle_is_found_where_it_closes(string text, string? expected) => Assert.Equal(expected, Walk(text));

    [Fact]
    public void A_document_that_expands_to_billions_of_nodes_is_refused()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i <= 9; i++)
        {
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }
        Assert.Equal("yaml: document contains excessive aliasing", Walk(bomb.ToString()));
    }

    [Fact]
    public void An_anchor_that_is_used_often_is_no_harm() =>
        Assert.Null(Walk("a: &a [x, y]\nb:\n" + string.Concat(Enumerable.Repeat("- *a\n", 20_000))));

    private static string? Walk(string text)
    {
        Assert.True(YamlReader.TryRead(Encoding.UTF8.GetBytes(text), out var root, out var error), error);
        return Walk(root!, new YamlAliasGuard());
    }

    private static string? Walk(YamlNode node, YamlAliasGuard guard)
    {
        if (!guard.TryCount(out var error))
        {
            return error;
        }
        if (node.Target is null)
        {
            return node.Content.Select(child => Walk(child, guard)).FirstOrDefault(problem => problem is not null);
        }
        if (!guard.TryEnter(node, out error))
        {
            return error;
        }
        error = Walk(node.Target, guard);
        guard.Leave(node);
        return error;
    }
}
