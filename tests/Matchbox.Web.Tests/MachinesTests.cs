using Matchbox.Web.Tests.Browsing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Matchbox.Web.Tests;

/// <summary>The table of machines: finding, live changes, rights, and acting on many.</summary>
public sealed class MachinesTests(ConsoleFixture console)
{
    [Fact]
    public async Task Typing_finds_machines_by_words_and_labels()
    {
        await using var window = await console.OpenAsync("alice");
        await window.Page.Keyboard.PressAsync("/");
        await window.Page.Keyboard.TypeAsync("rack=b1 node1");
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "node10", Exact = true })).ToBeVisibleAsync();
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "node2", Exact = true })).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_machine_that_appears_is_shown_without_a_reload()
    {
        await using var window = await console.OpenAsync("alice", "/machines?q=late");
        await console.Appliance.AddMachineAsync("late1", "52:54:00:bb:00:01", new() { ["role"] = "late" });
        await Expect(window.Page.GetByText("52:54:00:bb:00:01").First).ToBeVisibleAsync(new() { Timeout = 10_000 });
    }

    [Fact]
    public async Task A_viewer_sees_and_is_offered_nothing_that_changes()
    {
        await using var window = await console.OpenAsync("victor");
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "node1", Exact = true })).ToBeVisibleAsync();
        Assert.Equal(0, await window.Page.Locator("input[type=checkbox]").CountAsync());
    }

    [Fact]
    public async Task Who_has_one_rack_sees_that_rack()
    {
        await using var window = await console.OpenAsync("olga");
        await Expect(window.Page.GetByRole(AriaRole.Link, new() { Name = "node1", Exact = true })).ToBeVisibleAsync();
        Assert.Equal(0, await window.Page.GetByRole(AriaRole.Link, new() { Name = "node2", Exact = true }).CountAsync());
    }

    [Fact]
    public async Task Arming_many_says_what_will_happen_and_asks_for_typed_words()
    {
        await using var window = await console.OpenAsync("alice", "/machines?q=node2");
        // One that installs, one that is live.
        await window.Page.CheckAsync("input[aria-label='Choose node21']");
        await window.Page.CheckAsync("input[aria-label='Choose node22']");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Arm", Exact = true }).ClickAsync();
        var dialog = window.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("live profiles need no arming");
        var arm = dialog.GetByRole(AriaRole.Button, new() { Name = "Arm 1 machine" });
        await Expect(arm).ToBeDisabledAsync();
        await dialog.Locator("#bulk-confirm").FillAsync("wipe 1");
        await arm.ClickAsync();
        await Expect(dialog).ToContainTextAsync("1 machine done, 1 not");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(window.Page.Locator("tr", new() { HasTextString = "node21" }).Locator(".state")).ToHaveTextAsync("armed", new() { Timeout = 10_000 });
    }

    [Fact]
    public async Task Everything_of_a_bulk_action_is_done_by_keyboard()
    {
        await using var window = await console.OpenAsync("alice", "/machines?q=node5");
        await window.Page.Locator("input[aria-label='Choose node5']").FocusAsync();
        await window.Page.Keyboard.PressAsync("Space");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Label", Exact = true }).FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await window.Page.Locator("#bulk-labels").FocusAsync();
        await window.Page.Keyboard.TypeAsync("spare=yes");
        var label = window.Page.GetByRole(AriaRole.Button, new() { Name = "Label 1 machine" });
        await Expect(label).ToBeEnabledAsync();
        await label.FocusAsync();
        await window.Page.Keyboard.PressAsync("Enter");
        await Expect(window.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("1 machine done");
    }
}
