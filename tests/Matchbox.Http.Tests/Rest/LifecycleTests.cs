using Matchbox.Core.Machines;
using Matchbox.Core.Machines.Inventory;
using Matchbox.Http.Rest.Problems;
using Matchbox.Protocols;

namespace Matchbox.Http.Tests.Rest;

/// <summary>What moves a machine through its life, by the API.</summary>
public sealed class LifecycleTests
{
    private const string Path = "/api/v1/machines/node1";

    [Fact]
    public async Task A_machine_is_ignored_and_answered_again()
    {
        await using var host = await StartAsync();
        Assert.Equal("ready", await StateAsync(host));

        Assert.Equal("ignored", (await host.SendAsync("POST", $"{Path}/ignore?dryRun=true")).Json.GetProperty("machine").GetProperty("state").GetString());
        Assert.Equal("ready", await StateAsync(host));
        var ignored = await host.SendAsync("POST", $"{Path}/ignore");
        Assert.Equal("a test", ignored.Json.GetProperty("machine").GetProperty("ignored").GetProperty("by").GetString());
        Assert.Equal("ignored", await StateAsync(host));
        (await host.SendAsync("POST", $"{Path}/ignore")).Problem(ProblemKind.Conflict);
        Assert.Equal(1, (await host.GetAsync("/api/v1/machines?selector=state=ignored")).Json.GetProperty("machines").GetArrayLength());

        Assert.Equal(200, (await host.SendAsync("POST", $"{Path}/unignore")).Status);
        (await host.SendAsync("POST", $"{Path}/unignore")).Problem(ProblemKind.Conflict);
        Assert.Equal(1, (await host.GetAsync("/api/v1/machines?selector=state=assigned")).Json.GetProperty("machines").GetArrayLength());
    }

    [Fact]
    public async Task A_protected_machine_is_neither_armed_nor_forgotten()
    {
        await using var host = await StartAsync();
        Assert.Equal(200, (await host.SendAsync("POST", $"{Path}/protect")).Status);
        Assert.Equal(1, (await host.GetAsync("/api/v1/machines?selector=protected=true")).Json.GetProperty("machines").GetArrayLength());
        Assert.Contains("unprotect", (await host.SendAsync("POST", $"{Path}/arm")).Problem(ProblemKind.Conflict).Detail, StringComparison.Ordinal);
        (await host.SendAsync("DELETE", Path)).Problem(ProblemKind.Conflict);

        Assert.Equal(200, (await host.SendAsync("POST", $"{Path}/unprotect")).Status);
        Assert.Equal("armed", (await host.SendAsync("POST", $"{Path}/arm")).Json.GetProperty("machine").GetProperty("state").GetString());
        (await host.SendAsync("POST", $"{Path}/ignore")).Problem(ProblemKind.Conflict);
    }

    [Theory]
    [InlineData("ignore")]
    [InlineData("protect")]
    public async Task A_command_asks_for_what_was_seen_and_for_the_right(string verb)
    {
        await using var host = await StartAsync();
        (await host.SendAsync("POST", $"{Path}/{verb}", null, null, ("If-Match", "\"other\""))).Problem(ProblemKind.Stale);
        (await host.SendAsync("POST", $"{Path}/{verb}", null, null, host.As("operator:rack=a1"))).Problem(ProblemKind.Forbidden);
        (await host.SendAsync("POST", $"{Path}/{verb}", null, null, host.As("viewer"))).Problem(ProblemKind.Forbidden);
        Assert.Equal(200, (await host.SendAsync("POST", $"{Path}/{verb}", null, null, host.As("operator:rack=b7"))).Status);
    }

