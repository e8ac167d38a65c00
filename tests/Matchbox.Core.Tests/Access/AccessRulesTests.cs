using System.Collections.Immutable;
using Matchbox.Core.Access;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Access;

public sealed class AccessRulesTests
{
    private static readonly ImmutableSortedDictionary<string, string> B7 = Labels("rack=b7");
    private static readonly ImmutableSortedDictionary<string, string> A1 = Labels("rack=a1");

    [Theory]
    [InlineData("viewer", true)]
    [InlineData("operator:rack=b7", true)]
    [InlineData("operator:rack=b7,role=worker", true)]
    [InlineData("admin:a:b=c", true)]
    [InlineData("", false)]
    [InlineData("root", false)]
    [InlineData("Viewer", false)]
    [InlineData("viewer:", false)]
    [InlineData("viewer:rack", false)]
    [InlineData("viewer:rack=", false)]
    [InlineData("viewer:=b7", false)]
    [InlineData("viewer:rack=b7,rack=b8", false)]
    [InlineData("viewer:rack=b 7", false)]
    [InlineData("viewer:rack=b7,", false)]
    public void A_right_is_a_role_with_labels_perhaps_and_reads_back_as_written(string text, bool isOne)
    {
        Assert.Equal(isOne, Right.TryParse(text, out var right));
        if (isOne)
        {
            Assert.Equal(text, right!.ToString());
            Assert.True(Right.TryParse(right.ToString(), out var again));
            Assert.Equal(right, again);
        }
    }

    [Fact]
    public void A_role_holds_for_the_machines_of_its_selector_and_what_is_below_it()
    {
        var rights = Rights("viewer", "operator:rack=b7");
        Assert.True(AccessRules.Holds(rights, Role.Viewer, A1));
        Assert.True(AccessRules.Holds(rights, Role.Operator, B7));
        Assert.False(AccessRules.Holds(rights, Role.Operator, A1));
        Assert.False(AccessRules.Holds(rights, Role.Admin, B7));
        Assert.True(AccessRules.HoldsEverywhere(rights, Role.Viewer));
        Assert.False(AccessRules.HoldsEverywhere(rights, Role.Operator));
        Assert.False(AccessRules.Holds([], Role.Viewer));
    }

    [Fact]
    public void A_machine_may_be_moved_neither_out_of_ones_part_nor_into_it()
    {
        var rights = Rights("operator:rack=b7");
        Assert.True(AccessRules.ForMachine(rights, Role.Operator, B7, Labels("rack=b7", "role=worker")).IsGranted);
        Assert.True(AccessRules.ForMachine(rights, Role.Operator, null, B7).IsGranted);
        Assert.True(AccessRules.ForMachine(rights, Role.Operator, B7, null).IsGranted);
        Assert.False(AccessRules.ForMachine(rights, Role.Operator, B7, A1).IsGranted);
        Assert.False(AccessRules.ForMachine(rights, Role.Operator, A1, B7).IsGranted);
        Assert.False(AccessRules.ForMachine(rights, Role.Operator, null, Labels()).IsGranted);
    }

    [Theory]
    // The profile of rack b7 alone.
    [InlineData("operator:rack=b7", "b7", "p1", true)]
    // A group for everybody, or for another rack, or one that takes a machine of ours by its MAC and one of another rack.
    [InlineData("operator:rack=b7", "", "p1", false)]
    [InlineData("operator:rack=b7", "a1", "p1", false)]
    [InlineData("operator", "", "p1", true)]
    public void A_group_may_be_changed_by_whoever_may_do_so_to_all_that_it_reaches(string right, string rack, string profile, bool may)
    {
        var before = CatalogOf([]);
        var after = CatalogOf([Group("g", profile, rack.Length > 0 ? [$"rack={rack}"] : [])]);
        var touch = TouchedMachines.Of(before, after, [Node(1, B7), Node(2, A1)]);
        Assert.Equal(may, AccessRules.ForCatalog(Rights(right), Role.Operator, touch).IsGranted);
        // Taking it away reaches the same ones.
        touch = TouchedMachines.Of(after, before, [Node(1, B7), Node(2, A1)]);
        Assert.Equal(may, AccessRules.ForCatalog(Rights(right), Role.Operator, touch).IsGranted);
    }

    [Fact]
    public void A_group_of_one_MAC_reaches_that_machine_alone()
    {
        var touch = TouchedMachines.Of(CatalogOf([]), CatalogOf([Group("g", "p1", ["mac=52:54:00:77:00:01"])]), [Node(1, B7), Node(2, A1)]);
        Assert.Equal("n1", Assert.Single(touch.Machines).Id);
        Assert.Empty(touch.ToCome);
        Assert.True(AccessRules.ForCatalog(Rights("operator:rack=b7"), Role.Operator, touch).IsGranted);
        Assert.False(AccessRules.ForCatalog(Rights("operator:rack=a1"), Role.Operator, touch).IsGranted);
    }

