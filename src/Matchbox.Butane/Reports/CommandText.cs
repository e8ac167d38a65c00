using System.Text;

namespace Matchbox.Butane.Reports;

/// <summary>What the real <c>butane</c> command prints and ends with.</summary>
public static class CommandText
{
    private const string StrictFailure = "Config produced warnings and --strict was specified";

    /// <summary>What goes to standard error.</summary>
    /// <param name="result">A conversion.</param>
    /// <param name="source">What was converted.</param>
    /// <param name="file">Its name as the user gave it.</param>
    /// <param name="strict">Any finding is a failure.</param>
    /// <param name="raw">A line for each finding instead of the source around it.</param>
    public static string Errors(ButaneResult result, ReadOnlySpan<byte> source, string file, bool strict, bool raw)
    {
        var text = new StringBuilder(raw ? ReportText.Raw(result.Report) : ReportText.Pretty(result.Report, source, file));
        if (result.Failure is { } failure)
        {
            text.Append("Error translating config: ").Append(failure).Append('\n');
        }
        else if (IsRefused(result, strict))
        {
            text.Append(StrictFailure).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Whether the command fails: there is no output, or <paramref name="strict"/> forbids it.</summary>
    public static bool IsRefused(ButaneResult result, bool strict) => result.Output is null || (strict && result.Report.Findings.Count > 0);
}
