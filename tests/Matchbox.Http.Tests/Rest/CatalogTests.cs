using System.Text.Json;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Http.Rest.Problems;

namespace Matchbox.Http.Tests.Rest;

/// <summary>Groups, profiles and configs by the API.</summary>
public sealed class CatalogTests
{
    private const string Profile = """{ "id": "live", "name": "live", "boot": { "kernel": "/assets/vmlinuz", "initrd": ["/assets/initrd"] } }""";
    private const string Group = "{\n  \"name\": \"rack b7\",\n  \"profile\": \"live\",\n  \"selector\": { \"rack\": \"b7\" }\n}\n";

    private static Task<RestHost> StartAsync() => RestHost.StartAsync(host =>
    {
        host.Documents.Add("profiles/live.json", Profile);
        host.Documents.Add("profiles/declared.json", Profile, DocumentOrigin.Folder);
    });

    [Fact]
    public async Task A_document_comes_back_octet_for_octet()
    {
        await using var host = await StartAsync();
        var made = await host.SendAsync("PUT", "/api/v1/groups/b7", Group);
        Assert.Equal((201, "/api/v1/groups/b7"), (made.Status, made.Response.Headers.Location?.ToString()));
        Assert.Equal("create", made.Json.GetProperty("documents")[0].GetProperty("step").GetString());

        var read = await host.GetAsync("/api/v1/groups/b7");
        Assert.Equal((200, "application/json", Group, made.ETag), (read.Status, read.Type, read.Text, read.ETag));
        Assert.Equal(304, (await host.GetAsync("/api/v1/groups/b7", ("If-None-Match", read.ETag!))).Status);
        Assert.Equal("none", (await host.SendAsync("PUT", "/api/v1/groups/b7", Group)).Json.GetProperty("documents")[0].GetProperty("step").GetString());
        Assert.Equal("live", host.Documents.Current.Groups.Single().Profile);

        var view = (await host.GetAsync("/api/v1/groups/b7?view")).Json;
        Assert.Equal(("rack b7", "live", "store"), (view.GetProperty("name").GetString(), view.GetProperty("profile").GetString(), view.GetProperty("origin").GetString()));

        Assert.Equal(200, (await host.SendAsync("DELETE", "/api/v1/groups/b7")).Status);
        (await host.GetAsync("/api/v1/groups/b7")).Problem(ProblemKind.NotFound);
        (await host.SendAsync("DELETE", "/api/v1/groups/b7")).Problem(ProblemKind.NotFound);
    }

    [Fact]
    public async Task Conditions_hold()
    {
        await using var host = await StartAsync();
        (await host.SendAsync("PUT", "/api/v1/groups/b7", Group, "application/json", ("If-Match", "*"))).Problem(ProblemKind.Stale);
        var made = await host.SendAsync("PUT", "/api/v1/groups/b7", Group, "application/json", ("If-None-Match", "*"));
        var refused = await host.SendAsync("PUT", "/api/v1/groups/b7", Group, "application/json", ("If-None-Match", "*"));
        refused.Problem(ProblemKind.Stale);
        Assert.Equal(made.ETag, refused.ETag);
        (await host.SendAsync("PUT", "/api/v1/groups/b7", Group, "application/json", ("If-Match", "\"other\""))).Problem(ProblemKind.Stale);
        (await host.SendAsync("PUT", "/api/v1/groups/b7", Group, "application/json", ("If-Match", $"W/{made.ETag}"))).Problem(ProblemKind.Stale);
        (await host.SendAsync("PUT", "/api/v1/groups/b7", Group, "application/json", ("If-Match", "b7"))).Problem(ProblemKind.InvalidRequest);
        Assert.Equal(200, (await host.SendAsync("PUT", "/api/v1/groups/b7", Group, "application/json", ("If-Match", $"\"other\", {made.ETag}"))).Status);
        (await host.SendAsync("DELETE", "/api/v1/groups/b7", null, null, ("If-Match", "\"other\""))).Problem(ProblemKind.Stale);
        Assert.Equal(200, (await host.SendAsync("DELETE", "/api/v1/groups/b7", null, null, ("If-Match", made.ETag!))).Status);
    }

    [Fact]
    public async Task Faults_are_told_with_file_pointer_and_place()
    {
        await using var host = await StartAsync();

        var problem = (await host.SendAsync("PUT", "/api/v1/groups/b7", "{\n  \"profile\": \"live\",\n  \"selector\": { \"mac\": \"zz\" }\n}")).Problem(ProblemKind.Unsound);

        var error = Assert.Single(problem.Errors!);
        Assert.Equal(("/selector/mac", "groups/b7.json", 3), (error.Pointer, error.File, error.Line));
        Assert.False(string.IsNullOrEmpty(error.Mend));
        Assert.Null(host.Documents.Find("groups/b7.json"));
        (await host.SendAsync("PUT", "/api/v1/groups/b7", "{ \"profile\": \"nowhere\" }")).Problem(ProblemKind.Unsound);
        (await host.SendAsync("PUT", "/api/v1/groups/b7", "{ \"profile\": ")).Problem(ProblemKind.Unsound);
    }

