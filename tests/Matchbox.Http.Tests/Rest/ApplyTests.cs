using System.Text;
using System.Text.Json;
using Matchbox.Core.Access;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Http.Rest.Problems;
using Matchbox.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Http.Tests.Rest;

/// <summary>Sets of documents, and requests that are done once.</summary>
public sealed class ApplyTests
{
    private const string Set = """
        { "objects": [
          { "kind": "profile", "id": "live", "object": { "id": "live", "boot": { "kernel": "/k" } } },
          { "path": "groups/b7.json", "content": "{ \"profile\": \"live\", \"selector\": { \"rack\": \"b7\" } }" },
          { "kind": "generic", "id": "x/y.bin", "contentBase64": "/wA=" }
        ], "prune": ["groups"] }
        """;

    [Fact]
    public async Task A_set_is_planned_then_made_then_nothing_more()
    {
        await using var host = await RestHost.StartAsync(host =>
        {
            host.Documents.Add("groups/old.json", "{}");
            host.Documents.Add("groups/declared.json", "{}", DocumentOrigin.Folder);
        });

        var plan = (await host.SendAsync("PUT", "/api/v1/apply?dryRun=true", Set)).Json;
        string[] steps = ["generic/x/y.bin create", "groups/b7.json create", "groups/old.json delete", "profiles/live.json create"];
        Assert.Equal(steps, StepsOf(plan));
        Assert.Null(host.Documents.Find("groups/b7.json"));

        Assert.Equal(steps, StepsOf((await host.SendAsync("PUT", "/api/v1/apply", Set)).Json));
        Assert.Equal([0xFF, 0], host.Documents.Find("generic/x/y.bin")!.Content.ToArray());
        Assert.Null(host.Documents.Find("groups/old.json"));
        Assert.NotNull(host.Documents.Find("groups/declared.json"));

        Assert.All(StepsOf((await host.SendAsync("PUT", "/api/v1/apply", Set)).Json), step => Assert.EndsWith(" none", step, StringComparison.Ordinal));
        host.Documents.Add("groups/b7.json", "{ \"profile\": \"live\" }");
        var drift = (await host.SendAsync("PUT", "/api/v1/apply?dryRun=true", Set)).Json.GetProperty("documents").EnumerateArray().Single(step => step.GetProperty("step").GetString() == "change");
        Assert.Equal("{ \"profile\": \"live\" }", drift.GetProperty("before").GetString());
    }

    [Fact]
    public async Task A_fault_in_one_keeps_all_away()
    {
        await using var host = await RestHost.StartAsync();
        var problem = (await host.SendAsync("PUT", "/api/v1/apply", """{ "objects": [ { "path": "groups/a.json", "content": "{}" }, { "path": "groups/b.json", "content": "{ \"selector\": 5 }" } ] }""")).Problem(ProblemKind.Unsound);
        Assert.Contains(problem.Errors!, error => error is { File: "groups/b.json", Pointer: "/selector" });
        Assert.Null(host.Documents.Find("groups/a.json"));
    }

    [Theory]
    [InlineData("""{ "objects": [ { } ] }""", "/objects/0/kind")]
    [InlineData("""{ "objects": [ { "path": "groups/../x.json", "content": "" } ] }""", "/objects/0/path")]
    [InlineData("""{ "objects": [ { "path": "/etc/passwd", "content": "" } ] }""", "/objects/0/path")]
    [InlineData("""{ "objects": [ { "path": "groups/a.json" } ] }""", "/objects/0")]
    [InlineData("""{ "objects": [ null ] }""", "/objects/0")]
    [InlineData("""{ "objects": [ { "path": "groups/a.json", "content": "{}" }, { "kind": "group", "id": "a", "object": {} } ] }""", "/objects/1")]
    [InlineData("""{ "objects": [ { "path": "groups/a.json", "contentBase64": "!" } ] }""", "/objects/0/contentBase64")]
    [InlineData("""{ "prune": ["assets"] }""", "/prune")]
    public async Task A_set_that_cannot_be_read_is_told_by_its_field(string body, string pointer)
    {
        await using var host = await RestHost.StartAsync();
        Assert.Equal(pointer, Assert.Single((await host.SendAsync("PUT", "/api/v1/apply", body)).Problem(ProblemKind.InvalidRequest).Errors!).Pointer);
    }

