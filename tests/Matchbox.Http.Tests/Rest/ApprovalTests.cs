using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Machines;
using Matchbox.Http.Rest.Problems;
using Matchbox.Protocols;

namespace Matchbox.Http.Tests.Rest;

/// <summary>Machines that were seen come into the inventory: one with what it shall boot, many by a list.</summary>
public sealed class ApprovalTests
{
    private const string Mac = "52:54:00:77:00:01";
    private const string Path = "/api/v1/machines/52-54-00-77-00-01/approve";
    private const string Import = "/api/v1/machines/import";

    private static async Task<RestHost> StartAsync()
    {
        var host = await RestHost.StartAsync(host =>
        {
            host.Documents.Add("profiles/live.json", """{ "id": "live", "boot": { "kernel": "/assets/vmlinuz" } }""");
            host.Documents.Add("profiles/worker.json", """{ "id": "worker", "boot": { "kernel": "/assets/vmlinuz" } }""");
            host.Documents.Add("groups/workers.json", """{ "id": "workers", "profile": "worker", "selector": { "role": "worker", "rack": "b7" } }""");
            host.Documents.Add("groups/tenth.json", """{ "id": "tenth", "profile": "worker", "match": { "address": { "cidr": "10.9.0.0/16" } } }""");
        });
        Assert.True(HardwareAddress.TryParse(Mac, out var mac));
        await host.Machines.PutAsync(new Machine { Id = mac.ToHyphenString(), Macs = [mac] }, TestContext.Current.CancellationToken);
        return host;
    }

    [Fact]
    public async Task A_group_gives_the_labels_that_it_asks_for()
    {
        await using var host = await StartAsync();
        var answer = await host.SendAsync("POST", Path, """{ "name": "node1", "group": "workers" }""");

        Assert.Equal(("workers", "worker"), (answer.Json.GetProperty("group").GetString(), answer.Json.GetProperty("profile").GetString()));
        var machine = Assert.Single(host.Machines.All);
        Assert.Equal((MachineOrigin.Added, "node1", "b7", "worker"), (machine.Origin, machine.Name, machine.Labels["rack"], machine.Labels["role"]));
    }

    [Fact]
    public async Task A_group_that_asks_for_more_than_labels_is_a_conflict()
    {
        await using var host = await StartAsync();
        (await host.SendAsync("POST", Path, """{ "group": "tenth" }""")).Problem(ProblemKind.Conflict);
        (await host.SendAsync("POST", Path, """{ "group": "none" }""")).Problem(ProblemKind.InvalidRequest);
        Assert.Equal(MachineOrigin.Seen, Assert.Single(host.Machines.All).Origin);
    }

    [Fact]
    public async Task A_profile_that_no_group_gives_it_makes_one_that_comes_first()
    {
        await using var host = await StartAsync();
        const string Body = """{ "name": "node1", "labels": { "role": "worker", "rack": "b7" }, "profile": "live" }""";
        var dry = await host.SendAsync("POST", $"{Path}?dryRun=true", Body);
        Assert.Equal(("live", "groups/node1.json"), (dry.Json.GetProperty("profile").GetString(), dry.Json.GetProperty("made").GetString()));
        Assert.Null(host.Documents.Find("groups/node1.json"));

        var answer = await host.SendAsync("POST", Path, Body);

        Assert.Equal(("node1", "live"), (answer.Json.GetProperty("group").GetString(), answer.Json.GetProperty("profile").GetString()));
        Assert.Equal(DocumentOrigin.Store, host.Documents.Find("groups/node1.json")!.Origin);
        Assert.Equal("live", (await host.GetAsync("/api/v1/machines/node1")).Json.GetProperty("profile").GetString());
    }

    [Fact]
    public async Task A_profile_that_its_labels_give_makes_no_group()
    {
        await using var host = await StartAsync();
        var answer = await host.SendAsync("POST", Path, """{ "labels": { "role": "worker", "rack": "b7" }, "profile": "worker" }""");
        Assert.Equal(("workers", false), (answer.Json.GetProperty("group").GetString(), answer.Json.TryGetProperty("made", out _)));
        (await host.SendAsync("POST", Path, """{ "profile": "none" }""")).Problem(ProblemKind.InvalidRequest);
    }

    [Fact]
    public async Task A_list_with_a_head_is_taken()
    {
        await using var host = await StartAsync();
        const string List = "# rack b7\nMAC;Name;rack;role\n52:54:00:77:00:01;node1;b7;worker\n\n\"52-54-00-77-00-02\";node2;\"b;7\";\n";
        var answer = await host.SendAsync("POST", Import, List, "text/csv");

        Assert.Equal(["approve", "add"], answer.Json.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("step").GetString()!));
        Assert.Equal("worker", (await host.GetAsync("/api/v1/machines/node1")).Json.GetProperty("profile").GetString());
        Assert.Equal("b;7", host.Machines.Resolve("node2")!.Labels["rack"]);
        var again = await host.SendAsync("POST", Import, List, "text/csv");
        Assert.All(again.Json.GetProperty("lines").EnumerateArray(), line => Assert.Equal("none", line.GetProperty("step").GetString()));
    }

    [Fact]
    public async Task Each_wrong_line_is_told_and_none_is_done()
    {
        await using var host = await StartAsync();
        const string List = "52:54:00:77:00:01,node1,rack=b7\nxx,node2\n52:54:00:77:00:01,node3\n52:54:00:77:00:04,node1\n52:54:00:77:00:05,node5,rack\n52:54:00:77:00:06,\"node6\n52:54:00:77:00:07,a b\n";
        var dry = await host.SendAsync("POST", $"{Import}?dryRun=true", List, "text/csv");
        Assert.Equal(["approve", "error", "error", "error", "error", "error", "error"], dry.Json.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("step").GetString()!));

        var problem = (await host.SendAsync("POST", Import, List, "text/csv")).Problem(ProblemKind.Unsound);

        Assert.Equal([2, 3, 4, 5, 6, 7], problem.Errors!.Select(error => error.Line!.Value));
        Assert.Equal(MachineOrigin.Seen, Assert.Single(host.Machines.All).Origin);
    }

    [Fact]
    public async Task Only_machines_of_ones_own_right_are_taken()
    {
        await using var host = await StartAsync();
        var own = host.As("operator:rack=b7");
        (await host.SendAsync("POST", Import, "52:54:00:77:00:09,node9,rack=b8\n", "text/csv", own)).Problem(ProblemKind.Unsound);
        Assert.Equal(200, (await host.SendAsync("POST", Import, "52:54:00:77:00:09,node9,rack=b7\n", "text/csv", own)).Status);
    }
}
