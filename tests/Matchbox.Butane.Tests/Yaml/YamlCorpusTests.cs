using System.Globalization;
using System.Text.Json;
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

    [Fact]
    public void Every_position_in_a_recorded_report_is_that_of_a_node_on_its_path()
    {
        var positions = 0;
        foreach (var folder in Directory.GetDirectories(Corpus.ButaneCases))
        {
            if (!YamlReader.TryRead(File.ReadAllBytes(Path.Combine(folder, "config.bu")), out var root, out _) || root is null)
            {
                continue;
            }
            foreach (Match entry in Entry().Matches(RecordedRawReport(folder)))
            {
                var line = int.Parse(entry.Groups["line"].Value, CultureInfo.InvariantCulture);
                var column = int.Parse(entry.Groups["column"].Value, CultureInfo.InvariantCulture);
                var (key, value) = DeepestOf(root, entry.Groups["path"].Value);

                // Reports name the value, but of a key that nobody knows the key.
                Assert.True(
                    (value.Line, value.Column) == (line, column) || (key.Line, key.Column) == (line, column),
                    $"{Path.GetFileName(folder)}: {entry.Value}, not {value.Line}:{value.Column}");
                positions++;
            }
        }
        Assert.True(positions > 1000, $"only {positions} positions");
    }

    // The node at the end of a path like $.storage.files.0.mode, or as far as there are nodes.
    private static (YamlNode Key, YamlNode Value) DeepestOf(YamlNode root, string path)
    {
        var (key, value) = (root, root);
        foreach (var step in path.Split('.').Skip(1))
        {
            var parent = value.Target ?? value;
            var index = parent.Kind == YamlKind.Mapping
                ? 1 + Enumerable.Range(0, parent.Content.Length / 2).Select(pair => 2 * pair)
                    .FirstOrDefault(at => parent.Content[at].Value == step, int.MinValue)
                : int.TryParse(step, out var item) ? item : -1;
            if (index < 0 || index >= parent.Content.Length)
            {
                break;
            }
            value = parent.Content[index];
            key = parent.Kind == YamlKind.Mapping ? parent.Content[index - 1] : value;
        }
        return (key, value);
    }

    private static string RecordedRawReport(string folder)
    {
        using var record = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        var run = record.RootElement.GetProperty("runs").GetProperty("raw_errors");
        if (run.TryGetProperty("stderr", out var text) && text.ValueKind == JsonValueKind.String)
        {
            return text.GetString()!;
        }
        return run.TryGetProperty("stderr_file", out var file) && file.ValueKind == JsonValueKind.String
            ? File.ReadAllText(Path.Combine(folder, file.GetString()!))
            : "";
    }

    // Faults of scanner and grammar, not those of the decoder that butane reports behind the same words.
    private static string RecordedSyntaxError(string folder)
    {
        var report = Path.Combine(folder, "config.report.txt");
        var line = !File.Exists(report) ? null : File.ReadLines(report).FirstOrDefault(line => line.Contains(Prefix, StringComparison.Ordinal));
        var error = line is null ? "" : line[(line.IndexOf(Prefix, StringComparison.Ordinal) + Prefix.Length)..];
        return OfDecoder().IsMatch(error) ? "" : error;
    }

    [GeneratedRegex(@"^\w+ at (?<path>\$[^,\n]*), line (?<line>\d+) col (?<column>\d+): ", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex("^yaml: (unmarshal errors:|cannot decode |.*value contains|document contains|map merge)")]
    private static partial Regex OfDecoder();
}
