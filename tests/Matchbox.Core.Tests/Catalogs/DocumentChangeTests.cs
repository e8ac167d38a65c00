using System.Text;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchbox.Core.Tests.Catalogs;

/// <summary>What calls do to the catalog's documents.</summary>
public sealed class DocumentChangeTests : IDisposable
{
    private const string Profile = """{"id": "p", "boot": {"kernel": "/k"}}""";

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryDocumentStore _store = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_change_is_live_and_kept_when_the_call_returns()
    {
        using var catalog = Open();
        await DoneAsync(catalog, Put("profiles/p.json", Profile), Put("groups/./a.json", """{"id": "a", "profile": "p"}"""));
        Assert.Equal("a", Assert.Single(catalog.Current.Groups).Id);
        Assert.Equal("/k", catalog.Current.OfferOf(catalog.Current.Groups[0])!.Profile.Boot!.Kernel);
        Assert.Equal(["groups/a.json", "profiles/p.json"], _store.Load().Select(document => document.Path).Order(StringComparer.Ordinal));
        Assert.Equal(DocumentOrigin.Store, catalog.Find("groups/a.json")!.Origin);

        using var restarted = Open();
        Assert.Equal("a", Assert.Single(restarted.Current.Groups).Id);
        await DoneAsync(restarted, new DocumentChange("groups/a.json", null));
        Assert.Empty(restarted.Current.Groups);
    }

    [Fact]
    public async Task A_fault_that_a_change_brings_refuses_it_with_its_place_and_those_of_before_do_not()
    {
        _folder.Write("groups/old.json", "{");
        using var catalog = Open();
        await DoneAsync(catalog, Put("profiles/p.json", Profile));
        var refused = Assert.IsType<ChangeOutcome.Refused>(await ChangeAsync(catalog, Put("groups/a.json", "{\"profile\": \"p\",\n \"selector\": {\"mac\": 1}}"), Put("groups/b.json", """{"profile": "p"}""")));
        Assert.Equal(("groups/a.json", 2, 22), Assert.Single(refused.Faults) is var fault ? (fault.File, fault.Line, fault.Column) : default);
        Assert.Empty(catalog.Current.Groups);
        Assert.Equal("profiles/p.json", Assert.Single(_store.Load()).Path);

        await DoneAsync(catalog, Put("groups/b.json", """{"profile": "p"}"""));
        // What another document needs is not taken away.
        refused = Assert.IsType<ChangeOutcome.Refused>(await ChangeAsync(catalog, new DocumentChange("profiles/p.json", null)));
        Assert.Equal("groups/b.json", Assert.Single(refused.Faults).File);
        await DoneAsync(catalog, new DocumentChange("profiles/p.json", null), new DocumentChange("groups/b.json", null));
    }

    [Fact]
    public async Task Without_a_check_everything_is_kept_and_what_it_breaks_is_reported()
    {
        using var catalog = Open();
        await DoneAsync(catalog, Put("profiles/p.json", Profile), Put("groups/a.json", """{"id": "a", "profile": "p"}"""));
        Assert.IsType<ChangeOutcome.Done>(await catalog.ChangeAsync([Put("groups/a.json", "{")], DocumentCheck.None, dryRun: false, TestContext.Current.CancellationToken));
        Assert.Equal("{"u8, catalog.Find("groups/a.json")!.Content.Span);
        Assert.Equal("a", Assert.Single(catalog.Current.Groups).Id);
        Assert.Equal("groups/a.json", Assert.Single(catalog.Latest.Faults).File);
    }

    [Fact]
    public async Task A_dry_run_answers_alike_and_changes_nothing()
    {
        using var catalog = Open();
        var before = catalog.Current;
        Assert.IsType<ChangeOutcome.Done>(await catalog.ChangeAsync([Put("profiles/p.json", Profile)], DocumentCheck.Sound, dryRun: true, TestContext.Current.CancellationToken));
        Assert.IsType<ChangeOutcome.Refused>(await catalog.ChangeAsync([Put("profiles/p.json", "{")], DocumentCheck.Sound, dryRun: true, TestContext.Current.CancellationToken));
        Assert.Same(before, catalog.Current);
        Assert.Empty(_store.Load());
    }

