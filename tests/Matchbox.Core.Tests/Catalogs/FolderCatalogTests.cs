using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchbox.Core.Tests.Catalogs;

public class FolderCatalogTests
{
    private const string Profile = """{"id": "p", "boot": {"kernel": "/k"}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_sound_change_is_taken_and_a_broken_one_refused()
    {
        using var folder = new TemporaryFolder().Write("groups/a.json", """{"id": "a", "profile": "p"}""").Write("profiles/p.json", Profile);
        var events = new RecordedEvents();
        using var catalog = new FolderCatalog(folder.Path, [], events, TimeProvider.System, NullLogger<FolderCatalog>.Instance);
        Assert.Equal("a", Assert.Single(catalog.Current.Groups).Id);

        folder.Write("groups/a.json", """{"id": "changed", "profile": "p"}""");
        await catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal("changed", Assert.Single(catalog.Current.Groups).Id);

        folder.Write("groups/a.json", """{"id": "broken", """);
        await catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal("changed", Assert.Single(catalog.Current.Groups).Id);
        Assert.Equal("groups/a.json", Assert.Single(catalog.Latest.Faults).File);
        Assert.Equal([EventKind.CatalogReloaded, EventKind.CatalogReloaded, EventKind.CatalogRefused], events.All.Select(happened => happened.Kind));
        Assert.Contains("groups/a.json:1:", events.All[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_folder_is_watched_also_when_it_comes_later()
    {
        using var folder = new TemporaryFolder();
        using var catalog = new FolderCatalog(folder.Path, [], new RecordedEvents(), TimeProvider.System, NullLogger<FolderCatalog>.Instance);
        await catalog.StartAsync(TestContext.Current.CancellationToken);
        Assert.Empty(catalog.Current.Groups);

        folder.Write("profiles/p.json", Profile).Write("groups/late.json", """{"id": "late", "profile": "p"}""");
        await UntilAsync(() => catalog.Current.Groups.Any(group => group.Id == "late"));
        folder.Write("groups/late.json", """{"id": "later", "profile": "p"}""");
        await UntilAsync(() => catalog.Current.Groups.Any(group => group.Id == "later"));
        await catalog.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_mark_that_was_taken_off_is_told()
    {
        using var folder = new TemporaryFolder()
            .Write("profiles/p.json", """{"id": "p", "install": false, "boot": {"kernel": "/k", "args": ["coreos.inst.install_dev=/dev/sda"]}}""");
        var events = new RecordedEvents();
        using var catalog = new FolderCatalog(folder.Path, [], events, TimeProvider.System, NullLogger<FolderCatalog>.Instance);
        Assert.Contains("profile p", Assert.Single(events.All, happened => happened.Kind == EventKind.InstallMarkIgnored).Text, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!holds())
        {
            await Task.Delay(50, patience.Token);
        }
    }
}
