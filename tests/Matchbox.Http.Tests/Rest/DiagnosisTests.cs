using Matchbox.Http.Rest.Problems;

namespace Matchbox.Http.Tests.Rest;

/// <summary>Why a machine does not boot, as the API says it.</summary>
public sealed class DiagnosisTests
{
    [Fact]
    public async Task A_machine_that_was_never_seen_is_said_to_be_with_what_to_do()
    {
        await using var host = await RestHost.StartAsync();
        await host.SendAsync("POST", "/api/v1/machines", """{ "name": "node1", "macs": ["52:54:00:77:00:01"], "labels": { "rack": "b7" } }""");

        var answer = await host.GetAsync("/api/v1/machines/node1/diagnosis");

        Assert.Equal(200, answer.Status);
        var found = answer.Json;
        Assert.Equal("52-54-00-77-00-01", found.GetProperty("machine").GetString());
        Assert.Equal("no group selects this machine", found.GetProperty("next").GetString());
        var kinds = found.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("kind").GetString());
        Assert.Equal(["not-seen", "no-profile"], kinds);
        Assert.All(found.GetProperty("findings").EnumerateArray(), finding => Assert.NotEqual(0, finding.GetProperty("whatToDo").GetArrayLength()));
    }

    [Fact]
    public async Task It_needs_the_right_to_look_at_the_machine()
    {
        await using var host = await RestHost.StartAsync();
        await host.SendAsync("POST", "/api/v1/machines", """{ "name": "node1", "macs": ["52:54:00:77:00:01"], "labels": { "rack": "b7" } }""");

        Assert.Equal(200, (await host.GetAsync("/api/v1/machines/node1/diagnosis", host.As("viewer:rack=b7"))).Status);
        (await host.GetAsync("/api/v1/machines/node1/diagnosis", host.As("viewer:rack=b8"))).Problem(ProblemKind.Forbidden);
        (await host.GetAsync("/api/v1/machines/node2/diagnosis")).Problem(ProblemKind.NotFound);
    }
}
