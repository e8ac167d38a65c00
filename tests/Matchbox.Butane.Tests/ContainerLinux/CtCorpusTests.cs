using System.Text;

namespace Matchbox.Butane.Tests.ContainerLinux;

public sealed class CtCorpusTests
{
    public static TheoryData<string, string> Runs()
    {
        var runs = new TheoryData<string, string>();
        foreach (var name in RecordedRun.Cases)
        {
            runs.Add(name, "plain");
            runs.Add(name, "pretty");
            runs.Add(name, "strict");
        }
        return runs;
    }

    [Theory, MemberData(nameof(Runs))]
    public void A_config_gives_what_ct_gave(string name, string run)
    {
        var expected = RecordedRun.Read(name, run);

        var result = expected.Convert();

        Assert.Equal("", Difference("stderr", expected.Report, result.Report.ToArray()));
        Assert.Equal("", Difference("stdout", expected.Output, result.Ignition?.ToArray() ?? []));
        Assert.Equal(expected.ExitCode, result.IsConverted ? 0 : 1);
    }

    /// <summary>Empty, or the first line that differs and where in it.</summary>
    private static string Difference(string stream, byte[] expected, byte[] actual)
    {
        if (expected.AsSpan().SequenceEqual(actual))
        {
            return "";
        }
        var wanted = Encoding.Latin1.GetString(expected).Split('\n');
        var given = Encoding.Latin1.GetString(actual).Split('\n');
        var line = 0;
        while (line < wanted.Length && line < given.Length && wanted[line] == given[line])
        {
            line++;
        }
        var want = line < wanted.Length ? wanted[line] : "(end)";
        var got = line < given.Length ? given[line] : "(end)";
        var column = want.AsSpan().CommonPrefixLength(got);
        var from = Math.Max(0, column - 60);
        return $"{stream}, line {line + 1}, column {column + 1}: wanted ...{Cut(want)}, got ...{Cut(got)}";

        string Cut(string text) => text[Math.Min(from, text.Length)..Math.Min(column + 120, text.Length)];
    }
}
