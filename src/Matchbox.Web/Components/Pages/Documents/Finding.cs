using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Problems;

namespace Matchbox.Web.Components.Pages.Documents;

/// <summary>Something that was found in a document that is being written.</summary>
/// <param name="Severity"><c>error</c>, <c>warning</c> or <c>info</c>.</param>
/// <param name="Line">From 1; 0: of no line.</param>
/// <param name="Column">From 1; 0: of no column.</param>
/// <param name="Text">What, and how to mend it.</param>
/// <param name="Elsewhere">The other document that it is in; null: this one.</param>
public sealed record Finding(string Severity, int Line, int Column, string Text, string? Elsewhere = null)
{
    /// <summary>The faults of a refusal.</summary>
    public static IEnumerable<Finding> Of(Problem problem, string path)
    {
        var errors = problem.Errors ?? [];
        return errors.Count == 0
            ? [new Finding("error", 0, 0, problem.Detail ?? problem.Title)]
            : errors.Select(error => new Finding(
                "error", error.Line ?? 0, error.Column ?? 0, $"{error.Detail}{(error.Mend is { Length: > 0 } mend ? $" ({mend})" : "")}",
                error.File is { } file && file != path ? file : null));
    }

    /// <summary>A note of the catalog, which begins with its place: <c>groups/b7.json:3:24: ...</c>.</summary>
    public static Finding OfNote(string note, string path)
    {
        var parts = note.Split(':', 4);
        return parts.Length == 4 && int.TryParse(parts[1], out var line) && int.TryParse(parts[2], out var column)
            ? new Finding("warning", line, column, parts[3].Trim(), parts[0] == path ? null : parts[0])
            : new Finding("info", 0, 0, note);
    }

    public static IEnumerable<Finding> Of(ButaneReport report) =>
        report.Findings.Select(finding => new Finding(finding.Severity, finding.Line, finding.Column, $"{finding.Message}{(finding.Path.Length > 0 ? $" ({finding.Path})" : "")}"))
            .Concat(report.Advice.Select(advice => new Finding("info", advice.Line, advice.Column, $"{advice.Text} [{advice.Rule}]")));
}
