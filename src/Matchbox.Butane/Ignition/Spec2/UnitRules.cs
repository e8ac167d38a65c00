using Matchbox.Butane.Go;
using Matchbox.Butane.Ignition.Rules;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

/// <summary>Units of systemd and of its network daemon.</summary>
internal static class UnitRules
{
    public static bool CheckUnit(Record record, int version, DocumentPath at, Report report)
    {
        var contents = record.Text(Unit.Contents)!;
        var name = record.Text(Unit.Name)!;
        if (UnitFile.Fault(contents, out var hasInstall) is { } fault)
        {
            report.Error(at.Append("contents"), fault);
        }
        else if (IsEnabled(record) && contents.Length > 0 && !hasInstall)
        {
            report.Warn(at.Append("contents"), SystemdRules.UselessEnable(name));
        }
        Faults.Add(SystemdRules.NameFault(name), at, "name", report);
        return true;
    }

    public static bool CheckDropin(Record record, int version, DocumentPath at, Report report)
    {
        Faults.Add(DropinFaults(record), at, report);
        return true;
    }

    public static bool CheckNetworkdUnit(Record record, int version, DocumentPath at, Report report) =>
        Faults.Add(NetworkdUnitFaults(record), at, report);

    public static bool CheckNetworkdDropin(Record record, int version, DocumentPath at, Report report)
    {
        Faults.Add(NetworkdDropinFaults(record), at, report);
        return true;
    }

    internal static bool IsEnabled(Record unit) => unit.IsTrue(Unit.Enable) || unit.IsTrue(Unit.Enabled);

    internal static IEnumerable<string> DropinFaults(Record dropin) => Both(
        dropin.Text(Dropin.Contents)!,
        GoPath.Extension(dropin.Text(Dropin.Name)) is ".conf" ? null : "invalid systemd drop-in extension");

    internal static IEnumerable<string> NetworkdUnitFaults(Record unit) => Both(
        unit.Text(NetworkdUnit.Contents)!,
        GoPath.Extension(unit.Text(NetworkdUnit.Name)) is ".link" or ".netdev" or ".network" ? null : "invalid networkd unit extension");

    internal static IEnumerable<string> NetworkdDropinFaults(Record dropin) => Both(
        dropin.Text(NetworkdDropin.Contents)!,
        GoPath.Extension(dropin.Text(NetworkdDropin.Name)) is ".conf" ? null : "invalid networkd drop-in extension");

    private static IEnumerable<string> Both(string contents, string? nameFault) =>
        new[] { UnitFile.Fault(contents, out _), nameFault }.OfType<string>();
}