    [Fact]
    public async Task What_the_folder_declares_is_not_written()
    {
        await using var host = await StartAsync();
        Assert.Contains("profiles/declared.json", (await host.SendAsync("PUT", "/api/v1/profiles/declared", Profile)).Problem(ProblemKind.Declared).Detail, StringComparison.Ordinal);
        (await host.SendAsync("DELETE", "/api/v1/profiles/declared")).Problem(ProblemKind.Declared);
    }

    [Fact]
    public async Task A_merge_patch_changes_some_of_it()
    {
        await using var host = await StartAsync();
        await host.SendAsync("PUT", "/api/v1/groups/b7", Group);

        Assert.Equal(200, (await host.SendAsync("PATCH", "/api/v1/groups/b7", """{ "name": null, "selector": { "os": "fcos" }, "metadata": { "a": [1] } }""", "application/merge-patch+json")).Status);

        Assert.Equal(
            "{\n  \"profile\": \"live\",\n  \"selector\": {\n    \"rack\": \"b7\",\n    \"os\": \"fcos\"\n  },\n  \"metadata\": {\n    \"a\": [\n      1\n    ]\n  }\n}\n",
            (await host.GetAsync("/api/v1/groups/b7")).Text);
        (await host.SendAsync("PATCH", "/api/v1/groups/b7", "{", "application/merge-patch+json")).Problem(ProblemKind.MalformedJson);
        (await host.SendAsync("PATCH", "/api/v1/groups/none", "{}", "application/merge-patch+json")).Problem(ProblemKind.NotFound);
    }

    [Fact]
    public async Task A_dry_run_says_which_machines_get_something_else()
    {
        await using var host = await StartAsync();
        await host.SendAsync("POST", "/api/v1/machines", """{ "name": "node1", "macs": ["52:54:00:77:00:01"], "labels": { "rack": "b7" } }""");
        await host.SendAsync("POST", "/api/v1/machines", """{ "name": "node2", "macs": ["52:54:00:77:00:02"], "labels": { "rack": "b8" } }""");

        var dry = (await host.SendAsync("PUT", "/api/v1/groups/b7?dryRun=true", Group)).Json;

        Assert.True(dry.GetProperty("dryRun").GetBoolean());
        Assert.Equal(Group, dry.GetProperty("documents")[0].GetProperty("after").GetString());
        var machine = Assert.Single(dry.GetProperty("machines").EnumerateArray());
        Assert.Equal(("node1", "b7", "boots profile live"), (machine.GetProperty("name").GetString(), machine.GetProperty("groupAfter").GetString(), machine.GetProperty("what").GetString()));
        Assert.Null(host.Documents.Find("groups/b7.json"));
    }

    [Fact]
    public async Task A_config_is_kept_as_it_is_and_checked()
    {
        await using var host = await StartAsync();
        const string config = "variant: fcos\nversion: 1.5.0\n";
        Assert.Equal(201, (await host.SendAsync("PUT", "/api/v1/configs/ignition/sub/a.yaml", config, "application/x-www-form-urlencoded")).Status);
        var read = await host.GetAsync("/api/v1/configs/ignition/sub/a.yaml");
        Assert.Equal((200, "text/plain", config), (read.Status, read.Type, read.Text));
        Assert.Equal("sub/a.yaml", Assert.Single((await host.GetAsync("/api/v1/configs/ignition")).Json.GetProperty("configs").EnumerateArray()).GetProperty("id").GetString());

        Assert.Equal(201, (await host.SendAsync("PUT", "/api/v1/profiles/a", """{ "id": "a", "boot": { "kernel": "/k" }, "ignition_id": "sub/a.yaml" }""")).Status);
        Assert.Equal(201, (await host.SendAsync("PUT", "/api/v1/groups/a", """{ "profile": "a" }""")).Status);
        var problem = (await host.SendAsync("PUT", "/api/v1/configs/ignition/sub/a.yaml", "variant: fcos\nversion: {{.nothing\n")).Problem(ProblemKind.Unsound);
        Assert.Equal(("ignition/sub/a.yaml", 3), (problem.Errors![0].File, problem.Errors[0].Line));
        (await host.SendAsync("DELETE", "/api/v1/configs/ignition/sub/a.yaml")).Problem(ProblemKind.Unsound);
        (await host.GetAsync("/api/v1/configs/other/x")).Problem(ProblemKind.NotFound);
    }