    [Fact]
    public async Task A_revision_that_is_not_there_any_more_is_stale_and_changes_nothing_of_the_set()
    {
        using var catalog = Open();
        await DoneAsync(catalog, Put("generic/a", "1") with { IfRevision = "" });
        var first = catalog.Find("generic/a")!.Revision;
        var stale = Assert.IsType<ChangeOutcome.Stale>(await ChangeAsync(catalog, Put("generic/b", "1"), Put("generic/a", "2") with { IfRevision = "" }));
        Assert.Equal(("generic/a", first), (stale.Path, stale.Present!.Revision));
        Assert.Null(catalog.Find("generic/b"));
        await DoneAsync(catalog, Put("generic/a", "2") with { IfRevision = first });
        Assert.IsType<ChangeOutcome.Stale>(await ChangeAsync(catalog, new DocumentChange("generic/a", null) { IfRevision = first }));
        Assert.IsType<ChangeOutcome.Stale>(await ChangeAsync(catalog, Put("generic/c", "1") with { IfRevision = first }));
    }

    [Fact]
    public async Task A_declared_document_is_not_written_and_stands_before_a_stored_one()
    {
        using var catalog = Open();
        await DoneAsync(catalog, Put("profiles/p.json", Profile), Put("groups/a.json", """{"id": "stored", "profile": "p"}"""));
        _folder.Write("groups/a.json", """{"id": "declared", "profile": "p"}""");
        await catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal("declared", Assert.Single(catalog.Current.Groups).Id);
        Assert.Contains(catalog.Latest.Notes, note => note.StartsWith("groups/a.json is kept in the store too", StringComparison.Ordinal));
        Assert.Equal("groups/a.json", Assert.IsType<ChangeOutcome.Declared>(await ChangeAsync(catalog, Put("groups/a.json", "{}"))).Path);
        Assert.Equal(["groups/a.json"], catalog.In("groups").Select(document => document.Path));

        File.Delete(Path.Combine(_folder.Path, "groups/a.json"));
        await catalog.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal("stored", Assert.Single(catalog.Current.Groups).Id);
    }

    [Theory]
    [InlineData("groups/../profiles/x.json", "profiles/x.json")]
    [InlineData("/groups//rack/./one.json", "groups/rack/one.json")]
    [InlineData("groups/../../x.json", null)]
    [InlineData("groups", null)]
    [InlineData("assets/x", null)]
    [InlineData("groups/a\0.json", null)]
    [InlineData("generic/.matchbox-x", null)]
    public async Task Paths_are_cleaned_and_stay_in_the_layout(string path, string? clean)
    {
        using var catalog = Open();
        var outcome = await catalog.ChangeAsync([Put(path, Profile)], DocumentCheck.None, dryRun: false, TestContext.Current.CancellationToken);
        Assert.Equal(clean is null, outcome is ChangeOutcome.Refused);
        Assert.Equal(clean, _store.Load().SingleOrDefault()?.Path);
    }

    [Fact]
    public async Task A_store_that_fails_changes_nothing()
    {
        using var catalog = Open();
        _store.Failure = new IOException("the disk is full");
        Assert.Equal("the disk is full", Assert.IsType<ChangeOutcome.Failed>(await ChangeAsync(catalog, Put("profiles/p.json", Profile))).Reason);
        Assert.Null(catalog.Find("profiles/p.json"));
        Assert.Empty(catalog.Current.Profiles);
    }

