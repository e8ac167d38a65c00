using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Matchbox.Web.Tests.Browsing;

/// <summary>One window of the browser. When it is closed, nothing may have gone to another host and nothing may have failed in the page.</summary>
public sealed class ConsoleWindow : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly string _admin;
    private readonly ConcurrentQueue<string> _faults = new();

    private ConsoleWindow(IBrowserContext context, IPage page, string admin) => (_context, Page, _admin) = (context, page, admin);

    public IPage Page { get; }

    /// <summary>The appliance is to go away under the page: what the browser says of that is no fault.</summary>
    public bool MayLose { get; set; }

    public static async Task<ConsoleWindow> OpenAsync(IBrowser browser, string admin, ColorScheme colours, int width, string? session = null)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            IgnoreHTTPSErrors = true,
            StorageState = session,
            ColorScheme = colours,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        var window = new ConsoleWindow(context, await context.NewPageAsync(), admin);
        window.Page.Console += (_, message) => window.Note(message.Type == "error", $"console: {message.Text}");
        window.Page.PageError += (_, error) => window.Note(true, $"script: {error}");
        context.Request += (_, request) => window.Note(window.IsForeign(request.Url), $"a request left for {request.Url}");
        window.Page.WebSocket += (_, socket) => window.Note(window.IsForeign(socket.Url), $"a WebSocket left for {socket.Url}");
        return window;
    }

    public async Task SignInAsync(string user, string path)
    {
        await Page.GotoAsync($"{_admin}{path}");
        await Page.FillAsync("#name", user);
        await Page.FillAsync("#password", ConsoleAppliance.Password);
        await Page.ClickAsync("button");
        await Page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
        await ReadyAsync();
    }

    /// <summary>What makes another window one of the same user.</summary>
    public Task<string> SessionAsync() => _context.StorageStateAsync();

    public async Task GoAsync(string path)
    {
        await Page.GotoAsync($"{_admin}{path}");
        await ReadyAsync();
    }

    public Task ReadyAsync() => Page.Locator("main h1").First.WaitForAsync(new LocatorWaitForOptions { Timeout = 30_000 });

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_faults);
    }

    private bool IsForeign(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is not ("data" or "blob" or "about")
        && (address.Host != "127.0.0.1" || address.Port != new Uri(_admin).Port);

    private void Note(bool isFault, string text)
    {
        if (isFault && !(MayLose && text.StartsWith("console:", StringComparison.Ordinal)))
        {
            _faults.Enqueue(text);
        }
    }
}
