using Matchbox.Butane.ContainerLinux.Source;
using Matchbox.Butane.Reports;

namespace Matchbox.Butane.ContainerLinux;

/// <summary>Findings in the order in which they were made.</summary>
internal sealed class FindingList
{
    private readonly List<ContainerLinuxFinding> _all = [];

    public IReadOnlyList<ContainerLinuxFinding> All => _all;

    public bool IsFatal { get; private set; }

    public void Add(Severity severity, string message, int line = 0, int column = 0)
    {
        _all.Add(new ContainerLinuxFinding(severity, message, line, column));
        IsFatal |= severity == Severity.Error;
    }

    public void Error(string message, SourceNode? at = null) => Add(Severity.Error, message, at?.Line ?? 0, at?.Column ?? 0);
}