    [Fact]
    public void A_group_of_a_MAC_that_nobody_has_is_for_those_who_may_all()
    {
        var touch = TouchedMachines.Of(CatalogOf([]), CatalogOf([Group("g", "p1", ["mac=52:54:00:77:00:99"])]), [Node(1, B7)]);
        Assert.Empty(touch.Machines);
        Assert.False(AccessRules.ForCatalog(Rights("operator:rack=b7"), Role.Operator, touch).IsGranted);
        Assert.True(AccessRules.ForCatalog(Rights("operator"), Role.Operator, touch).IsGranted);
    }

    [Fact]
    public void A_profile_reaches_the_machines_of_every_group_that_names_it()
    {
        Group[] groups = [Group("g1", "p1", ["rack=b7"]), Group("g2", "p1", ["rack=a1"]), Group("g3", "p2", ["rack=c3"])];
        var touch = TouchedMachines.Of(CatalogOf(groups), CatalogOf(groups, kernel: "/other"), [Node(1, B7), Node(2, A1), Node(3, Labels("rack=c3"))]);
        Assert.Equal(["n1", "n2"], touch.Machines.Select(machine => machine.Id));
        Assert.False(AccessRules.ForCatalog(Rights("operator:rack=b7"), Role.Operator, touch).IsGranted);
        Assert.True(AccessRules.ForCatalog(Rights("operator:rack=b7", "operator:rack=a1"), Role.Operator, touch).IsGranted);
    }

    [Fact]
    public void Nothing_changed_touches_nothing()
    {
        Group[] groups = [Group("g1", "p1", ["rack=b7"]), Group("g2", "p2", [])];
        var touch = TouchedMachines.Of(CatalogOf(groups), CatalogOf([.. groups.Select(group => group with { })]), [Node(1, B7)]);
        Assert.Empty(touch.Machines);
        Assert.Empty(touch.ToCome);
        Assert.False(touch.Unused);
    }

    [Fact]
    public void A_profile_that_no_group_uses_is_for_those_who_may_all()
    {
        var touch = TouchedMachines.Of(CatalogOf([]), CatalogOf([], kernel: "/other"), []);
        Assert.True(touch.Unused);
        Assert.False(AccessRules.ForCatalog(Rights("operator:rack=b7"), Role.Operator, touch).IsGranted);
    }

    [Fact]
    public void A_machine_that_a_group_names_is_touched_whatever_else_the_group_asks()
    {
        var touch = TouchedMachines.Of(CatalogOf([]), CatalogOf([Group("g", "p1", ["mac=52:54:00:77:00:01", "rack=later"])]), [Node(1, B7)]);
        Assert.Equal("n1", Assert.Single(touch.Machines).Id);
        Assert.False(AccessRules.ForCatalog(Rights("operator:rack=a1"), Role.Operator, touch).IsGranted);
    }

    [Theory]
    [InlineData("rack", "b7", true)]
    [InlineData("rack", "b7 a1", false)]
    [InlineData("rack", "a1", false)]
    [InlineData("role", "b7", false)]
    // Under this name a condition means the address that a machine asks from.
    [InlineData("address", "b7", false)]
    public void A_condition_that_leaves_one_value_counts_as_a_label(string label, string values, bool may)
    {
        var condition = new LabelCondition.AnyOf([.. values.Split(' ').Select(value => new LabelCondition.Equal(value))]);
        var group = Group("g", "p1", []) with { Match = ImmutableSortedDictionary<string, LabelCondition>.Empty.Add(label, condition) };
        var touch = TouchedMachines.Of(CatalogOf([]), CatalogOf([group]), []);
        Assert.Equal(may, AccessRules.ForCatalog(Rights("operator:rack=b7", "operator:address=b7"), Role.Operator, touch).IsGranted);
    }

    private static Catalog CatalogOf(IEnumerable<Group> groups, string kernel = "/k") => new(
        groups,
        [
            new("p1", new Profile { Id = "p1", Boot = new NetBoot(kernel, [], []) }),
            new("p2", new Profile { Id = "p2", Boot = new NetBoot("/k2", [], []) }),
        ],
        []);

    private static Group Group(string id, string profile, string[] selector) => new() { Id = id, Profile = profile, Selector = Labels(selector) };

    private static Machine Node(int number, ImmutableSortedDictionary<string, string> labels) => new()
    {
        Id = $"n{number}",
        Macs = [HardwareAddress.Parse($"52:54:00:77:00:0{number}")],
        Labels = labels,
    };

    private static ImmutableArray<Right> Rights(params string[] texts) => Right.TryParseAll(texts, out var rights, out _) ? rights : throw new ArgumentException("no right", nameof(texts));

    private static ImmutableSortedDictionary<string, string> Labels(params string[] labels) =>
        labels.Select(label => label.Split('=')).ToImmutableSortedDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
