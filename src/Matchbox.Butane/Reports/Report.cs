namespace Matchbox.Butane.Reports;

/// <summary>How much a finding matters. An error refuses the config.</summary>
public enum Severity
{
    Error,
    Warning,
    Info,
}

/// <summary>One finding: what, and where.</summary>
/// <param name="Severity">Whether the config is refused.</param>
/// <param name="Path">The place in the document that the finding speaks of.</param>
/// <param name="Message">What is wrong, in the real tools' words.</param>
public sealed record Finding(Severity Severity, DocumentPath Path, string Message)
{
    /// <summary>Line of the deepest part of <see cref="Path"/> that the source has, from 1; 0: unknown.</summary>
    public int Line { get; init; }

    /// <summary>Column, from 1, in characters; 0: unknown.</summary>
    public int Column { get; init; }
}

/// <summary>Findings in the order in which they were made. While they are added, for one thread at a time.</summary>
public sealed class Report
{
    private readonly List<Finding> _findings = [];

    /// <summary>All so far.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Some finding is an error.</summary>
    public bool IsFatal { get; private set; }

    /// <summary>Adds an error; its line is not known yet.</summary>
    public void Error(DocumentPath path, string message) => Add(new Finding(Severity.Error, path, message));

    /// <summary>Adds a warning; its line is not known yet.</summary>
    public void Warn(DocumentPath path, string message) => Add(new Finding(Severity.Warning, path, message));

    /// <summary>Adds a finding as it is.</summary>
    public void Add(Finding finding)
    {
        _findings.Add(finding);
        IsFatal |= finding.Severity == Severity.Error;
    }

    /// <summary>Adds findings as they are, in their order.</summary>
    public void AddRange(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings)
        {
            Add(finding);
        }
    }
}
