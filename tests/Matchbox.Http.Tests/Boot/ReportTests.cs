using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Matchbox.Core.Boot;
using Matchbox.Core.Events;

namespace Matchbox.Http.Tests.Boot;

public class ReportTests
{
    private const string Mac = "52:54:00:77:00:01";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_install_reports_by_what_its_config_says_and_boots_its_disk_from_then_on()
    {
        await using var host = await BootHost.StartAsync(Installing);
        var nonce = host.Begin();
        Assert.IsType<CommandOutcome.Done>(await host.Commands.ArmAsync(host.Machines.ByMac(BootHost.Node)!, "test", null, Cancellation));
        var script = await host.Client.GetStringAsync($"/ipxe?mac={Mac}&nonce={nonce}", Cancellation);
        var token = script.Split("matchbox.token=")[1].Split(' ')[0];

        using var config = JsonDocument.Parse(await host.Client.GetByteArrayAsync($"/ignition?mac={Mac}&nonce={nonce}&token={token}", Cancellation));
        var file = config.RootElement.GetProperty("storage").GetProperty("files").EnumerateArray().Last();
        Assert.Equal("/etc/matchbox/report.json", file.GetProperty("path").GetString());
        var source = file.GetProperty("contents").GetProperty("source").GetString()!;
        using var report = JsonDocument.Parse(Convert.FromBase64String(source.Split("base64,")[1]));
        Assert.Equal($"{host.Address.Scheme}://{host.Address.Authority}/report", report.RootElement.GetProperty("url").GetString());
        Assert.Equal((token, Mac), (report.RootElement.GetProperty("token").GetString(), report.RootElement.GetProperty("mac").GetString()));

        using var forged = await PostAsync(host, "installed", token: new string('0', 32));
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        Assert.False(host.Machines.ByMac(BootHost.Node)!.Installation.IsInstalled);
        for (var repeated = 0; repeated < 2; repeated++)
        {
            using var accepted = await PostAsync(host, "installed", token);
            Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        }
        Assert.True(Assert.Single(host.Store.Load()).Installation.IsInstalled);
        Assert.Contains(
            "matchbox: local disk: installed", await host.Client.GetStringAsync($"/ipxe?mac={Mac}&nonce={nonce}", Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("[]", "JSON object")]
    [InlineData("{\"mac\":\"x\"}", "mac")]
    [InlineData("{\"mac\":\"52:54:00:77:00:01\",\"step\":\"gone\"}", "step")]
    [InlineData("{\"mac\":\"52:54:00:77:00:01\",\"step\":\"booted\",\"uuid\":\"x\"}", "uuid")]
    [InlineData("{\"mac\":\"52:54:00:77:00:01\",\"step\":\"booted\",\"text\":\"\\ud800\"}", "Unicode")]
    public async Task What_is_wrong_is_said(string body, string word)
    {
        await using var host = await BootHost.StartAsync();
        using var answer = await host.Client.PostAsync("/report", new StringContent(body), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains(word, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_inventory_is_longer_and_counts_with_the_token_of_the_live_boot_alone()
    {
        await using var host = await BootHost.StartAsync(host =>
        {
            host.Write("data/profiles/live.json", """{ "id": "live", "boot": { "kernel": "/k", "args": ["matchbox.report"] } }""");
            host.Write("data/groups/live.json", $$"""{ "id": "live", "profile": "live", "selector": { "mac": "{{Mac}}" } }""");
        });
        var nonce = host.Begin();
        var script = await host.Client.GetStringAsync($"/ipxe?mac={Mac}&nonce={nonce}", Cancellation);
        var token = script.Split("matchbox.token=")[1].Split(' ')[0];
        var url = script.Split("matchbox.report=")[1].Split(' ')[0];
        Assert.EndsWith($"/report?nonce={nonce}", url, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(token, """{ "disks": 7 }"""));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(token, "null"));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(new string('0', 32), "{}"));
        Assert.Null(host.Machines.ByMac(BootHost.Node)!.Inventory);
        var disks = string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""{ "path": "/dev/d{{i}}", "model": "{{new string('m', 100)}}" }"""));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(token, $$"""{ "disks": [ {{disks}} ] }"""));
        Assert.Equal(60, Assert.Single(host.Store.Load()).Inventory!.Disks.Count);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync(token, $$"""{ "more": "{{new string('x', 70_000)}}" }"""));

        async Task<HttpStatusCode> SendAsync(string with, string inventory)
        {
            using var answer = await host.Client.PostAsync(new Uri(url).PathAndQuery, new StringContent($$"""{ "mac": "{{Mac}}", "step": "inventory", "token": "{{with}}", "inventory": {{inventory}} }"""), Cancellation);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Four_kilobytes_are_the_most_and_only_post_reports()
    {
        await using var host = await BootHost.StartAsync();
        using var large = await host.Client.PostAsync("/report", new StringContent(new string(' ', 5_000)), Cancellation);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        using var get = await host.Client.GetAsync("/report", Cancellation);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        using var stranger = await host.Client.PostAsync("/report", new StringContent("{\"mac\":\"52:54:00:99:99:99\",\"step\":\"booted\"}"), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
    }

    [Fact]
    public async Task Too_many_in_a_minute_are_told_when_to_come_back()
    {
        await using var host = await BootHost.StartAsync(settings: given => given with { ReportsPerMinute = 3 });
        host.Begin();
        for (var i = 0; i < 3; i++)
        {
            using var taken = await PostAsync(host, "progress", null);
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }
        using var refused = await PostAsync(host, "progress", null);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        using var later = await PostAsync(host, "progress", null);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task A_report_that_the_disk_does_not_take_is_not_acknowledged()
    {
        await using var host = await BootHost.StartAsync(Installing);
        var nonce = host.Begin();
        await host.Commands.ArmAsync(host.Machines.ByMac(BootHost.Node)!, "test", null, Cancellation);
        var script = await host.Client.GetStringAsync($"/ipxe?mac={Mac}&nonce={nonce}", Cancellation);
        host.Store.Failure = new IOException("disk full");
        using var failed = await PostAsync(host, "installed", script.Split("matchbox.token=")[1].Split(' ')[0]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        Assert.NotNull(failed.Headers.RetryAfter);
    }

    [Fact]
    public async Task The_token_may_come_in_the_query_or_as_a_bearer_and_texts_are_escaped()
    {
        await using var host = await BootHost.StartAsync();
        host.Begin();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/report?token=x")
        {
            Content = new StringContent("{\"mac\":\"52-54-00-77-00-01\",\"step\":\"failed\",\"text\":\"a\\u001b[2Jb\"}"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "y");
        using var answer = await host.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(host.Events.All, happened => happened.Kind == EventKind.Failed && happened.Text == "a\\u001b[2Jb");
    }

    private static Task<HttpResponseMessage> PostAsync(BootHost host, string step, string? token) => host.Client.PostAsync(
        "/report", new StringContent(JsonSerializer.Serialize(new { mac = Mac, step, text = "t", token }), Encoding.UTF8, "application/json"), Cancellation);

    private static void Installing(BootHost host)
    {
        host.Write("data/groups/node.json", """{"id": "node", "profile": "install", "selector": {"mac": "52:54:00:77:00:01"}}""");
        host.Write("data/profiles/install.json", """{"id": "install", "install": true, "ignition_id": "node.ign", "boot": {"kernel": "/assets/vmlinuz"}}""");
        host.Write("data/ignition/node.ign", """{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"/etc/hostname"}]}}""");
    }
}
