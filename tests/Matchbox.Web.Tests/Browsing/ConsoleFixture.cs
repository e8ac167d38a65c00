using System.Globalization;
using Microsoft.Playwright;
using Matchbox.Web.Tests.Browsing;

[assembly: AssemblyFixture(typeof(ConsoleFixture))]


namespace Matchbox.Web.Tests.Browsing;

/// <summary>One appliance and one browser for all tests that change nothing of each other's.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private static readonly string? Chromium = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private readonly Dictionary<string, string> _sessions = new(StringComparer.Ordinal);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public ConsoleAppliance Appliance { get; } = new();

    /// <summary>Why there is no browser; null: there is.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(30_000);
        if (Chromium is null)
        {
            Missing = "no chromium on this machine: apt-get install chromium";
            return;
        }
        await Appliance.StartAsync();
        await Appliance.AddUserAsync("alice", "admin");
        await Appliance.AddUserAsync("victor", "viewer");
        await Appliance.AddUserAsync("olga", "operator:rack=b1");
        for (var number = 1; number <= 24; number++)
        {
            await Appliance.AddMachineAsync(
                $"node{number}",
                MacOf(number),
                new Dictionary<string, string> { ["rack"] = $"b{number % 3}", ["position"] = number.ToString(CultureInfo.InvariantCulture), ["role"] = number % 2 == 0 ? "live" : "worker" });
        }
        await Appliance.BootAsync(MacOf(2));
        await Appliance.BootAsync("52:54:00:aa:00:01");
        _playwright = await Playwright.CreateAsync();
        _browser = await LaunchAsync(_playwright);
    }

    internal static Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = Arguments });

    public static string MacOf(int number) => string.Create(CultureInfo.InvariantCulture, $"52:54:00:77:00:{number:x2}");

    /// <summary>A window of somebody who has signed in.</summary>
    public async Task<ConsoleWindow> OpenAsync(string user, string path = "/machines", ColorScheme colours = ColorScheme.Light, int width = 1400, ConsoleAppliance? appliance = null)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        // Signed in once for all windows of a user; an appliance of the test's own has sessions of its own.
        var known = appliance is null ? _sessions.GetValueOrDefault(user) : null;
        var window = await ConsoleWindow.OpenAsync(_browser!, (appliance ?? Appliance).Admin, colours, width, known);
        if (known is null)
        {
            await window.SignInAsync(user, path);
        }
        else
        {
            await window.GoAsync(path);
        }
        if (appliance is null && known is null)
        {
            _sessions[user] = await window.SessionAsync();
        }
        return window;
    }

    /// <summary>A window of nobody.</summary>
    public async Task<ConsoleWindow> OpenAsStrangerAsync()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return await ConsoleWindow.OpenAsync(_browser!, Appliance.Admin, ColorScheme.Light, 1400);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
        await Appliance.DisposeAsync();
    }
}
