using System.Text;
using Matchbox.Http.Rest.Problems;

namespace Matchbox.Http.Tests.Rest;

/// <summary>Every refusal is a problem (RFC 9457).</summary>
public sealed class ProblemTests
{
    [Fact]
    public async Task What_routing_refuses_is_a_problem_too()
    {
        await using var host = await RestHost.StartAsync();

        Assert.Contains("/api/v1/nothing", (await host.GetAsync("/api/v1/nothing")).Problem(ProblemKind.NotFound).Detail, StringComparison.Ordinal);
        (await host.GetAsync("/nothing")).Problem(ProblemKind.NotFound);
        var method = await host.SendAsync("DELETE", "/api/v1/health");
        Assert.Contains("takes GET, not DELETE", method.Problem(ProblemKind.MethodNotAllowed).Detail, StringComparison.Ordinal);
        (await host.SendAsync("POST", "/api/v1/machines", "{}", "application/x-www-form-urlencoded")).Problem(ProblemKind.UnsupportedMediaType);
        (await host.SendAsync("POST", "/api/v1/machines", "{}", "text/plain")).Problem(ProblemKind.UnsupportedMediaType);
        (await host.GetAsync("/api/v1/machines?limit=x")).Problem(ProblemKind.InvalidRequest);
        (await host.GetAsync("/api/v1/machines?limit=0")).Problem(ProblemKind.InvalidRequest);
        (await host.GetAsync("/api/v1/machines?cursor=xyz")).Problem(ProblemKind.InvalidRequest);
        (await host.GetAsync("/api/v1/machines?selector=x")).Problem(ProblemKind.InvalidRequest);
        (await host.GetAsync("/api/v1/machines/none")).Problem(ProblemKind.NotFound);
    }

    [Theory]
    [InlineData("", "", 0, 0)]
    [InlineData("{", "", 1, 2)]
    [InlineData("null", "", 0, 0)]
    [InlineData("[]", "", 1, 2)]
    [InlineData("{\n  \"name\": 5\n}", "/name", 2, 12)]
    [InlineData("{\n  \"macs\": [\"52:54:00:77:00:01\", {}]\n}", "/macs/1", 2, 34)]
    [InlineData("{ \"labels\": { \"a/b\": 1 } }", "/labels/a~1b", 1, 23)]
    public async Task Malformed_JSON_is_told_with_its_place(string body, string pointer, int line, int column)
    {
        await using var host = await RestHost.StartAsync();

        var problem = (await host.SendAsync("POST", "/api/v1/machines", body)).Problem(ProblemKind.MalformedJson);

        if (line > 0)
        {
            var error = Assert.Single(problem.Errors!);
            Assert.Equal((pointer, line, column), (error.Pointer, error.Line, error.Column));
        }
        Assert.DoesNotContain("Matchbox.", problem.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_beyond_its_bound_is_refused()
    {
        await using var host = await RestHost.StartAsync();

        (await host.SendAsync("POST", "/api/v1/machines", new string(' ', (1 << 20) + 1))).Problem(ProblemKind.TooLarge);
        (await host.SendAsync("PUT", "/api/v1/groups/x", new string(' ', (1 << 20) + 1))).Problem(ProblemKind.TooLarge);
        (await host.SendAsync("POST", "/api/v1/butane", new string(' ', (16 << 20) + 1))).Problem(ProblemKind.TooLarge);
    }

    [Fact]
    public async Task A_fault_of_the_disk_is_a_problem_and_changes_nothing()
    {
        await using var host = await RestHost.StartAsync();
        host.Store.Failure = new IOException("no space left");

        var problem = (await host.SendAsync("POST", "/api/v1/machines", """{ "macs": ["52:54:00:77:00:01"] }""")).Problem(ProblemKind.StoreFailed);

        Assert.Contains("no space left", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_kind_of_problem_is_documented()
    {
        await using var host = await RestHost.StartAsync();
        Assert.Equal(ProblemKind.All.Count, ProblemKind.All.Select(kind => kind.Slug).Distinct().Count());
        Assert.All(ProblemKind.All, kind => Assert.Matches("^[a-z]+(-[a-z]+)*$", kind.Slug));
    }

    [Theory]
    [InlineData("$", "")]
    [InlineData("$.a", "/a")]
    [InlineData("$.a[10].b", "/a/10/b")]
    [InlineData("$['a.b'][0]", "/a.b/0")]
    [InlineData("$['x/y'].z", "/x~1y/z")]
    [InlineData("$.storage.files.0.path", "/storage/files/0/path")]
    public void A_path_becomes_a_pointer(string path, string pointer) => Assert.Equal(pointer, JsonPlace.PointerOf(path));

    [Theory]
    [InlineData("§{}", "")]
    [InlineData("{§\"a\": 1}", "/a")]
    [InlineData("{\"a\": §1}", "/a")]
    [InlineData("{\"a\": [1, §{\"b\": 2}]}", "/a/1")]
    [InlineData("{\"a\": [1, {\"b\": 2}], §\"c\": 3}", "/c")]
    [InlineData("{\n \"a\": {\n  \"b\": [[], [§2]]\n }\n}", "/a/b/1/0")]
    [InlineData("{\"é😀\": 1, §\"b/c\": 2}", "/b~1c")]
    [InlineData("{\"a\": §", "/a")]
    public void A_place_becomes_a_pointer(string marked, string pointer)
    {
        var mark = marked.IndexOf('§', StringComparison.Ordinal);
        var before = marked[..mark];
        var (line, column) = (before.Count(c => c == '\n') + 1, before.Length - (before.LastIndexOf('\n') + 1) + 1);

        Assert.Equal(pointer, JsonPlace.PointerAt(Encoding.UTF8.GetBytes(marked.Replace("§", "", StringComparison.Ordinal)), line, column));
    }
}