    [Fact]
    public async Task Into_the_folder_files_are_written_whole_for_all_to_read()
    {
        using var catalog = Open(DocumentOrigin.Folder);
        await DoneAsync(catalog, Put("groups/a.json", """{"id": "a", "profile": "rack/one"}"""), Put("profiles/rack/one.json", Profile));
        Assert.Equal("a", Assert.Single(catalog.Current.Groups).Id);
        Assert.Empty(_store.Load());
        Assert.Equal(Profile, await File.ReadAllTextAsync(Path.Combine(_folder.Path, "profiles/rack/one.json"), TestContext.Current.CancellationToken));
        Assert.Equal("-rw-r--r-- drwxr-xr-x", $"{ModeOf("profiles/rack/one.json", '-')} {ModeOf("profiles/rack", 'd')}");
        Assert.Equal(DocumentOrigin.Folder, catalog.Find("groups/a.json")!.Origin);
        await DoneAsync(catalog, new DocumentChange("groups/a.json", null), new DocumentChange("profiles/rack/one.json", null));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
        Assert.False(await catalog.LookAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Into_the_folder_nothing_is_written_outside_of_it_and_a_set_that_fails_is_undone()
    {
        _folder.Write("generic/old", "old");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "cloud"), _folder.Outside);
        using var catalog = Open(DocumentOrigin.Folder);
        var failed = Assert.IsType<ChangeOutcome.Failed>(await ChangeAsync(catalog, Put("generic/old", "new"), Put("cloud/escape", "x")));
        Assert.Contains("lead out", failed.Reason, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.Outside, "escape")));

        // A file where a folder is wanted comes to light when half is done.
        Directory.CreateDirectory(Path.Combine(_folder.Path, "profiles/taken.json"));
        Assert.IsType<ChangeOutcome.Failed>(await ChangeAsync(catalog, Put("generic/old", "new"), Put("generic/more", "more"), Put("profiles/taken.json", Profile)));
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(_folder.Path, "generic/old"), TestContext.Current.CancellationToken));
        Assert.Equal(["old"], Directory.GetFiles(Path.Combine(_folder.Path, "generic")).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "profiles")));
        Assert.Equal("old"u8, catalog.Find("generic/old")!.Content.Span);
    }

    [Fact]
    public async Task Into_the_folder_a_stored_document_moves_and_leaves_with_it()
    {
        using (var before = Open())
        {
            await DoneAsync(before, Put("generic/a", "1"), Put("generic/b", "1"));
        }
        using var catalog = Open(DocumentOrigin.Folder);
        await DoneAsync(catalog, Put("generic/a", "2"), new DocumentChange("generic/b", null));
        Assert.Empty(_store.Load());
        Assert.Equal(("2", DocumentOrigin.Folder), (Encoding.UTF8.GetString(catalog.Find("generic/a")!.Content.Span), catalog.Find("generic/a")!.Origin));
        Assert.Null(catalog.Find("generic/b"));
    }

    [Fact]
    public async Task A_cloud_config_is_part_of_what_is_pinned_and_of_the_mark()
    {
        using var catalog = Open();
        await DoneAsync(catalog, Put("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "cloud_id": "c.yaml"}"""), Put("groups/a.json", """{"profile": "p"}"""), Put("cloud/c.yaml", "#cloud-config\n"));
        var before = catalog.Current.OfferOf(catalog.Current.Groups[0])!;
        Assert.False(before.Installs);
        Assert.NotNull(before.Cloud);
        await DoneAsync(catalog, Put("cloud/c.yaml", "#cloud-config\nruncmd: [coreos-installer install /dev/sda]\n"));
        var after = catalog.Current.OfferOf(catalog.Current.Groups[0])!;
        Assert.True(after.Installs);
        Assert.NotEqual(before.Digest, after.Digest);
        Assert.NotNull(catalog.Current.Cloud("c.yaml"));
    }

    private LiveCatalog Open(DocumentOrigin writeTo = DocumentOrigin.Store) => new(
        new LiveCatalogSettings { Folder = _folder.Path, WriteTo = writeTo }, _store, new RecordedEvents(), TimeProvider.System, NullLogger<LiveCatalog>.Instance);

    private static DocumentChange Put(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));

    private static ValueTask<ChangeOutcome> ChangeAsync(LiveCatalog catalog, params DocumentChange[] changes) =>
        catalog.ChangeAsync(changes, DocumentCheck.Sound, dryRun: false, TestContext.Current.CancellationToken);

    private static async Task DoneAsync(LiveCatalog catalog, params DocumentChange[] changes)
    {
        var outcome = await ChangeAsync(catalog, changes);
        Assert.True(outcome is ChangeOutcome.Done, outcome is ChangeOutcome.Refused refused ? string.Join('\n', refused.Faults) : outcome.ToString());
    }

    private string ModeOf(string path, char kind)
    {
        var mode = (int)File.GetUnixFileMode(Path.Combine(_folder.Path, path));
        return kind + string.Concat(Enumerable.Range(0, 9).Select(bit => (mode >> (8 - bit) & 1) == 1 ? "rwx"[bit % 3] : '-'));
    }
}
