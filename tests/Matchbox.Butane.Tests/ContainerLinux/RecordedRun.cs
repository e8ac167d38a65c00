using Matchbox.Butane.ContainerLinux;
using Matchbox.Testing;

namespace Matchbox.Butane.Tests.ContainerLinux;

/// <summary>Makes of a recorded call of the real ct a call of our converter.</summary>
internal static class RecordedRun
{
    public static IEnumerable<CorpusCase> Cases => CorpusCase.All(Corpus.CtCases);

    public static ContainerLinuxResult Convert(CorpusCase recorded, CorpusRun run)
    {
        var options = new ContainerLinuxOptions
        {
            IsPretty = run.Arguments.Contains("-pretty"),
            IsStrict = run.Arguments.Contains("-strict"),
            Platform = run.Arguments is [.., "-platform", var platform, _, _] ? platform : "",
            Files = recorded.FilesDir is { } dir ? new CorpusFolder(dir, recorded.FilesPath!) : null,
        };
        return ContainerLinuxConverter.Convert(recorded.Input, options);
    }
}
