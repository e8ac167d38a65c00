using System.Text;
using Matchbox.Butane.Ignition;

namespace Matchbox.Butane.Tests.Ignition;

public class IgnitionDiffTests
{
    private static string Diff(string before, string after)
    {
        Assert.True(IgnitionReader.TryRead(Encoding.UTF8.GetBytes(before), out var old, out _, out _));
        Assert.True(IgnitionReader.TryRead(Encoding.UTF8.GetBytes(after), out var now, out _, out _));
        return IgnitionDiff.Write(IgnitionDiff.Compare(old, now));
    }

    private static string DiffStorage(string before, string after) => Diff(
        $$$"""{"ignition":{"version":"3.4.0"},"storage":{{{{before}}}}}""",
        $$$"""{"ignition":{"version":"3.4.0"},"storage":{{{{after}}}}}""");

    [Fact]
    public void Equal_configs_do_not_differ() => Assert.Empty(DiffStorage(
        """ "files":[{"path":"/a"},{"path":"/b","contents":{"compression":"","source":"data:,hello"}}] """,
        """ "files":[{"path":"/b","contents":{"source":"data:;base64,aGVsbG8="}},{"path":"/a"}] """));

    [Fact]
    public void Values_are_told_before_and_after() => Assert.Equal(
        """
        ~ storage.files[/a].overwrite: true -> false
        ~ storage.files[/a].mode: 0644 -> 0600
        - storage.files[/b]
            - mode: 0644
        + storage.files[/c]
            + user.id: 0
            + contents.source: hello

        """.ReplaceLineEndings("\n"),
        DiffStorage(
            """ "files":[{"path":"/a","mode":420,"overwrite":true},{"path":"/b","mode":420}] """,
            """ "files":[{"path":"/c","user":{"id":0},"contents":{"source":"data:,hello"}},{"path":"/a","mode":384,"overwrite":false}] """));

    [Fact]
    public void Contents_are_compared_line_by_line() => Assert.Equal(
        """
        ~ storage.files[/a].contents
              two
              three
            - four
            + 4
              five

        """.ReplaceLineEndings("\n"),
        DiffStorage(
            """ "files":[{"path":"/a","contents":{"source":"data:,one%0Atwo%0Athree%0Afour%0Afive%0A"}}] """,
            """ "files":[{"path":"/a","contents":{"source":"data:,one%0Atwo%0Athree%0A4%0Afive%0A"}}] """));

    [Fact]
    public void Bytes_that_are_no_text_are_told_by_size_and_hash() => Assert.Equal(
        "~ storage.files[/a].contents: 1 bytes, SHA-256 6e340b9cffb37a98... -> 2 bytes, SHA-256 96a296d224f285c6...\n",
        DiffStorage(
            """ "files":[{"path":"/a","contents":{"source":"data:,%00"}}] """,
            """ "files":[{"path":"/a","contents":{"source":"data:,%00%00"}}] """));

    [Fact]
    public void Versions_and_lists_of_texts_are_told_too() => Assert.Equal(
        """
        ~ ignition.version: 3.0.0 -> 3.3.0
        + kernelArguments.shouldExist
            + quiet
        ~ passwd.users[core].sshAuthorizedKeys
            - a
            + c

        """.ReplaceLineEndings("\n"),
        Diff(
            """{"ignition":{"version":"3.0.0"},"passwd":{"users":[{"name":"core","sshAuthorizedKeys":["a","b"]}]}}""",
            """{"ignition":{"version":"3.3.0"},"kernelArguments":{"shouldExist":["quiet"]},"passwd":{"users":[{"name":"core","sshAuthorizedKeys":["b","c"]}]}}"""));

    [Fact]
    public void Configs_of_spec_2_are_compared_with_each_other() => Assert.Equal(
        """
        ~ storage.files[/a].contents
            - x
            + y
        + systemd.units[b.service]
            + enable: true

        """.ReplaceLineEndings("\n"),
        Diff(
            """{"ignition":{"version":"2.3.0"},"storage":{"files":[{"filesystem":"root","path":"/a","mode":0,"contents":{"source":"data:,x"}}]}}""",
            """{"ignition":{"version":"2.3.0"},"storage":{"files":[{"filesystem":"root","path":"/a","mode":0,"contents":{"source":"data:,y"}}]},"systemd":{"units":[{"name":"b.service","enable":true}]}}"""));

    [Fact]
    public void Of_different_specs_only_the_versions_are_told() => Assert.Equal(
        "~ ignition.version: 2.3.0 -> 3.3.0\n",
        Diff("""{"ignition":{"version":"2.3.0"}}""", """{"ignition":{"version":"3.3.0"},"storage":{"files":[{"path":"/a"}]}}"""));
}
