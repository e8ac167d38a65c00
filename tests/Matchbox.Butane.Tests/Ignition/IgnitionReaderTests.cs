using System.Text;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Testing;

namespace Matchbox.Butane.Tests.Ignition;

public class IgnitionReaderTests
{
    private static string Tell(string json)
    {
        _ = IgnitionReader.TryRead(Encoding.UTF8.GetBytes(json), out _, out var report, out var error);
        var lines = report.Findings.Select(finding =>
            $"{finding.Severity.ToString().ToLowerInvariant()} {finding.Path} {finding.Line}:{finding.Column} {finding.Message}");
        return string.Join('\n', [.. lines, .. error is null ? Array.Empty<string>() : [error]]);
    }

    [Fact]
    public void Every_recorded_config_is_read_and_written_again_byte_for_byte()
    {
        var files = Directory.GetDirectories(Corpus.ButaneCases).SelectMany(static folder => Directory.GetFiles(folder, "*.ign")).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            // A byte that was no UTF-8 is written as an escape, which reads as U+FFFD itself.
            var json = Encoding.UTF8.GetBytes(File.ReadAllText(file).Replace(@"\ufffd", "\ufffd", StringComparison.Ordinal));
            Assert.True(IgnitionReader.TryRead(json, out var document, out var report, out var error), file);
            Assert.Null(error);
            Assert.False(report.IsFatal);
            var pretty = file.EndsWith(".pretty.ign", StringComparison.Ordinal);
            var written = IgnitionJson.Write(document.Config, document.Version, pretty);
            Assert.True(json.AsSpan(0, json.Length - 1).SequenceEqual(written), file);
        }
    }

    [Theory]
    [InlineData("", "not a config (empty)")]
    [InlineData("{", "error $ 0:0 unexpected end of JSON input\nconfig is not valid")]
    [InlineData("hello", "error $ 1:2 invalid character 'h' looking for beginning of value\nconfig is not valid")]
    [InlineData("{\"a\":01}", "error $ 1:8 invalid character '1' after object key:value pair\nconfig is not valid")]
    [InlineData("{\"a\":\n\n\n!}", "error $ 4:2 invalid character '!' looking for beginning of value\nconfig is not valid")]
    [InlineData("{\"a\":tru} ", "error $ 1:10 invalid character '}' in literal true (expecting 'e')\nconfig is not valid")]
    [InlineData("[]", "error $ 1:2 json: cannot unmarshal array into Go value of type util.versionStub\nconfig is not valid")]
    [InlineData("{}", "invalid config version (couldn't parse)")]
    [InlineData("{\"ignition\":{\"version\":\"3.9.0\"}}", "unsupported config version")]
    [InlineData("{\"ignition\":{\"version\":3}}", "error $ 1:25 json: cannot unmarshal number into Go struct field .Ignition.Version of type string\nconfig is not valid")]
    public void What_cannot_be_read_is_told_in_Gos_words(string json, string told) => Assert.Equal(told, Tell(json));

    [Fact]
    public void The_first_value_of_a_wrong_type_is_told() => Assert.Equal(
        "error $ 1:93 json: cannot unmarshal number 99999999999999999999 into Go struct field File.storage.files.FileEmbedded1.mode of type int\nconfig is not valid",
        Tell("""{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"/a","mode":99999999999999999999},{"path":1}]}}"""));

    [Fact]
    public void Keys_are_read_in_any_case_but_only_the_right_one_is_known() => Assert.Equal(
        "warning $.STORAGE 2:1 Unused key STORAGE",
        Tell("{\"ignition\":{\"version\":\"3.3.0\"},\n\"STORAGE\":{\"files\":[{\"path\":\"/a\"}]}}"));

    [Fact]
    public void A_list_that_stands_twice_is_laid_over_the_first()
    {
        var json = """{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"/a","mode":1}],"files":[{"path":"/b"}]}}"""u8;
        Assert.True(IgnitionReader.TryRead(json, out var document, out _, out _));
        Assert.Equal(
            """{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"/b","mode":1}]}}"""u8,
            IgnitionJson.Write(document.Config, document.Version, pretty: false));
    }

    [Fact]
    public void A_struct_that_is_null_is_told_as_a_tree_that_does_not_match() => Assert.Equal(
        "warning $.storage 1:43 context tree does not match content tree at $.storage. Line and column reporting may be inconsistent. Unused keys may not be reported.",
        Tell("""{"ignition":{"version":"3.3.0"},"storage":null}"""));

    [Fact]
    public void Findings_have_the_place_of_the_deepest_part_that_is_there()
    {
        const string Json = """
            {"ignition": {"version": "3.3.0"},
             "storage": {"files": [
               {"path": "rel", "foo": 1, "user": {"id": 1, "name": "x"}},
               {"path": "rel"}]}}
            """;
        Assert.Equal(
            """
            error $.storage.files.0.path 3:13 path not absolute
            error $.storage.files.0.user 3:39 cannot set both id and name
            error $.storage.files.1.path 4:13 path not absolute
            error $.storage.files.1 4:5 duplicate entry defined
            warning $.storage.files.0.foo 3:20 Unused key foo
            config is not valid
            """.ReplaceLineEndings("\n"),
            Tell(Json.ReplaceLineEndings("\n")));
    }

    [Fact]
    public void No_depth_of_nesting_hurts()
    {
        var deep = new string('[', 1_000_000);
        Assert.StartsWith("error $ 1:10002 exceeded max depth", Tell(deep), StringComparison.Ordinal);
        var nested = new string('[', 9_000) + new string(']', 9_000);
        Assert.Equal("error $ 1:2 json: cannot unmarshal array into Go value of type util.versionStub\nconfig is not valid", Tell(nested));
    }

    [Fact]
    public void No_prefix_of_a_config_throws()
    {
        var json = File.ReadAllBytes(Path.Combine(Corpus.ButaneCases, "all-flatcar1_1_0", "config.ign"));
        for (var length = 0; length < json.Length; length += 7)
        {
            Assert.False(IgnitionReader.TryRead(json.AsSpan(0, length), out _, out Report _, out _));
        }
    }
}