    [Fact]
    public async Task A_live_profile_is_booted_once()
    {
        await using var host = await StartAsync();
        var asked = await host.SendAsync("POST", $"{Path}/boot-once", """{ "profile": "rescue", "lifetime": "2h" }""");
        var once = asked.Json.GetProperty("machine").GetProperty("bootOnce");
        Assert.Equal(("rescue", "a test", false), (once.GetProperty("profile").GetString(), once.GetProperty("by").GetString(), once.GetProperty("taken").GetBoolean()));
        Assert.Contains("/rescue-kernel", (await host.GetAsync($"{Path}/preview/script")).Text, StringComparison.Ordinal);

        Assert.Equal(200, (await host.SendAsync("DELETE", $"{Path}/boot-once", null, null)).Status);
        Assert.False((await host.GetAsync(Path)).Json.TryGetProperty("bootOnce", out _));
        (await host.SendAsync("DELETE", $"{Path}/boot-once", null, null)).Problem(ProblemKind.Conflict);
    }

    [Theory]
    [InlineData("""{ "profile": "installer" }""", "conflict")]
    [InlineData("""{ "profile": "other" }""", "conflict")]
    [InlineData("""{ "profile": "rescue", "lifetime": "1y" }""", "invalid-request")]
    [InlineData("""{ "profile": "rescue", "lifetime": "60d" }""", "conflict")]
    [InlineData("""{ "profile": "" }""", "invalid-request")]
    [InlineData("{}", "invalid-request")]
    [InlineData("[]", "malformed-json")]
    [InlineData("", "malformed-json")]
    public async Task What_cannot_be_booted_once_is_refused(string body, string kind)
    {
        await using var host = await StartAsync();
        (await host.SendAsync("POST", $"{Path}/boot-once", body)).Problem(ProblemKind.All.Single(known => known.Slug == kind));
        Assert.False((await host.GetAsync(Path)).Json.TryGetProperty("bootOnce", out _));
    }

