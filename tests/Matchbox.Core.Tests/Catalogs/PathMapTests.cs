using Matchbox.Core.Catalogs.Documents;

namespace Matchbox.Core.Tests.Catalogs;

public class PathMapTests
{
    private static readonly PathMap<string> Some = PathMap<string>.Of([new("groups/b", "1"), new("groups/a/x", "2"), new("profiles/p", "3"), new("groups/b", "4")]);

    [Fact]
    public void Entries_stand_in_the_order_of_their_paths_and_the_last_of_a_path_counts()
    {
        Assert.Equal(["groups/a/x", "groups/b", "profiles/p"], Some.Paths);
        Assert.Equal(["2", "4", "3"], Some.Values);
        Assert.Equal("4", Some.GetValueOrDefault("groups/b"));
        Assert.Null(Some.GetValueOrDefault("groups/a"));
    }

    [Fact]
    public void Changes_make_another_map_and_leave_this_one()
    {
        var changed = Some.With([new("groups/b", null), new("groups/c", "5"), new("a", "6"), new("profiles/p", "7"), new("z", "8"), new("gone", null), new("z", null)]);
        Assert.Equal([new("a", "6"), new("groups/a/x", "2"), new("groups/c", "5"), new("profiles/p", "7")], changed);
        Assert.Equal(3, Some.Count);
        Assert.Equal(["a", "groups/b", "groups/c", "profiles/p"], changed.Differing(Some, static (one, other) => one == other));
        Assert.Empty(Some.Differing(Some.With("groups/b", "4"), static (one, other) => one == other));
    }

    [Fact]
    public void What_lies_below_a_folder_is_found()
    {
        Assert.Equal(["groups/a/x", "groups/b"], Some.Below("groups").Select(entry => entry.Key));
        Assert.Equal(["groups/a/x"], Some.Below("groups/a").Select(entry => entry.Key));
        Assert.Empty(Some.Below("group"));
        Assert.Empty(PathMap<string>.Empty.Below("groups"));
    }
}
