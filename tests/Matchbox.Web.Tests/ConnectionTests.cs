using Matchbox.Web.Tests.Browsing;
using static Microsoft.Playwright.Assertions;

namespace Matchbox.Web.Tests;

/// <summary>The appliance goes away under an open page, and comes back.</summary>
public sealed class ConnectionTests(ConsoleFixture console)
{
    [Fact]
    public async Task A_lost_connection_is_told_and_the_page_recovers()
    {
        Assert.SkipWhen(console.Missing is not null, console.Missing ?? "");
        await using var appliance = new ConsoleAppliance();
        await appliance.StartAsync();
        await appliance.AddUserAsync("alice", "admin");
        await appliance.AddMachineAsync("node1", "52:54:00:77:00:01", new() { ["role"] = "live" });
        await using var window = await console.OpenAsync("alice", appliance: appliance);
        window.MayLose = true;
        await Expect(window.Page.GetByText("node1")).ToBeVisibleAsync();

        await appliance.StopAsync();
        await Expect(window.Page.GetByText("The appliance does not answer").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await appliance.StartAsync();
        await Expect(window.Page.Locator("#components-reconnect-modal")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await Expect(window.Page.GetByText("node1")).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }
}
