using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchbox.Core.Tests.Catalogs;

/// <summary>The catalog of a folder that changes while we run.</summary>
public class LiveCatalogTests
{
    private const string Profile = """{"id": "p", "boot": {"kernel": "/k"}}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RecordedEvents _events = new();

    [Fact]
    public async Task A_broken_group_stays_as_it_was_and_everything_else_goes_live()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/a.json", """{"id": "a", "profile": "p", "selector": {"mac": "52:54:00:77:00:01"}}""")
            .Write("groups/default.json", """{"id": "default", "profile": "p"}""")
            .Write("profiles/p.json", Profile);
        using var catalog = Open(folder);

        folder.Write("groups/a.json", """{"id": "broken", """)
            .Write("groups/b.json", """{"id": "b", "profile": "p", "selector": {"os": "x"}}""");
        await catalog.LookAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b", "default"], Ids(catalog));
        Assert.Equal("a", catalog.Current.Select(new Labels { { "mac", "52:54:00:77:00:01" } })!.Id);
        Assert.Equal("groups/a.json", Assert.Single(catalog.Latest.Faults).File);
        Assert.Equal([EventKind.CatalogReloaded, EventKind.CatalogRefused], _events.All.Select(happened => happened.Kind));
        Assert.Contains("groups/a.json:1:", _events.All[^1].Text, StringComparison.Ordinal);

        folder.Write("groups/a.json", """{"id": "mended", "profile": "p", "selector": {"mac": "52:54:00:77:00:01"}}""");
        await catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Empty(catalog.Latest.Faults);
        Assert.Equal("mended", catalog.Current.Select(new Labels { { "mac", "52:54:00:77:00:01" } })!.Id);
    }

    [Fact]
    public void What_is_broken_at_the_first_reading_is_left_out()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/a.json", "{")
            .Write("groups/b.json", """{"id": "b", "profile": "p"}""")
            .Write("profiles/p.json", Profile);
        using var catalog = Open(folder);
        Assert.Equal(["b"], Ids(catalog));
        Assert.Equal("groups/a.json", Assert.Single(catalog.Latest.Faults).File);
    }

    [Fact]
    public async Task A_broken_profile_and_a_broken_config_stay_as_they_were()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/a.json", """{"id": "a", "profile": "p"}""")
            .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "ignition_id": "x.ign"}""")
            .Write("ignition/x.ign", """{"ignition": {"version": "3.3.0"}}""");
        using var catalog = Open(folder);

        folder.Write("profiles/p.json", "{").Write("ignition/x.ign", "[]");
        await catalog.LookAsync(TestContext.Current.CancellationToken);

