using System.Text.Json;
using System.Text.RegularExpressions;
using Matchbox.Http.Rest.Problems;

namespace Matchbox.Http.Tests.Rest;

/// <summary>The OpenAPI document, and the page that reads it.</summary>
public sealed partial class DescriptionTests
{
    [Fact]
    public async Task Every_call_is_described_with_its_summary_and_errors()
    {
        await using var host = await RestHost.StartAsync();

        var document = (await host.GetAsync("/openapi/v1.json")).Json;

        var calls = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(call => (Name: $"{call.Name} {path.Name}", call.Value))).ToArray();
        Assert.True(calls.Length > 30, $"{calls.Length} calls");
        Assert.All(calls, call => Assert.False(string.IsNullOrEmpty(call.Value.GetProperty("summary").GetString()), call.Name));
        Assert.Equal(calls.Length, calls.Select(call => call.Value.GetProperty("operationId").GetString()).Distinct().Count());
        foreach (var (name, call) in calls.Where(call => call.Name.StartsWith("put", StringComparison.Ordinal) || call.Name.StartsWith("patch", StringComparison.Ordinal)))
        {
            Assert.All(call.GetProperty("requestBody").GetProperty("content").EnumerateObject(), content => Assert.True(content.Value.TryGetProperty("example", out _), name));
            // Who may do what has no revisions.
            if (name.StartsWith("put /api/v1/users/", StringComparison.Ordinal) || name.StartsWith("put /api/v1/session/", StringComparison.Ordinal))
            {
                continue;
            }
            Assert.True(call.GetProperty("responses").TryGetProperty("412", out var stale), name);
            Assert.Equal("/problems/stale", stale.GetProperty("content").GetProperty(ProblemResult.MediaType).GetProperty("example").GetProperty("type").GetString());
        }
    }

    [Fact]
    public async Task The_page_needs_no_other_host()
    {
        await using var host = await RestHost.StartAsync();

        var page = await host.GetAsync("/scalar/v1");

        Assert.Equal((200, "text/html"), (page.Status, page.Type));
        Assert.DoesNotContain("https://", page.Text, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self'", page.Response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        // What the page's maker offers on servers of his own is off.
        foreach (var word in (string[])["\"telemetry\":false", "\"showDeveloperTools\":\"never\"", "\"agent\":{\"disabled\":true}"])
        {
            Assert.Contains(word, page.Text, StringComparison.Ordinal);
        }
        var scripts = Script().Matches(page.Text).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            var file = await host.GetAsync(new Uri(new Uri("http://h/scalar/v1"), script).PathAndQuery);
            Assert.Equal(200, file.Status);
            Assert.True(file.Text.Length > 100, script);
        }
    }

    [GeneratedRegex("(?:src=|from )[\"']([^\"']+)[\"']")]
    private static partial Regex Script();
}
