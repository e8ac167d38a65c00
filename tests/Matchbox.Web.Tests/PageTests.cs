using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Matchbox.Web.Tests.Browsing;
using Microsoft.Playwright;

namespace Matchbox.Web.Tests;

/// <summary>Each page in both colours, wide and narrow: it opens, fits, is accessible, asks no other host; and a picture is kept of it.</summary>
public sealed class PageTests(ConsoleFixture console)
{
    private static readonly string Pictures = Path.Combine(SourceTree.Root, "artifacts", "console");

    private static bool Everything => Environment.GetEnvironmentVariable("MATCHBOX_LONG") is "1";

    public static TheoryData<string, ColorScheme, int> Pages => new(
        from path in Paths
        from colours in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark]
        from width in (int[])[1400, 390]
        // The two that differ most; all four take minutes.
        where Everything || (colours == ColorScheme.Light) == (width == 1400)
        select (path, colours, width));

    private static readonly string[] Paths =
    [
        "/", "/machines", "/machines?view=rack", $"/machines/{ConsoleFixture.MacOf(2).Replace(':', '-')}", "/inbox", "/groups", "/groups/new", "/profiles", "/configs",
        "/events", "/network", "/audit", "/people", "/secrets", "/webhooks", "/settings", "/about",
    ];

    [Theory, MemberData(nameof(Pages))]
    public async Task A_page_opens_fits_and_is_accessible(string path, ColorScheme colours, int width)
    {
        await using var window = await console.OpenAsync("alice", path, colours, width);
        await window.Page.WaitForTimeoutAsync(500);
        Directory.CreateDirectory(Pictures);
        await window.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"{NameOf(path)}-{colours.ToString().ToLowerInvariant()}-{width}.png") });

        var overflow = await window.Page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth");
        Assert.True(overflow <= 0, $"the page is {overflow} pixels wider than the window");
        var found = await window.Page.RunAxe();
        Assert.Empty(found.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(Describe));
    }

    private static string NameOf(string path) => path == "/" ? "overview" : path.TrimStart('/').Replace('?', '-').Replace('=', '-').Replace('/', '-');

    private static string Describe(AxeResultItem violation) => $"{violation.Impact} {violation.Id}: {violation.Help}\n" + string.Join('\n', violation.Nodes.Take(3).Select(node => $"    {node.Html}\n        {string.Join("; ", node.Any.Concat(node.All).Concat(node.None).Select(check => check.Message))}"));
}
