using System.Text;

namespace Matchbox.Templates.Tests;

/// <summary>A parsed template belongs to no thread.</summary>
public class SharedTemplateTests
{
    [Fact]
    public async Task Many_threads_execute_one_template()
    {
        const string Text = """
            {{define "item"}}<{{.name}}{{range $i, $x := .tags}}{{if $i}},{{end}}{{$x | printf "%q"}}{{end}}>{{end}}
            {{- range .items}}{{template "item" .}}{{end}}{{with $n := .n}}{{printf "%05.1f" $n}}{{end}}
            """;
        Assert.True(Template.TryParse("t", Text, MissingKey.Error, out var template, out _));
        var workers = Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            var data = Rendering.Json($$"""{ "n": {{worker + 1}}, "items": [{ "name": "w{{worker}}", "tags": ["a", "{{worker}}"] }, { "name": "x", "tags": [] }] }""");
            for (var round = 0; round < 500; round++)
            {
                Assert.True(template.TryExecute(data, TemplateLimits.Default, out var output, out _));
                Assert.Equal($"<w{worker}\"a\",\"{worker}\"><x>00{worker + 1}.0", Encoding.UTF8.GetString(output));
            }
        }));
        await Task.WhenAll(workers);
    }
}
