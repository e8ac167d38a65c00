using System.Globalization;
using Matchbox.Butane.Reports;

namespace Matchbox.Butane.ContainerLinux;

/// <summary>One finding in a Container Linux Config: what, and where.</summary>
/// <param name="Severity">An error refuses the config.</param>
/// <param name="Message">What is wrong, in ct's words.</param>
/// <param name="Line">From 1; 0: it has no place of its own.</param>
/// <param name="Column">From 1.</param>
public sealed record ContainerLinuxFinding(Severity Severity, string Message, int Line = 0, int Column = 0)
{
    /// <summary>As ct prints it.</summary>
    public override string ToString()
    {
        var severity = Severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            _ => "info",
        };
        return Line == 0
            ? $"{severity}: {Message}"
            : string.Create(CultureInfo.InvariantCulture, $"{severity} at line {Line}, column {Column}\n{Message}");
    }
}
