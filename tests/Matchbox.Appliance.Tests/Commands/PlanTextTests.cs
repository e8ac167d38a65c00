using Matchbox.Appliance.Commands;
using Matchbox.Http.Rest.Catalogs;

namespace Matchbox.Appliance.Tests.Commands;

/// <summary>What <c>matchbox apply</c> shows.</summary>
public sealed class PlanTextTests
{
    [Theory]
    [InlineData("a\nb\nc\n", "a\nb\nc\n", "")]
    [InlineData("a\nb\nc\n", "a\nx\nc\n", " a|-b|+x| c")]
    [InlineData("", "a\nb\n", "+a|+b")]
    [InlineData("a\nb\n", "", "-a|-b")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\n4\n5\n6\n7\n8\n", " 6| 7|+8")]
    [InlineData("a\nb\nc\nd\n", "b\nc\nx\nd\n", "-a| b| c|+x| d")]
    public void A_difference_shows_the_lines_around_each_change(string before, string after, string lines) =>
        Assert.Equal(lines, string.Join('|', LineDiff.Of(before, after).Select(line => $"{line.Sign}{line.Text}")));

    [Fact]
    public void A_plan_is_readable()
    {
        using var text = new StringWriter { NewLine = "\n" };
        new PlanText(text, isColoured: false).Write(new ChangeResult
        {
            DryRun = true,
            Documents =
            [
                new DocumentStep("groups/a.json", "create", "1", null, "{}"),
                new DocumentStep("groups/b.json", "change", "2", "x\ny\n", "x\nz\n"),
                new DocumentStep("groups/c.json", "delete", null, "{}"),
                new DocumentStep("groups/d.json", "none", "3"),
            ],
            Notes = ["groups/a.json:1:1: something"],
            Machines = [new MachineStep("id", "node1", null, "a", null, "live", "boots profile live")],
        });

        Assert.Equal(
            """
            + groups/a.json
            ~ groups/b.json
                  x
                - y
                + z
            - groups/c.json
            note: groups/a.json:1:1: something
            machine node1: boots profile live
            would create 1, change 1, delete 1; 1 as they should be

            """, text.ToString());
    }
}