    [Fact]
    public async Task A_POST_with_a_key_is_done_once()
    {
        await using var host = await RestHost.StartAsync();
        const string body = """{ "name": "node1", "macs": ["52:54:00:77:00:01"] }""";
        var first = await host.SendAsync("POST", "/api/v1/machines", body, "application/json", ("Idempotency-Key", "k1"));
        await host.SendAsync("DELETE", "/api/v1/machines/node1");

        var again = await host.SendAsync("POST", "/api/v1/machines", body, "application/json", ("Idempotency-Key", "k1"));

        Assert.Equal((200, first.Text, first.ETag), (again.Status, again.Text, again.ETag));
        Assert.Equal("true", again.Response.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Empty(host.Machines.All);
        (await host.SendAsync("POST", "/api/v1/machines", "{}", "application/json", ("Idempotency-Key", "k1"))).Problem(ProblemKind.KeyReused);
        (await host.SendAsync("POST", "/api/v1/machines", body, "application/json", ("Idempotency-Key", "a b"))).Problem(ProblemKind.InvalidRequest);
        // What was refused was not done.
        (await host.SendAsync("POST", "/api/v1/machines", "{}", "application/json", ("Idempotency-Key", "k2"))).Problem(ProblemKind.InvalidRequest);
        Assert.Equal(200, (await host.SendAsync("POST", "/api/v1/machines", body, "application/json", ("Idempotency-Key", "k2"))).Status);
    }

    private static IEnumerable<string> StepsOf(JsonElement result) =>
        result.GetProperty("documents").EnumerateArray().Select(step => $"{step.GetProperty("path").GetString()} {step.GetProperty("step").GetString()}");

    [Fact]
    public async Task A_repeated_request_gets_its_answer_after_a_restart_too_and_no_secret_is_kept()
    {
        const string Machine = """{ "macs": ["52:54:00:77:00:09"] }""", Token = """{ "name": "ci", "rights": ["viewer"] }""";
        var answers = new MemoryAnswerStore();
        string made, secret;
        await using (var host = await RestHost.StartAsync(host => host.Answers = answers))
        {
            made = (await PostAsync(host, "machines", Machine, "k1")).Text;
            secret = (await PostAsync(host, "tokens", Token, "k2")).Json.GetProperty("token").GetString()!;
            Assert.Contains(secret, (await PostAsync(host, "tokens", Token, "k2")).Text, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(answers.Load(), answer => Encoding.UTF8.GetString(answer.Body).Contains(secret, StringComparison.Ordinal));
        Assert.Equal(2, answers.Load().Count);

        await using var again = await RestHost.StartAsync(host => host.Answers = answers);
        var replayed = await PostAsync(again, "machines", Machine, "k1");
        Assert.Equal((made, "true"), (replayed.Text, replayed.Response.Headers.GetValues("Idempotency-Replayed").Single()));
        (await PostAsync(again, "machines", "{}", "k1")).Problem(ProblemKind.KeyReused);
        Assert.Contains("was done", (await PostAsync(again, "tokens", Token, "k2")).Problem(ProblemKind.Conflict).Detail, StringComparison.Ordinal);
        Assert.Empty(again.Services.GetRequiredService<AccessBook>().Tokens);

        // A full disk keeps nobody from being served, and what this start has done it knows.
        answers.IsFull = true;
        Assert.Equal(201, (await PostAsync(again, "tokens", Token, "k3")).Status);
        Assert.Equal(201, (await PostAsync(again, "tokens", Token, "k3")).Status);
        Assert.Single(again.Services.GetRequiredService<AccessBook>().Tokens);

        static Task<RestHost.Answer> PostAsync(RestHost host, string path, string body, string key) =>
            host.SendAsync("POST", $"/api/v1/{path}", body, "application/json", ("Idempotency-Key", key));
    }
}
