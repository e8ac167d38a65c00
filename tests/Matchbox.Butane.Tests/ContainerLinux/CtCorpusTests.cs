using System.Text;

namespace Matchbox.Butane.Tests.ContainerLinux;

/// <summary>What the real ct said of every recorded config.</summary>
public sealed class CtCorpusTests
{
    [Fact]
    public void Every_config_gives_what_ct_gave()
    {
        var differences = new List<string>();
        var runs = 0;
        foreach (var recorded in RecordedRun.Cases)
        {
            foreach (var run in recorded.Runs)
            {
                runs++;
                var result = RecordedRun.Convert(recorded, run);
                Compare("stderr", result.Report, run.Errors);
                Compare("stdout", result.Ignition ?? default, run.Output);
                if (result.IsConverted != (run.Exit == 0))
                {
                    differences.Add($"{recorded.Name} {run.Name}: exit code is not {run.Exit}");
                }

                void Compare(string stream, ReadOnlyMemory<byte> actual, byte[] expected)
                {
                    if (Difference.Of(Encoding.Latin1.GetString(actual.Span), Encoding.Latin1.GetString(expected)) is { } difference)
                    {
                        differences.Add($"{recorded.Name} {run.Name}, {stream}: {difference}");
                    }
                }
            }
        }
        Assert.Empty(differences);
        Assert.True(runs > 500, $"only {runs} runs");
    }
}
