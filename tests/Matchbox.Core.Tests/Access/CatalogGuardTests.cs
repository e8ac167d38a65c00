using System.Collections.Immutable;
using System.Text;
using Matchbox.Core.Access;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Machines;
using Matchbox.Core.Tests.Catalogs;
using Matchbox.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchbox.Core.Tests.Access;

/// <summary>Changes that seem to change nothing, or that are made without any check.</summary>
public sealed class CatalogGuardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LiveCatalog _catalog;

    public CatalogGuardTests()
    {
        _folder.Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "generic_id": "../cloud/shared"}""");
        _folder.Write("cloud/shared", "x");
        _folder.Write("groups/a1.json", """{"profile": "p", "selector": {"rack": "a1"}}""");
        _folder.Write("groups/b7.json", """{"profile": "missing", "selector": {"rack": "b7"}}""");
        _catalog = new LiveCatalog(
            new LiveCatalogSettings { Folder = _folder.Path, WriteTo = DocumentOrigin.Folder }, new MemoryDocumentStore(), new RecordedEvents(), TimeProvider.System, NullLogger<LiveCatalog>.Instance);
    }

    public void Dispose()
    {
        _catalog.Dispose();
        _folder.Dispose();
    }

    [Theory]
    // The last good version stays in use, and is gone at the next start.
    [InlineData("groups/a1.json", "{", false)]
    [InlineData("groups/./a1.json", "{", false)]
    [InlineData("profiles/p.json", "{", false)]
    // By a name that leads from one part into another.
    [InlineData("cloud/shared", "y", false)]
    // What is no group, though it stands where groups do.
    [InlineData("groups/sub/a1.json", """{"profile": "p", "selector": {"rack": "b7"}}""", false)]
    [InlineData("groups/a1.txt", "", false)]
    // The same octets again.
    [InlineData("groups/a1.json", """{"profile": "p", "selector": {"rack": "a1"}}""", false)]
    // A profile that a group of the rack is waiting for.
    [InlineData("profiles/missing.json", """{"id": "missing", "boot": {"kernel": "/k"}}""", true)]
    [InlineData("groups/b7.json", """{"profile": "p", "selector": {"rack": "b7"}}""", true)]
    public async Task What_is_anothers_is_not_written_unchecked_either(string path, string content, bool may)
    {
        Assert.True(Right.TryParse("operator:rack=b7", out var right));
        var outcome = await _catalog.ChangeAsync([new DocumentChange(path, Encoding.UTF8.GetBytes(content))], DocumentCheck.None, dryRun: false, Guard, TestContext.Current.CancellationToken);
        Assert.True(may ? outcome is ChangeOutcome.Done : outcome is ChangeOutcome.Forbidden, outcome.ToString());

        string? Guard(CatalogReading before, CatalogReading after, IReadOnlyCollection<string> paths) =>
            (AccessRules.ForCatalog([right!], Role.Operator, TouchedMachines.Of(before, after, paths, ImmutableArray<Machine>.Empty)) as AccessDecision.Refused)?.Reason;
    }

    [Fact]
    public async Task Who_may_not_is_not_told_what_is_there()
    {
        var change = new DocumentChange("groups/a1.json", Encoding.UTF8.GetBytes("{}")) { IfRevision = "other" };
        Assert.IsType<ChangeOutcome.Forbidden>(await _catalog.ChangeAsync([change], DocumentCheck.Sound, dryRun: true, (_, _, _) => "no", TestContext.Current.CancellationToken));
        Assert.IsType<ChangeOutcome.Stale>(await _catalog.ChangeAsync([change], DocumentCheck.Sound, dryRun: true, TestContext.Current.CancellationToken));
    }
}
