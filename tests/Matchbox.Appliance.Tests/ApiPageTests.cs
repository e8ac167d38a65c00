using Matchbox.Http.Rest.Problems;

namespace Matchbox.Appliance.Tests;

/// <summary>What <c>docs/api.md</c> says holds.</summary>
public sealed class ApiPageTests
{
    [Fact]
    public void Each_kind_of_problem_is_on_the_page_with_its_status()
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "api.md"));
        Assert.All(ProblemKind.All, kind => Assert.Contains($"| `{kind.Type}` | {kind.Status} |", page, StringComparison.Ordinal));
    }
}
