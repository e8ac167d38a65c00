using System.Text;
using System.Text.Json;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>Webhooks in the real program: set by command, kept over a restart, and never sent to itself.</summary>
public sealed class WebhooksTests
{
    [Fact]
    public async Task A_webhook_is_added_tried_listed_and_removed_and_its_secret_is_in_no_file()
    {
        await using var appliance = new RunningAppliance();
        appliance.Configure("log: { level: trace }");
        await appliance.StartAsync();
        var added = await appliance.CommandAsync("webhooks", "add", "chat", "http://localhost:9/in?key=receivers-own", "--kind", "failed", "--selector", "rack=b7", "--json");
        Assert.True(added.Code == 0, added.Error);
        var secret = JsonDocument.Parse(added.Output).RootElement.GetProperty("secret").GetString()!;
        var refused = await appliance.CommandAsync("webhooks", "add", "meta", "http://169.254.169.254/");
        Assert.Equal(1, refused.Code);
        Assert.Contains("link-local", refused.Error, StringComparison.Ordinal);
        var logged = appliance.Output;
        await appliance.StopAsync();

        await appliance.StartAsync();
        var tried = await appliance.CommandAsync("webhooks", "test", "chat");
        Assert.Equal(1, tried.Code);
        Assert.Contains("not called: localhost", tried.Output, StringComparison.Ordinal);
        var list = await appliance.CommandAsync("webhooks");
        Assert.Contains("rack=b7", list.Output, StringComparison.Ordinal);
        var events = await appliance.CommandAsync("events", "--json");
        Assert.Contains("webhook-set", events.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await appliance.CommandAsync("webhooks", "remove", "chat")).Code);
        Assert.Equal(1, (await appliance.CommandAsync("webhooks", "remove", "chat")).Code);
        logged += appliance.Output;
        await appliance.StopAsync();

        Assert.All([list.Output, events.Output, tried.Output, logged], text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.All([events.Output, logged], text => Assert.DoesNotContain("receivers-own", text, StringComparison.Ordinal));
        foreach (var kept in Directory.EnumerateFiles(appliance.State, "*", SearchOption.AllDirectories))
        {
            Assert.True((await File.ReadAllBytesAsync(kept, TestContext.Current.CancellationToken)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)) < 0, kept);
        }
    }

    [Fact]
    public async Task What_is_given_up_is_shown_by_deliveries_and_health_and_the_events_that_wait_are_known_after_a_restart()
    {
        await using var appliance = new RunningAppliance();
        appliance.Configure();
        await appliance.StartAsync();
        Assert.Equal("chat: nothing was sent since the start", (await AddAndShowAsync("webhook-removed")).Trim());
        // Loopback is never called: each event is given up at once.
        Assert.Equal(0, (await appliance.CommandAsync("webhooks", "add", "chat", "http://localhost:9/in", "--kind", "webhook-set")).Code);
        await ContainsAsync("webhook-set  1", "webhooks", "deliveries", "chat");
        await appliance.StopAsync();

        await appliance.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(0, (await appliance.CommandAsync("webhooks", "add", "other", "http://localhost:9/", "--disabled")).Code);
        }
        await ContainsAsync("webhook chat", "health");
        var deliveries = await ContainsAsync("not called: localhost", "webhooks", "deliveries", "chat", "--json");
        // What was settled before the restart is not sent again.
        Assert.Equal(10, JsonDocument.Parse(deliveries).RootElement.GetProperty("deliveries").GetArrayLength());
        Assert.Equal(1, (await appliance.CommandAsync("webhooks", "deliveries", "none")).Code);

        async Task<string> AddAndShowAsync(string kind)
        {
            Assert.Equal(0, (await appliance.CommandAsync("webhooks", "add", "chat", "http://localhost:9/in", "--kind", kind)).Code);
            return (await appliance.CommandAsync("webhooks", "deliveries", "chat")).Output;
        }

        async Task<string> ContainsAsync(string text, params string[] command)
        {
            for (var left = 20; ; left--)
            {
                var answer = await appliance.CommandAsync(command);
                if (answer.Output.Contains(text, StringComparison.Ordinal))
                {
                    return answer.Output;
                }
                Assert.True(left > 0, $"{text} is not in {answer.Output} {answer.Error}");
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }
}
