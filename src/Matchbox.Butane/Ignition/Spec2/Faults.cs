using Matchbox.Butane.Reports;

namespace Matchbox.Butane.Ignition.Spec2;

/// <summary>Puts what is wrong with a struct or a field into a report.</summary>
internal static class Faults
{
    public static void Add(string? fault, DocumentPath at, string key, Report report)
    {
        if (fault is not null)
        {
            report.Error(at.Append(key), fault);
        }
    }

    /// <returns>Whether there was none.</returns>
    public static bool Add(IEnumerable<string> faults, DocumentPath at, Report report)
    {
        var isFine = true;
        foreach (var fault in faults)
        {
            report.Error(at, fault);
            isFine = false;
        }
        return isFine;
    }
}
