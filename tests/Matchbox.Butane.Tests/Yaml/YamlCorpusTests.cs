using System.Text.RegularExpressions;
using Matchbox.Butane.Yaml;
using Matchbox.Testing;

namespace Matchbox.Butane.Tests.Yaml;

/// <summary>What the real butane said of the syntax of every recorded configuration.</summary>
public sealed partial class YamlCorpusTests
{
    private const string Prefix = "Error unmarshaling yaml: ";

    [Fact]
    public void Every_recorded_text_is_accepted_or_refused_in_the_recorded_words()
    {
        var refused = 0;
        foreach (var folder in Directory.GetDirectories(Corpus.ButaneCases))
        {
            var name = Path.GetFileName(folder);
            var expected = RecordedSyntaxError(folder);
            refused += expected.Length > 0 ? 1 : 0;

            var accepted = YamlReader.TryRead(File.ReadAllBytes(Path.Combine(folder, "config.bu")), out _, out var error);

            Assert.Equal((name, expected), (name, error));
            Assert.Equal(expected.Length == 0, accepted);
        }
        Assert.True(refused > 20, $"only {refused} cases are syntax errors");
    }

    // Faults of scanner and grammar, not those of the decoder that butane reports behind the same words.
    private static string RecordedSyntaxError(string folder)
    {
        var report = Path.Combine(folder, "config.report.txt");
        var line = !File.Exists(report) ? null : File.ReadLines(report).FirstOrDefault(line => line.Contains(Prefix, StringComparison.Ordinal));
        var error = line is null ? "" : line[(line.IndexOf(Prefix, StringComparison.Ordinal) + Prefix.Length)..];
        return OfDecoder().IsMatch(error) ? "" : error;
    }

    [GeneratedRegex("^yaml: (unmarshal errors:|cannot decode |.*value contains|document contains|map merge)")]
    private static partial Regex OfDecoder();
}
