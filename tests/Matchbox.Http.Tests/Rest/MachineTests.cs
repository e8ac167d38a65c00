using System.Text.Json;
using Matchbox.Http.Rest.Problems;

namespace Matchbox.Http.Tests.Rest;

/// <summary>Machines by the API.</summary>
public sealed class MachineTests
{
    private const string Node = """{ "name": "node1", "macs": ["52:54:00:77:00:01"], "labels": { "rack": "b7" } }""";

    [Fact]
    public async Task A_machine_is_added_changed_and_forgotten()
    {
        await using var host = await RestHost.StartAsync();
        var added = await host.SendAsync("POST", "/api/v1/machines", Node);
        Assert.Equal(200, added.Status);
        Assert.Equal("52-54-00-77-00-01", added.Json.GetProperty("machine").GetProperty("id").GetString());

        var shown = await host.GetAsync("/api/v1/machines/node1");
        Assert.Equal(added.ETag, shown.ETag);
        Assert.Equal(304, (await host.GetAsync("/api/v1/machines/node1", ("If-None-Match", shown.ETag!))).Status);

        var patched = await host.SendAsync("PATCH", "/api/v1/machines/node1", """{ "labels": { "rack": null, "role": "worker" } }""", "application/merge-patch+json", ("If-Match", shown.ETag!));
        Assert.Equal("""{"role":"worker"}""", patched.Json.GetProperty("machine").GetProperty("labels").GetRawText());
        (await host.SendAsync("PUT", "/api/v1/machines/node1", """{ "name": "node2" }""", "application/json", ("If-Match", shown.ETag!))).Problem(ProblemKind.Stale);
        var replaced = await host.SendAsync("PUT", "/api/v1/machines/node1", """{ "name": "node2" }""", "application/json", ("If-Match", patched.ETag!));
        Assert.Equal(("node2", "{}"), (replaced.Json.GetProperty("machine").GetProperty("name").GetString(), replaced.Json.GetProperty("machine").GetProperty("labels").GetRawText()));

        Assert.Equal(200, (await host.SendAsync("DELETE", "/api/v1/machines/node2")).Status);
        (await host.GetAsync("/api/v1/machines/node2")).Problem(ProblemKind.NotFound);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await using var host = await RestHost.StartAsync();
        Assert.Equal(200, (await host.SendAsync("POST", "/api/v1/machines?dryRun=true", Node)).Status);
        Assert.Empty(host.Machines.All);
        var added = await host.SendAsync("POST", "/api/v1/machines", Node);

        var dry = await host.SendAsync("PUT", "/api/v1/machines/node1?dryRun=true", """{ "name": "other" }""");

        Assert.Equal("other", dry.Json.GetProperty("machine").GetProperty("name").GetString());
        Assert.Equal(added.ETag, (await host.GetAsync("/api/v1/machines/node1")).ETag);
    }

    [Theory]
    [InlineData("""{ "macs": ["x"] }""", "/macs/0")]
    [InlineData("""{ "macs": ["52:54:00:77:00:01", "01:00:5e:00:00:01"] }""", "/macs/1")]
    [InlineData("""{ "uuid": "00000000-0000-0000-0000-000000000000" }""", "/uuid")]
    [InlineData("""{ "serial": "" }""", "/serial")]
    [InlineData("""{ "macs": ["52:54:00:77:00:01"], "name": "a b" }""", "/name")]
    [InlineData("""{ "macs": ["52:54:00:77:00:01"], "labels": { "": "x" } }""", "/labels/")]
    [InlineData("{}", "")]
    public async Task What_names_no_machine_is_told_by_its_field(string body, string pointer)
    {
        await using var host = await RestHost.StartAsync();
        var problem = (await host.SendAsync("POST", "/api/v1/machines", body)).Problem(ProblemKind.InvalidRequest);
        Assert.Equal(pointer, Assert.Single(problem.Errors!).Pointer);
    }

    [Fact]
    public async Task A_list_is_read_by_pages()
    {
        await using var host = await RestHost.StartAsync();
        for (var i = 0; i < 25; i++)
        {
            await host.SendAsync("POST", "/api/v1/machines", $$"""{ "name": "n{{i:00}}", "macs": ["52:54:00:77:00:{{i:x2}}"], "labels": { "odd": "{{i % 2}}" } }""");
        }

        var names = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await host.GetAsync($"/api/v1/machines?selector=odd%3D1&limit=5{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}")).Json;
            Assert.True(page.GetProperty("machines").GetArrayLength() <= 5);
            names.AddRange(page.GetProperty("machines").EnumerateArray().Select(machine => machine.GetProperty("name").GetString()!));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        Assert.Equal(Enumerable.Range(0, 25).Where(i => i % 2 == 1).Select(i => $"n{i:00}"), names);
        Assert.Equal(25, (await host.GetAsync("/api/v1/machines")).Json.GetProperty("machines").GetArrayLength());
    }

    [Fact]
    public async Task A_hundred_concurrent_edits_with_If_Match_lose_none()
    {
        await using var host = await RestHost.StartAsync();
        await host.SendAsync("POST", "/api/v1/machines", Node);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            while (true)
            {
                var present = await host.GetAsync("/api/v1/machines/node1");
                var labels = present.Json.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!);
                labels[$"edit{i}"] = "yes";
                var changed = await host.SendAsync("PUT", "/api/v1/machines/node1", JsonSerializer.Serialize(new { name = "node1", labels }), "application/json", ("If-Match", present.ETag!));
                if (changed.Status == 200)
                {
                    return;
                }
                changed.Problem(ProblemKind.Stale);
            }
        }));

        Assert.Equal(101, (await host.GetAsync("/api/v1/machines/node1")).Json.GetProperty("labels").EnumerateObject().Count());
    }

    [Fact]
    public async Task Networks_are_shown_as_the_settings_have_them()
    {
        await using var host = await RestHost.StartAsync();
        Assert.Equal("10.77.0.0/24", (await host.GetAsync("/api/v1/subnets")).Json.GetProperty("subnets")[0].GetProperty("network").GetString());
        Assert.Equal(0, (await host.GetAsync("/api/v1/reservations")).Json.GetProperty("reservations").GetArrayLength());
        Assert.Equal(0, (await host.GetAsync("/api/v1/leases")).Json.GetProperty("leases").GetArrayLength());
        Assert.Equal(0, (await host.GetAsync("/api/v1/armings")).Json.GetProperty("armings").GetArrayLength());
    }
}
