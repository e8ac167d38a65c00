using System.Text;
using Matchbox.Butane.Reports;
using Matchbox.Testing;

namespace Matchbox.Butane.Tests;

/// <summary>Every recorded answer of the real butane, byte for byte.</summary>
public sealed class ButaneCorpusTests
{
    [Fact]
    public void Every_case_is_answered_as_the_real_tool_does()
    {
        var faults = new List<string>();
        var cases = 0;
        foreach (var given in CorpusCase.All(Corpus.ButaneCases))
        {
            cases++;
            foreach (var run in given.Runs)
            {
                if (Compare(given, run) is { } fault)
                {
                    faults.Add($"{given.Name} ({run.Name}): {fault}");
                    break;
                }
            }
        }
        Assert.True(faults.Count == 0, $"{cases - faults.Count} of {cases} identical\n{string.Join('\n', faults.Take(40))}");
    }

    private static string? Compare(CorpusCase given, CorpusRun run)
    {
        var (pretty, strict, raw) = (run.Arguments.Contains("--pretty"), run.Arguments.Contains("--strict"), run.Arguments.Contains("--raw-errors"));
        var input = given.Input;
        var result = ButaneConverter.Convert(input, new ButaneOptions
        {
            Pretty = pretty,
            Files = given.FilesDir is { } dir ? new CorpusFolder(dir, given.FilesPath!) : null,
        });
        var refused = CommandText.IsRefused(result, strict);
        var output = refused ? "" : Encoding.UTF8.GetString(result.Output!) + "\n";
        var errors = CommandText.Errors(result, input, given.InputName, strict, raw);
        return (refused ? 1 : 0) != run.Exit ? $"exit code {(refused ? 1 : 0)}, expected {run.Exit}\n{errors}"
            : Difference.Of(output, Encoding.UTF8.GetString(run.Output)) is { } inOutput ? $"output: {inOutput}"
            : Difference.Of(Sorted(errors, given, raw), Sorted(Encoding.UTF8.GetString(run.Errors), given, raw)) is { } inErrors ? $"errors: {inErrors}"
            : null;
    }

    // Findings in any order where the real tool has none; the last line says how it ended.
    private static string Sorted(string errors, CorpusCase given, bool raw)
    {
        if (!given.ErrorsVary)
        {
            return errors;
        }
        var separator = raw ? "\n" : "\n\n";
        var lastLine = errors.TrimEnd('\n').LastIndexOf('\n') + 1;
        var end = errors[lastLine..] is var last && (last.StartsWith("Config produced", StringComparison.Ordinal) || last.StartsWith("Error translating", StringComparison.Ordinal)) ? lastLine : errors.Length;
        return string.Join(separator, errors[..end].TrimEnd('\n').Split(separator).Order(StringComparer.Ordinal)) + errors[end..];
    }
}
