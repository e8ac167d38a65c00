using System.Text;
using Matchbox.Core.Catalogs;

namespace Matchbox.Core.Tests.Catalogs;

public class ConfigRendererTests
{
    private const string Config = "variant: flatcar\nversion: 1.1.0\nstorage:\n  files: [{path: /etc/name, contents: {inline: '{{.request.query.name}}'}}]\n";

    private static readonly Group Machines = new() { Id = "g", Profile = "p" };

    [Fact]
    public void Machines_that_ask_at_the_same_moment_for_the_same_text_share_one_translation()
    {
        var (renderer, file) = (new ConfigRenderer(), Compiled(Config));
        var configs = new RenderedConfig[64];
        Parallel.For(0, configs.Length, i => configs[i] = renderer.Ignition(file, Machines, Asking("name", "one")));
        Assert.All(configs, config => Assert.Same(configs[0], config));
    }

    [Fact]
    public void What_is_asked_for_again_outlives_any_number_of_other_texts()
    {
        var (renderer, file) = (new ConfigRenderer(), Compiled(Config));
        var kept = renderer.Ignition(file, Machines, Asking("name", "kept"));
        for (var i = 0; i < 1_200; i++)
        {
            renderer.Ignition(file, Machines, Asking("name", $"other{i}"));
            if (i % 100 == 0)
            {
                Assert.Same(kept, renderer.Ignition(file, Machines, Asking("name", "kept")));
            }
        }
    }

    [Fact]
    public void A_reason_holds_nothing_that_moves_a_terminal()
    {
        var failure = new ConfigRenderer().Ignition(Compiled("variant: '{{.request.query.name}}'\nversion: 1.1.0\n"), Machines, Asking("name", "\u009b2J\n")).Failure;
        Assert.NotNull(failure);
        Assert.DoesNotContain(failure, char.IsControl);
    }

    [Theory]
    [InlineData("2.4.0", "reads no spec 3 at all")]
    [InlineData("3.0.0", "given as that")]
    [InlineData("3.4.0", null)]
    [InlineData("9.9.9", null)]
    public void A_machine_is_told_of_by_the_spec_that_it_reads(string spec, string? note)
    {
        var rendered = new ConfigRenderer().Ignition(Compiled(Config), Machines, Asking("name", "x"));
        Assert.Contains(note ?? "", IgnitionFit.For(rendered, spec).Note ?? "", StringComparison.Ordinal);
        Assert.Equal(note is null, IgnitionFit.For(rendered, spec).Note is null);
    }

    private static RequestData Asking(string key, string value) => new([KeyValuePair.Create(key, value)], $"{key}={value}");

    private static ConfigFile Compiled(string text)
    {
        Assert.True(ConfigFile.TryCompile("ignition/x.bu", Encoding.UTF8.GetBytes(text), out var file, out _));
        return file;
    }
}
