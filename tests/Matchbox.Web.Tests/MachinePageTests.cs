using Matchbox.Web.Tests.Browsing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Matchbox.Web.Tests;

/// <summary>The page of one machine: its timeline as it happens, why it does not boot, and what may be done to it.</summary>
public sealed class MachinePageTests(ConsoleFixture console)
{
    [Fact]
    public async Task Arming_asks_for_the_machines_name_and_its_timeline_shows_it_without_a_reload()
    {
        await using var window = await console.OpenAsync("alice", "/machines/node5");
        var page = window.Page;
        var timeline = page.GetByRole(AriaRole.Log, new() { Name = "Timeline" });
        await Expect(timeline.GetByText("In the inventory")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Arm…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var arm = dialog.GetByRole(AriaRole.Button, new() { Name = "Arm", Exact = true });
        await Expect(arm).ToBeDisabledAsync();
        await page.FillAsync("#arm-confirm", "node");
        await Expect(arm).ToBeDisabledAsync();
        await page.FillAsync("#arm-confirm", "node5");
        await arm.ClickAsync();

        await Expect(timeline.GetByText("Armed", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByText("waiting for its network boot")).ToBeVisibleAsync();
        await Expect(page.GetByText("ipmitool")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Disarm", Exact = true }).ClickAsync();
        await Expect(timeline.GetByText("Disarmed", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_viewer_is_shown_all_of_it_and_offered_nothing_that_changes()
    {
        await using var window = await console.OpenAsync("victor", "/machines/node7");
        await Expect(window.Page.GetByText("No Discover of 52:54:00:77:00:07")).ToBeVisibleAsync();
        Assert.Equal(0, await window.Page.GetByRole(AriaRole.Group, new() { Name = "Actions" }).CountAsync());
        Assert.Equal(0, await window.Page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).CountAsync());
    }

    [Fact]
    public async Task Another_racks_machine_is_not_there_for_who_has_one_rack()
    {
        await using var window = await console.OpenAsync("olga", "/machines/node2");
        await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "No such machine" })).ToBeVisibleAsync();
    }
}
