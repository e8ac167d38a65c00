using System.Net;
using System.Net.Http.Json;

namespace Matchbox.Http.Tests.Rest;

/// <summary>Secrets by calls: values go in and never come out.</summary>
public sealed class SecretTests
{
    [Fact]
    public async Task A_secret_is_set_shown_without_its_value_and_removed()
    {
        await using var host = await RestHost.StartAsync();
        using var set = await host.Client.PutAsJsonAsync("/api/v1/secrets/join-token", new { value = "hunter2-hunter2", profiles = new[] { "worker", "worker" } }, Cancel);
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        var answers = new List<string> { await set.Content.ReadAsStringAsync(Cancel) };
        foreach (var path in (string[])["/api/v1/secrets", "/api/v1/secrets/join-token", "/api/v1/events"])
        {
            answers.Add(await host.Client.GetStringAsync(path, Cancel));
        }
        Assert.Contains("\"profiles\":[\"worker\"]", answers[0], StringComparison.Ordinal);
        Assert.All(answers, answer => Assert.DoesNotContain("hunter2", answer, StringComparison.Ordinal));
        using var stale = new HttpRequestMessage(HttpMethod.Put, "/api/v1/secrets/join-token") { Content = JsonContent.Create(new { value = "other", groups = new[] { "g" } }) };
        stale.Headers.TryAddWithoutValidation("If-Match", "\"another\"");
        using var refused = await host.Client.SendAsync(stale, Cancel);
        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        using var again = new HttpRequestMessage(HttpMethod.Put, "/api/v1/secrets/join-token") { Content = JsonContent.Create(new { value = "other", groups = new[] { "g" } }) };
        again.Headers.TryAddWithoutValidation("If-Match", set.Headers.ETag!.Tag);
        using var changed = await host.Client.SendAsync(again, Cancel);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        using var removed = await host.Client.DeleteAsync("/api/v1/secrets/join-token", Cancel);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var gone = await host.Client.DeleteAsync("/api/v1/secrets/join-token", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Theory]
    [InlineData("a%20b", "v", "g", "has up to 64 letters")]
    [InlineData("a", "", "g", "\\u0022value\\u0022 is missing")]
    [InlineData("a", "hunter2", "", "name at least one profile or group")]
    public async Task What_cannot_be_kept_is_refused_without_repeating_the_value(string name, string value, string group, string reason)
    {
        await using var host = await RestHost.StartAsync();
        using var refused = await host.Client.PutAsJsonAsync($"/api/v1/secrets/{name}", new { value, groups = new[] { group } }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var problem = await refused.Content.ReadAsStringAsync(Cancel);
        Assert.True(problem.Contains(reason, StringComparison.Ordinal) || problem.Contains(reason.Replace("\\u0022", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal), problem);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_is_too_large_is_refused()
    {
        await using var host = await RestHost.StartAsync();
        using var large = await host.Client.PutAsJsonAsync("/api/v1/secrets/a", new { value = new string('x', 32_769), groups = new[] { "g" } }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, large.StatusCode);
        using var huge = await host.Client.PutAsJsonAsync("/api/v1/secrets/a", new { value = new string('x', 300_000), groups = new[] { "g" } }, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, huge.StatusCode);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
