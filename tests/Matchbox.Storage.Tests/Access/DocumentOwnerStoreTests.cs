using Matchbox.Core.Access;
using Matchbox.Storage.LiteDb;
using Matchbox.Storage.Tests.Machines;

namespace Matchbox.Storage.Tests.Access;

/// <summary>Whose documents are that no group uses.</summary>
public sealed class LiteDbDocumentOwnerStoreTests : IDisposable
{
    private readonly TemporaryDatabase _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Owners_survive_a_restart_and_paths_that_differ_in_case_are_two()
    {
        var store = new LiteDbDocumentOwnerStore(_file.Database);
        store.Save([new DocumentOwner("generic/a", "1", ["rack=b7"]), new DocumentOwner("generic/A", "2", ["rack=b7,role=x", "rack=a1"]), new DocumentOwner("generic/b", "3", [])], []);
        store.Save([new DocumentOwner("generic/a", "4", ["rack=c3"])], ["generic/b", "generic/never"]);
        var kept = new LiteDbDocumentOwnerStore(_file.Reopen()).Load().OrderBy(owner => owner.Path, StringComparer.Ordinal).ToArray();
        Assert.Equal([("generic/A", "2"), ("generic/a", "4")], kept.Select(owner => (owner.Path, owner.Revision)));
        Assert.Equal(["rack=b7,role=x", "rack=a1"], kept[0].Parts);
    }
}
