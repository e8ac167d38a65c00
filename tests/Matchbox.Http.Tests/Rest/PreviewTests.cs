using Matchbox.Core.Boot;
using Matchbox.Http.Rest.Problems;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Http.Tests.Rest;

/// <summary>What a machine would get.</summary>
public sealed class PreviewTests
{
    private const string Config = "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    - path: /etc/rack\n      contents:\n        inline: {{.rack}}\n";

    private static async Task<RestHost> StartAsync(string more = "")
    {
        var host = await RestHost.StartAsync(host =>
        {
            host.Documents.Add("ignition/a.yaml", Config);
            host.Documents.Add("generic/a.txt", "serial={{.rack}}\n");
            host.Documents.Add("profiles/a.json", $$"""{ "id": "a", "boot": { "kernel": "/k", "args": ["ignition.config.url=http://10.0.0.1:8080/ignition?mac=x"] }, "ignition_id": "a.yaml", "generic_id": "a.txt"{{more}} }""");
            host.Documents.Add("groups/a.json", """{ "profile": "a", "selector": { "rack": "b7" }, "metadata": { "site": "x" } }""");
        });
        await host.SendAsync("POST", "/api/v1/machines", """{ "name": "node1", "macs": ["52:54:00:77:00:01"], "labels": { "rack": "b7" } }""");
        return host;
    }

    [Fact]
    public async Task Each_answer_is_shown_and_nothing_changes()
    {
        await using var host = await StartAsync();
        var before = host.Machines.Resolve("node1");

        var script = await host.GetAsync("/api/v1/machines/node1/preview/script?base=http://10.0.0.1:8080/");
        Assert.Equal((200, "text/plain"), (script.Status, script.Type));
        Assert.StartsWith("#!ipxe", script.Text, StringComparison.Ordinal);
        Assert.Contains($"mac=x&nonce={BootService.PreviewSecret}", script.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await host.GetAsync("/api/v1/machines/node1/preview/grub")).Status);
        var ignition = await host.GetAsync("/api/v1/machines/node1/preview/ignition");
        Assert.Equal((200, "application/json"), (ignition.Status, ignition.Type));
        Assert.Contains("data:,b7", ignition.Text, StringComparison.Ordinal);
        Assert.Equal("serial=b7\n", (await host.GetAsync("/api/v1/machines/node1/preview/generic")).Text);
        var metadata = (await host.GetAsync("/api/v1/machines/node1/preview/metadata?label=os%3Dfcos")).Text;
        Assert.Contains("SITE=x\n", metadata, StringComparison.Ordinal);
        Assert.Contains("REQUEST_QUERY_OS=fcos\n", metadata, StringComparison.Ordinal);

        Assert.Same(before, host.Machines.Resolve("node1"));
    }

    [Fact]
    public async Task An_installer_is_shown_only_while_armed_and_without_a_secret()
    {
        await using var host = await StartAsync(", \"install\": true");
        Assert.DoesNotContain("kernel /k", (await host.GetAsync("/api/v1/machines/node1/preview/script")).Text, StringComparison.Ordinal);
        (await host.GetAsync("/api/v1/machines/node1/preview/ignition")).Problem(ProblemKind.NotFound);
        Assert.Equal(200, (await host.SendAsync("POST", "/api/v1/machines/node1/arm")).Status);

        var script = (await host.GetAsync("/api/v1/machines/node1/preview/script")).Text;

        Assert.Contains($"matchbox.token={BootService.PreviewSecret}", script, StringComparison.Ordinal);
        Assert.Contains("/etc/matchbox/report.json", (await host.GetAsync("/api/v1/machines/node1/preview/ignition")).Text, StringComparison.Ordinal);
        var machine = host.Machines.Resolve("node1")!;
        Assert.Empty(machine.Installation.Attempts);
        Assert.Null(host.Services.GetRequiredService<BootSessions>().Present(machine.Macs[0]));
    }

    [Fact]
    public async Task What_cannot_be_shown_is_a_problem()
    {
        await using var host = await StartAsync();
        (await host.GetAsync("/api/v1/machines/none/preview/script")).Problem(ProblemKind.NotFound);
        (await host.GetAsync("/api/v1/machines/node1/preview/else")).Problem(ProblemKind.NotFound);
        (await host.GetAsync("/api/v1/machines/node1/preview/script?base=ftp%3A%2F%2Fx")).Problem(ProblemKind.InvalidRequest);
    }
}