        var offer = catalog.Current.OfferOf(catalog.Current.Groups[0])!;
        Assert.Null(offer.Fault);
        Assert.Equal("/k", offer.Profile.Boot!.Kernel);
        Assert.Equal("""{"ignition": {"version": "3.3.0"}}"""u8, offer.Config!.Source.Span);
        Assert.Equal(["ignition/x.ign", "profiles/p.json"], catalog.Latest.Faults.Select(fault => fault.File).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_template_that_fails_for_one_group_keeps_that_one_back_and_takes_the_others()
    {
        const string before = "variant: flatcar\nversion: 1.1.0\n";
        const string after = "variant: flatcar\nversion: 1.1.0\nstorage:\n  files:\n    - path: /etc/hostname\n      contents: {inline: {{.name}}}\n";
        using var folder = new TemporaryFolder()
            .Write("groups/a.json", """{"id": "a", "profile": "p", "selector": {"a": "1"}, "metadata": {"name": "node-a"}}""")
            .Write("groups/b.json", """{"id": "b", "profile": "p", "selector": {"b": "1"}}""")
            .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "ignition_id": "x.yaml"}""")
            .Write("ignition/x.yaml", before);
        using var catalog = Open(folder);

        folder.Write("ignition/x.yaml", after);
        await catalog.LookAsync(TestContext.Current.CancellationToken);

        Assert.Contains("for machines of group b", Assert.Single(catalog.Latest.Faults).What, StringComparison.Ordinal);
        Assert.Equal(after, Config("a"));
        Assert.Equal(before, Config("b"));

        folder.Write("groups/b.json", """{"id": "b", "profile": "p", "selector": {"b": "1"}, "metadata": {"name": "node-b"}}""");
        await catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Empty(catalog.Latest.Faults);
        Assert.Equal(after, Config("b"));

        string Config(string id)
        {
            var offer = catalog.Current.OfferOf(catalog.Current.Groups.Single(group => group.Id == id))!;
            Assert.Null(offer.Fault);
            return System.Text.Encoding.UTF8.GetString(offer.Config!.Source.Span);
        }
    }

    [Fact]
    public async Task What_did_not_change_is_not_read_anew()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/a.json", """{"id": "a", "profile": "p", "selector": {"a": "1"}}""")
            .Write("groups/b.json", """{"id": "b", "profile": "p", "selector": {"b": "1"}}""")
            .Write("profiles/p.json", Profile);
        using var catalog = Open(folder);
        var (group, profile) = (catalog.Current.Groups.Single(group => group.Id == "a"), catalog.Current.Profiles["p"]);

        folder.Write("groups/b.json", """{"id": "b2", "profile": "p", "selector": {"b": "1"}}""");
        await catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Same(group, catalog.Current.Groups.Single(group => group.Id == "a"));
        Assert.Same(profile, catalog.Current.Profiles["p"]);
        Assert.Equal(["a", "b2"], Ids(catalog));
    }

    [Fact]
    public async Task What_is_removed_is_gone_and_a_folder_that_vanishes_is_a_fault()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/a.json", """{"id": "a", "profile": "p", "selector": {"a": "1"}}""")
            .Write("groups/b.json", """{"id": "b", "profile": "p"}""")
            .Write("profiles/p.json", Profile);
        using var catalog = Open(folder);

        File.Delete(Path.Combine(folder.Path, "groups/a.json"));
        await catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["b"], Ids(catalog));

        Directory.Move(folder.Path, folder.Path + ".away");
        await catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["b"], Ids(catalog));
        Assert.Contains("stays in use", Assert.Single(catalog.Latest.Faults).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volume_of_Kubernetes_changes_by_one_link()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/..v1/a.json", """{"id": "one", "profile": "p"}""")
            .Write("groups/..v2/a.json", """{"id": "two", "profile": "p"}""")
            .Write("profiles/p.json", Profile);
        var groups = Path.Combine(folder.Path, "groups");
        Directory.CreateSymbolicLink(Path.Combine(groups, "..data"), "..v1");
        File.CreateSymbolicLink(Path.Combine(groups, "a.json"), "..data/a.json");
        using var catalog = Open(folder);
        Assert.Equal(["one"], Ids(catalog));

        await catalog.StartAsync(TestContext.Current.CancellationToken);
        Directory.CreateSymbolicLink(Path.Combine(groups, "..data_tmp"), "..v2");
        // As a link: .NET would move what it leads to.
        using (var rename = System.Diagnostics.Process.Start("mv", ["-T", Path.Combine(groups, "..data_tmp"), Path.Combine(groups, "..data")]))
        {
            await rename.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        await UntilAsync(() => Ids(catalog) is ["two"]);
        await catalog.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_folder_is_watched_also_when_it_comes_later()
    {
        using var folder = new TemporaryFolder();
        using var catalog = Open(folder);
        await catalog.StartAsync(TestContext.Current.CancellationToken);
        Assert.Empty(catalog.Current.Groups);

        folder.Write("profiles/p.json", Profile).Write("groups/late.json", """{"id": "late", "profile": "p"}""");
        await UntilAsync(() => Ids(catalog) is ["late"]);
        folder.Write("groups/late.json", """{"id": "later", "profile": "p"}""");
        await UntilAsync(() => Ids(catalog) is ["later"]);
        File.Move(Path.Combine(folder.Path, "groups/late.json"), Path.Combine(folder.Path, "groups/other.json"));
        folder.Write("groups/new.json.tmp", """{"id": "new", "profile": "p", "selector": {"a": "1"}}""");
        File.Move(Path.Combine(folder.Path, "groups/new.json.tmp"), Path.Combine(folder.Path, "groups/new.json"));
        await UntilAsync(() => Ids(catalog) is ["later", "new"] && catalog.Latest.Notes.IsEmpty);
        File.Delete(Path.Combine(folder.Path, "groups/new.json"));
        await UntilAsync(() => Ids(catalog) is ["later"]);
        await catalog.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Thousands_of_files_at_once_are_all_seen()
    {
        using var folder = new TemporaryFolder().Write("profiles/p.json", Profile).Write("groups/0.json", """{"id": "g0", "profile": "p"}""");
        using var catalog = Open(folder);
        await catalog.StartAsync(TestContext.Current.CancellationToken);
        for (var i = 1; i < 2000; i++)
        {
            folder.Write($"groups/{i}.json", $$$"""{"id": "g{{{i}}}", "profile": "p", "selector": {"n": "{{{i}}}"}}""");
        }
        await UntilAsync(() => catalog.Current.Groups.Length == 2000);
        Assert.Empty(catalog.Latest.Faults);
        await catalog.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_mark_that_was_taken_off_is_told()
    {
        using var folder = new TemporaryFolder()
            .Write("profiles/p.json", """{"id": "p", "install": false, "boot": {"kernel": "/k", "args": ["coreos.inst.install_dev=/dev/sda"]}}""");
        using var catalog = Open(folder);
        Assert.Contains("profile p", Assert.Single(_events.All, happened => happened.Kind == EventKind.InstallMarkIgnored).Text, StringComparison.Ordinal);
    }

    private LiveCatalog Open(TemporaryFolder folder) => new(
        new LiveCatalogSettings { Folder = folder.Path }, new MemoryDocumentStore(), _events, TimeProvider.System, NullLogger<LiveCatalog>.Instance);

    private static string[] Ids(LiveCatalog catalog) => [.. catalog.Current.Groups.Select(group => group.Id).Order(StringComparer.Ordinal)];

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!holds())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
