using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Secrets;
using Matchbox.Core.Webhooks;
using Matchbox.Http.Outbound;
using Matchbox.Http.Rest.Problems;
using Matchbox.Http.Tests.Rest;
using Matchbox.Protocols;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Http.Tests.Webhooks;

/// <summary>Webhooks by the API: set, sent and shown.</summary>
public sealed class WebhookTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_arrives_signed_as_the_API_shows_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await RestHost.StartAsync();
        var made = await host.SendAsync("PUT", "/api/v1/webhooks/chat", $$"""{ "url": "{{receiver.Url}}/in?key=1", "kinds": ["failed"] }""");
        Assert.Equal(200, made.Status);
        var secret = made.Json.GetProperty("secret").GetString()!;

        Publish(host, EventKind.Booted, "not asked for");
        Publish(host, EventKind.Failed, "the disk is gone \u2713");

        var call = (await receiver.WaitForAsync(1))[0];
        Assert.Equal("/in", call.Path);
        var shown = (await host.GetAsync("/api/v1/events")).Json.GetProperty("events").EnumerateArray().Single(happened => happened.GetProperty("kind").GetString() == "failed");
        Assert.True(JsonElement.DeepEquals(shown, JsonDocument.Parse(call.Body).RootElement));
        // Plain code of a receiver.
        var time = call.Signature.Split(',')[0]["t=".Length..];
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(long.Parse(time, CultureInfo.InvariantCulture)), DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.MaxValue);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{call.Delivery}.{time}."), .. call.Body];
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
        Assert.Equal($"t={time},v1={Convert.ToHexStringLower(expected)}", call.Signature);
    }

    [Fact]
    public async Task The_secret_is_told_once_and_a_change_needs_the_present_revision()
    {
        await using var host = await RestHost.StartAsync();
        const string Path = "/api/v1/webhooks/chat";
        const string Body = """{ "url": "https://hooks.example.com/x" }""";
        var made = await host.SendAsync("PUT", Path, Body, "application/json", ("If-None-Match", "*"));
        var secret = made.Json.GetProperty("secret").GetString()!;
        (await host.SendAsync("PUT", Path, Body, "application/json", ("If-None-Match", "*"))).Problem(ProblemKind.Stale);
        var changed = await host.SendAsync("PUT", Path, Body, "application/json", ("If-Match", made.ETag!));
        Assert.NotEqual(made.ETag, changed.ETag);
        (await host.SendAsync("PUT", Path, Body, "application/json", ("If-Match", made.ETag!))).Problem(ProblemKind.Stale);

        foreach (var answer in new[] { changed, await host.GetAsync(Path), await host.GetAsync("/api/v1/webhooks"), await host.GetAsync($"{Path}/deliveries"), await host.GetAsync("/api/v1/events"), await host.GetAsync("/api/v1/audit") })
        {
            Assert.DoesNotContain("\"secret\"", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, answer.Text, StringComparison.Ordinal);
        }
        var another = await host.SendAsync("PUT", Path, """{ "url": "https://hooks.example.com/x", "newSecret": true }""");
        Assert.NotEqual(secret, another.Json.GetProperty("secret").GetString());
        (await host.SendAsync("DELETE", Path, null, null, ("If-Match", made.ETag!))).Problem(ProblemKind.Stale);
        Assert.Equal(204, (await host.SendAsync("DELETE", Path)).Status);
        (await host.GetAsync(Path)).Problem(ProblemKind.NotFound);
        (await host.SendAsync("POST", $"{Path}/test")).Problem(ProblemKind.NotFound);
        (await host.GetAsync($"{Path}/deliveries")).Problem(ProblemKind.NotFound);
    }

    [Theory]
    [InlineData("chat", """{ }""", "\"url\" is missing")]
    [InlineData("chat", """{ "url": "/in" }""", "only http and https")]
    [InlineData("chat", """{ "url": "hooks" }""", "no whole URL")]
    [InlineData("chat", """{ "url": "ftp://example.com/" }""", "only http and https")]
    [InlineData("chat", """{ "url": "https://me:secret@example.com/" }""", "user name or password")]
    [InlineData("chat", """{ "url": "http://169.254.169.254/latest" }""", "loopback, link-local")]
    [InlineData("chat", """{ "url": "http://[::ffff:7f00:1]/" }""", "loopback, link-local")]
    [InlineData("chat", """{ "url": "http://2130706433/" }""", "loopback, link-local")]
    [InlineData("chat", """{ "url": "http://10.0.0.1/" }""", "private range")]
    [InlineData("chat", """{ "url": "https://example.com/", "kinds": ["exploded"] }""", "no kind of event")]
    [InlineData("chat", """{ "url": "https://example.com/", "selector": "rack" }""", "key=value")]
    [InlineData(".chat", """{ "url": "https://example.com/" }""", "id has up to 64")]
    public async Task What_cannot_be_a_target_is_refused(string id, string body, string why)
    {
        var rules = new AddressRules([], [], () => []);
        await using var host = await RestHost.StartAsync(host => host.WhyNotCalled = rules.WhyNot);
        Assert.Contains(why, (await host.SendAsync("PUT", $"/api/v1/webhooks/{id}", body)).Problem(ProblemKind.InvalidRequest).Detail, StringComparison.Ordinal);
        Assert.Empty((await host.GetAsync("/api/v1/webhooks")).Json.GetProperty("webhooks").EnumerateArray());
    }

    [Fact]
    public async Task A_test_tells_what_came_of_it_and_is_logged()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await RestHost.StartAsync();
        await host.SendAsync("PUT", "/api/v1/webhooks/chat", $$"""{ "url": "{{receiver.Url}}/", "enabled": false }""");

        var good = (await host.SendAsync("POST", "/api/v1/webhooks/chat/test")).Json;
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var bad = (await host.SendAsync("POST", "/api/v1/webhooks/chat/test")).Json;

        Assert.Equal(("delivered", 204), (good.GetProperty("outcome").GetString(), good.GetProperty("status").GetInt32()));
        Assert.Equal(("failed", 500), (bad.GetProperty("outcome").GetString(), bad.GetProperty("status").GetInt32()));
        Assert.Contains("\"kind\":\"test\"", receiver.Calls.First().Text, StringComparison.Ordinal);
        var log = (await host.GetAsync("/api/v1/webhooks/chat/deliveries")).Json.GetProperty("deliveries").EnumerateArray().Select(delivery => delivery.GetProperty("id").GetString());
        Assert.Equal([bad.GetProperty("id").GetString(), good.GetProperty("id").GetString()], log);
    }

    [Fact]
    public async Task A_target_that_resolves_to_a_refused_address_is_not_called_and_not_tried_again()
    {
        await using var receiver = await Receiver.StartAsync();
        var rules = new AddressRules([], [], () => []);
        await using var host = await RestHost.StartAsync(host => host.WhyNotCalled = rules.WhyNot);
        var port = new Uri(receiver.Url).Port;
        Assert.Equal(200, (await host.SendAsync("PUT", "/api/v1/webhooks/chat", $$"""{ "url": "http://localhost:{{port}}/" }""")).Status);

        var answer = (await host.SendAsync("POST", "/api/v1/webhooks/chat/test")).Json;

        Assert.Equal("failed", answer.GetProperty("outcome").GetString());
        Assert.Contains("not called", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task A_redirect_is_followed_only_to_where_may_be_called()
    {
        await using var inner = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var forbidden = new Uri(inner.Url).Port;
        await using var host = await RestHost.StartAsync(host => host.WhyNotCalled = target => target.Port == forbidden ? "one of ours" : null);
        receiver.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Path == "/done" ? 204 : 307;
            context.Response.Headers.Location = context.Request.Path == "/near" ? "/done" : $"{inner.Url}/stolen";
            return Task.CompletedTask;
        };
        await host.SendAsync("PUT", "/api/v1/webhooks/far", $$"""{ "url": "{{receiver.Url}}/far", "enabled": false }""");
        await host.SendAsync("PUT", "/api/v1/webhooks/near", $$"""{ "url": "{{receiver.Url}}/near", "enabled": false }""");

        Assert.Equal("not called: one of ours", (await host.SendAsync("POST", "/api/v1/webhooks/far/test")).Json.GetProperty("error").GetString());
        Assert.Equal("delivered", (await host.SendAsync("POST", "/api/v1/webhooks/near/test")).Json.GetProperty("outcome").GetString());
        Assert.Empty(inner.Calls);
        Assert.Equal(receiver.Calls.Single(call => call.Path == "/near").Body, receiver.Calls.Single(call => call.Path == "/done").Body);
    }

    [Fact]
    public async Task A_selector_takes_the_machines_that_carry_its_labels()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await RestHost.StartAsync();
        await PutMachineAsync(host, "52-54-00-77-00-01", "b7");
        await PutMachineAsync(host, "52-54-00-77-00-02", "a1");
        await host.SendAsync("PUT", "/api/v1/webhooks/chat", $$"""{ "url": "{{receiver.Url}}/", "kinds": ["booted", "failed"], "selector": "rack=b7" }""");

        Publish(host, EventKind.Booted, "of no machine");
        Publish(host, EventKind.Booted, "of another rack", "52-54-00-77-00-02");
        Publish(host, EventKind.Booted, "of a machine that nobody knows", "52-54-00-77-00-03");
        Publish(host, EventKind.Failed, "of the rack", "52-54-00-77-00-01");

        Assert.Contains("of the rack", (await receiver.WaitForAsync(1))[0].Text, StringComparison.Ordinal);
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task No_secret_goes_out()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await RestHost.StartAsync();
        var secret = (await host.SendAsync("PUT", "/api/v1/webhooks/all", $$"""{ "url": "{{receiver.Url}}/?key=receivers-own" }""")).Json.GetProperty("secret").GetString()!;
        Assert.Equal(200, (await host.SendAsync("PUT", "/api/v1/secrets/join", """{ "value": "value-that-nobody-sees", "profiles": ["worker"] }""")).Status);
        var other = (await host.SendAsync("PUT", "/api/v1/webhooks/other", """{ "url": "https://hooks.example.com/path-key" }""")).Json.GetProperty("secret").GetString()!;
        host.Services.GetRequiredService<SecretVault>().Remove("join", "a test");
        await host.SendAsync("DELETE", "/api/v1/webhooks/other");
        var token = host.Services.GetRequiredService<Matchbox.Core.Access.AccessBook>().CreateToken("ci", [], null, "a test").Text;
        Publish(host, EventKind.Booted, "the end");

        var calls = await receiver.WaitForAsync(1);
        while (!calls.Any(call => call.Text.Contains("the end", StringComparison.Ordinal)))
        {
            calls = await receiver.WaitForAsync(calls.Length + 1);
        }
        Assert.Contains(calls, call => call.Text.Contains("secret-set", StringComparison.Ordinal));
        Assert.Contains(calls, call => call.Text.Contains("webhook-removed", StringComparison.Ordinal));
        string?[] hidden = [secret, other, token, "value-that-nobody-sees", "receivers-own", "path-key"];
        Assert.All(calls, call => Assert.All(hidden.OfType<string>(), text => Assert.DoesNotContain(text, call.Text, StringComparison.Ordinal)));
    }

    private static void Publish(RestHost host, EventKind kind, string text, string? machine = null) => host.Services.GetRequiredService<IEventSink>().Publish(
        new ApplianceEvent { At = DateTimeOffset.UnixEpoch, Kind = kind, Machine = machine, Known = true, Text = text, Data = ImmutableSortedDictionary<string, string>.Empty.Add("disk", "/dev/sda") });

    private static Task<Machine> PutMachineAsync(RestHost host, string id, string rack) => host.Machines.PutAsync(
        new Machine
        {
            Id = id,
            Origin = MachineOrigin.Added,
            Macs = [HardwareAddress.Parse(id.Replace('-', ':'))],
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("rack", rack),
        },
        Cancellation);
}