    [Fact]
    public async Task A_machine_is_woken_on_the_network_that_is_served()
    {
        await using var host = await StartAsync();
        // The test's network is reached through relays only.
        Assert.Contains("no network is served", (await host.SendAsync("POST", $"{Path}/wake")).Problem(ProblemKind.Conflict).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_was_seen_takes_anothers_place()
    {
        await using var host = await StartAsync();
        host.Machines.Sight(Seen, null, new Sighting { Relay = IPv4Address.Parse("10.9.0.1"), RelayPort = "eth0/7" });
        host.Machines.Sight(HardwareAddress.Parse("52:54:00:77:00:01"), null, new Sighting { Relay = IPv4Address.Parse("10.9.0.1"), RelayPort = "eth0/7" });
        var suggested = (await host.GetAsync($"/api/v1/machines/{Seen}")).Json.GetProperty("suggestedReplacementFor")[0];
        Assert.Equal(("node1", "the same switch port"), (suggested.GetProperty("name").GetString(), suggested.GetProperty("because").GetString()));

        Assert.Equal("/by", Assert.Single((await host.SendAsync("POST", $"{Path}/replace", "{}")).Problem(ProblemKind.InvalidRequest).Errors!).Pointer);
        Assert.Equal("/keep/0", Assert.Single((await host.SendAsync("POST", $"{Path}/replace", $$"""{ "by": "{{Seen}}", "keep": ["x"] }""")).Problem(ProblemKind.InvalidRequest).Errors!).Pointer);
        (await host.SendAsync("POST", $"{Path}/replace", """{ "by": "nobody" }""")).Problem(ProblemKind.NotFound);
        (await host.SendAsync("POST", $"{Path}/replace", $$"""{ "by": "{{Seen}}" }""", "application/json", host.As("operator:rack=b7"))).Problem(ProblemKind.Forbidden);
        Assert.Equal(200, (await host.SendAsync("POST", $"{Path}/replace?dryRun=true", $$"""{ "by": "{{Seen}}" }""")).Status);
        Assert.Equal(2, host.Machines.All.Count);

        var done = await host.SendAsync("POST", $"{Path}/replace", $$"""{ "by": "{{Seen}}" }""");
        Assert.Equal(("52-54-00-77-00-09", "node1"), (done.Json.GetProperty("machine").GetProperty("id").GetString(), done.Json.GetProperty("machine").GetProperty("name").GetString()));
        Assert.Equal("52:54:00:77:00:01", done.Json.GetProperty("machine").GetProperty("replaced")[0].GetProperty("mac").GetString());
        Assert.Single(host.Machines.All);
    }

    [Fact]
    public async Task What_a_machine_is_made_of_is_shown_and_a_disk_of_it_chosen()
    {
        await using var host = await StartAsync();
        Assert.Contains("boot-once", (await host.GetAsync($"{Path}/inventory")).Problem(ProblemKind.NotFound).Detail, StringComparison.Ordinal);
        await host.Machines.UpdateAsync(
            "52-54-00-77-00-01",
            machine => machine with { Inventory = new MachineInventory { At = DateTimeOffset.UnixEpoch, Disks = [new InventoryDisk { Path = "/dev/sda", Serial = "S1" }], Cards = [], Firmware = "uefi" } },
            TestContext.Current.CancellationToken);

        var shown = (await host.GetAsync($"{Path}/inventory")).Json;
        Assert.Equal(("S1", "/dev/sda", "uefi"), (
            shown.GetProperty("disks")[0].GetProperty("serial").GetString(), shown.GetProperty("disks")[0].GetProperty("device").GetString(), shown.GetProperty("firmware").GetString()));
        Assert.Equal(DateTimeOffset.UnixEpoch, (await host.GetAsync(Path)).Json.GetProperty("inventoryAt").GetDateTimeOffset());
        (await host.GetAsync($"{Path}/inventory", host.As("viewer:rack=a1"))).Problem(ProblemKind.Forbidden);

        // The profile has no config that would ask for it.
        Assert.Contains("change nothing", (await host.SendAsync("POST", $"{Path}/arm", """{ "disk": "S1" }""")).Problem(ProblemKind.Conflict).Detail, StringComparison.Ordinal);
        await host.SendAsync("PUT", "/api/v1/configs/ignition/disk.yaml", "variant: flatcar\nversion: 1.0.0\nstorage:\n  files:\n  - path: /d\n    contents:\n      inline: '{{ .arming.disk }}'\n", "application/octet-stream");
        Assert.Equal(200, (await host.SendAsync("PUT", "/api/v1/profiles/installer", """{ "id": "installer", "install": true, "boot": { "kernel": "/k" }, "ignition_id": "disk.yaml" }""")).Status);
        Assert.Contains("inventory", (await host.SendAsync("POST", $"{Path}/arm")).Problem(ProblemKind.Conflict).Detail, StringComparison.Ordinal);
        var armed = await host.SendAsync("POST", $"{Path}/arm", """{ "disk": "S1", "lifetime": "1h" }""");
        Assert.Equal("/dev/sda", armed.Json.GetProperty("machine").GetProperty("arming").GetProperty("disk").GetProperty("device").GetString());
    }

    private static readonly HardwareAddress Seen = HardwareAddress.Parse("52:54:00:77:00:09");

    private static async Task<RestHost> StartAsync()
    {
        var host = await RestHost.StartAsync(host =>
        {
            host.Documents.Add("profiles/installer.json", """{ "id": "installer", "install": true, "boot": { "kernel": "/k" } }""");
            host.Documents.Add("profiles/rescue.json", """{ "id": "rescue", "boot": { "kernel": "/rescue-kernel" } }""");
            host.Documents.Add("groups/b7.json", """{ "profile": "installer", "selector": { "rack": "b7" } }""");
        });
        await host.SendAsync("POST", "/api/v1/machines", """{ "name": "node1", "macs": ["52:54:00:77:00:01"], "labels": { "rack": "b7" } }""");
        return host;
    }

    private static async Task<string?> StateAsync(RestHost host) => (await host.GetAsync(Path)).Json.GetProperty("state").GetString();
}