    [Theory]
    [InlineData("/api/v1/groups/.hidden")]
    [InlineData("/api/v1/groups/a%2Fb%2F..%2Fc")]
    [InlineData("/api/v1/groups/a%0Ab")]
    [InlineData("/api/v1/groups/a%5Cb")]
    [InlineData("/api/v1/configs/ignition/%2E%2E/x")]
    [InlineData("/api/v1/configs/ignition/a//b")]
    public async Task A_name_that_is_no_file_of_ours_is_refused(string path)
    {
        await using var host = await StartAsync();
        var refused = await host.SendAsync("PUT", path, "{}");
        Assert.InRange(refused.Status, 400, 404);
        Assert.Equal(2, host.Documents.In("profiles").Count + host.Documents.In("groups").Count + host.Documents.In("ignition").Count);
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 12; i++)
        {
            host.Documents.Add($"groups/g{i:00}.json", $$"""{ "name": "n{{i % 2}}", "profile": "live", "selector": { "rack": "r{{i}}", "os": "fcos" } }""");
        }
        host.Documents.Add("groups/broken.json", "{");

        Assert.Equal(13, (await host.GetAsync("/api/v1/groups")).Json.GetProperty("groups").GetArrayLength());
        var page = (await host.GetAsync("/api/v1/groups?name=n1&limit=4")).Json;
        Assert.Equal(["g01", "g03", "g05", "g07"], page.GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("id").GetString()));
        var rest = (await host.GetAsync($"/api/v1/groups?name=n1&limit=4&cursor={page.GetProperty("next").GetString()}")).Json;
        Assert.Equal(["g09", "g11"], rest.GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("id").GetString()));
        Assert.False(rest.TryGetProperty("next", out _));
        Assert.Equal("g03", Assert.Single((await host.GetAsync("/api/v1/groups?label=rack%3Dr3&label=os%3Dfcos&profile=live")).Json.GetProperty("groups").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(2, (await host.GetAsync("/api/v1/profiles?name=live")).Json.GetProperty("profiles").GetArrayLength());
    }

    [Fact]
    public async Task A_hundred_concurrent_edits_with_If_Match_lose_none()
    {
        await using var host = await StartAsync();
        await host.SendAsync("PUT", "/api/v1/groups/b7", """{ "profile": "live", "metadata": {} }""");

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            while (true)
            {
                var present = await host.GetAsync("/api/v1/groups/b7");
                var metadata = present.Json.GetProperty("metadata").EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetInt32());
                metadata[$"edit{i}"] = i;
                var changed = await host.SendAsync("PUT", "/api/v1/groups/b7", JsonSerializer.Serialize(new { profile = "live", metadata }), "application/json", ("If-Match", present.ETag!));
                if (changed.Status == 200)
                {
                    return;
                }
                changed.Problem(ProblemKind.Stale);
            }
        }));

        Assert.Equal(100, (await host.GetAsync("/api/v1/groups/b7")).Json.GetProperty("metadata").EnumerateObject().Count());
    }

    [Fact]
    public async Task A_group_tells_the_machines_that_it_would_select()
    {
        await using var host = await StartAsync();
        await host.SendAsync("POST", "/api/v1/machines", """{ "name": "node1", "macs": ["52:54:00:77:00:01"], "labels": { "rack": "b7" } }""");
        await host.SendAsync("POST", "/api/v1/machines", """{ "name": "node2", "macs": ["52:54:00:77:00:02"], "labels": { "rack": "b7", "role": "spare" } }""");
        await host.SendAsync("POST", "/api/v1/machines", """{ "name": "node3", "macs": ["52:54:00:77:00:03"] }""");
        host.Documents.Add("groups/spares.json", """{ "id": "spares", "profile": "live", "selector": { "rack": "b7", "role": "spare" } }""");

        var match = await host.SendAsync("POST", "/api/v1/groups/match?id=new", """{ "profile": "", "selector": { "rack": "b7" }, "match": { "mac": { "prefix": "52:54" } }, "priority": -1 }""");

        Assert.Equal((2, 1), (match.Json.GetProperty("count").GetInt32(), match.Json.GetProperty("selected").GetInt32()));
        var machines = match.Json.GetProperty("machines").EnumerateArray().ToArray();
        Assert.Equal(["node1", "node2"], machines.Select(machine => machine.GetProperty("name").GetString()!));
        Assert.Equal((false, "spares"), (machines[0].TryGetProperty("instead", out _), machines[1].GetProperty("instead").GetString()));
        Assert.Null(host.Documents.Find("groups/new.json"));
        var problem = (await host.SendAsync("POST", "/api/v1/groups/match", "{\n  \"selector\": { \"mac\": \"zz\" }\n}")).Problem(ProblemKind.Unsound);
        Assert.Equal(2, Assert.Single(problem.Errors!).Line);
    }
}
