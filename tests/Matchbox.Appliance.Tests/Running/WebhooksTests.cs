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
}
