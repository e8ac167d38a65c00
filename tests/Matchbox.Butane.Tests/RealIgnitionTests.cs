using System.Diagnostics;
using Matchbox.Testing;

namespace Matchbox.Butane.Tests;

/// <summary>Ignition itself takes what we make.</summary>
public sealed class RealIgnitionTests
{
    private const string Program = "/usr/bin/ignition-validate";

    // Debian 12's Ignition 2.14 reads no newer ones.
    private const int NewestKnown = 3;

    [Fact]
    public async Task The_real_ignition_validate_takes_every_result_that_it_can_read()
    {
        Assert.SkipUnless(File.Exists(Program), $"{Program} is not there (Debian package ignition)");
        var folder = Directory.CreateTempSubdirectory("matchbox-ignition-");
        var refused = new List<string>();
        var taken = 0;
        try
        {
            await Parallel.ForEachAsync(CorpusCase.All(Corpus.ButaneCases), TestContext.Current.CancellationToken, async (given, cancellation) =>
            {
                var result = ButaneConverter.Convert(given.Input, new ButaneOptions { Files = given.FilesDir is { } dir ? new CorpusFolder(dir, given.FilesPath!) : null });
                if (result.Output is not { } json || result.Dialect!.Ignition > NewestKnown)
                {
                    return;
                }
                var file = Path.Combine(folder.FullName, $"{given.Name}.ign");
                await File.WriteAllBytesAsync(file, json, cancellation);
                using var process = Process.Start(new ProcessStartInfo(Program, file) { RedirectStandardError = true, RedirectStandardOutput = true })!;
                var said = await process.StandardError.ReadToEndAsync(cancellation) + await process.StandardOutput.ReadToEndAsync(cancellation);
                await process.WaitForExitAsync(cancellation);
                Interlocked.Increment(ref taken);
                if (process.ExitCode != 0)
                {
                    lock (refused)
                    {
                        refused.Add($"{given.Name}: {said}");
                    }
                }
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        Assert.True(refused.Count == 0, $"{refused.Count} of {taken} refused:\n{string.Join('\n', refused)}");
        Assert.True(taken > 200, $"only {taken} were tried");
    }
}
