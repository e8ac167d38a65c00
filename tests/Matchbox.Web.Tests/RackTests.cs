using System.Diagnostics;
using Matchbox.Web.Tests.Browsing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Matchbox.Web.Tests;

/// <summary>
/// A machine with real firmware, from its first appearance to its second boot, all by the console. Run by the virtual rack
/// (<c>tests/lab/flows console</c>), which tells where the appliance is and how the machine is switched on.
/// </summary>
public sealed class RackTests
{
    private static readonly string Out = Environment.GetEnvironmentVariable("MATCHBOX_RACK_OUT") ?? "";
    private static readonly string Mac = Environment.GetEnvironmentVariable("MATCHBOX_RACK_MAC") ?? "";

    [Fact(Explicit = true)]
    public async Task A_machine_is_approved_armed_installed_and_boots_its_disk()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await ConsoleFixture.LaunchAsync(playwright);
        await using var window = await ConsoleWindow.OpenAsync(browser, Environment.GetEnvironmentVariable("MATCHBOX_RACK_ADMIN")!, ColorScheme.Light, 1400);
        var page = window.Page;
        await window.SignInAsync("alice", "/inbox");
        var first = PowerOn("1-console", "--fresh", "--expect", "LAB-RESULT installed hostname=rack-install ");

        // It appears by itself, and is approved with what it shall boot.
        var row = page.Locator("tr", new() { HasTextString = Mac });
        await Expect(row).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await PictureAsync(page, "1-inbox");
        await row.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name").FillAsync("console1");
        await dialog.GetByLabel("Boots").SelectOptionAsync("profile rack-install");
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("rack-install");
        await PictureAsync(page, "2-approve");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(row).ToBeHiddenAsync(new() { Timeout = 30_000 });

        // Armed by whoever types its name; from here on nobody touches the page.
        await window.GoAsync($"/machines/{Mac.Replace(':', '-')}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Arm" }).ClickAsync();
        await dialog.Locator("#arm-confirm").FillAsync("console1");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Arm", Exact = true }).ClickAsync();
        await page.EvaluateAsync("() => { window.notReloaded = true; }");
        var state = page.Locator(".page-head .state");
        await Expect(state).ToHaveTextAsync("installing", new() { Timeout = 180_000 });
        await PictureAsync(page, "3-installing");
        await Expect(state).ToHaveTextAsync("installed", new() { Timeout = 300_000 });
        Assert.Equal(0, await first);
        await PictureAsync(page, "4-installed");

        // The second power-on ends at the disk.
        Assert.Equal(0, await PowerOn("2-console", "--expect", "LAB-DISK ok hostname=rack-install .*installs=1", "--fail", "LAB-INIT|Kernel panic"));
        await Expect(page.GetByText("disk", new() { Exact = false }).First).ToBeVisibleAsync();
        await Expect(state).ToHaveTextAsync("installed");
        await PictureAsync(page, "5-second-boot");
        Assert.True(await page.EvaluateAsync<bool>("() => window.notReloaded === true"), "the page was loaded again");
    }

    private static async Task PictureAsync(IPage page, string name) => await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Out, $"{name}.png"), FullPage = true });

    private static async Task<int> PowerOn(string name, params string[] more)
    {
        var words = Environment.GetEnvironmentVariable("MATCHBOX_RACK_BOOT")!.Split(' ');
        using var machine = Process.Start(new ProcessStartInfo(words[0], [.. words[1..], .. more, "--out", Path.Combine(Out, name)]))!;
        await machine.WaitForExitAsync(TestContext.Current.CancellationToken);
        return machine.ExitCode;
    }
}
