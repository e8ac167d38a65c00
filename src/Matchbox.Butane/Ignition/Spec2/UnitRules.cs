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
        else if ((record.IsTrue(Unit.Enable) || record.IsTrue(Unit.Enabled)) && contents.Length > 0 && !hasInstall)
        {
            report.Warn(
                at.Append("contents"), $"unit {GoText.Quote(name)} is enabled, but has no install section so enable does nothing");
        }
        if (!SystemdRules.IsUnitName(name))
        {
            report.Error(at.Append("name"), "invalid systemd unit extension");
        }
        return true;
    }

    public static bool CheckDropin(Record record, int version, DocumentPath at, Report report)
    {
        CheckContents(record.Text(Dropin.Contents)!, at, report);
        if (GoPath.Extension(record.Text(Dropin.Name)) is not ".conf")
        {
            report.Error(at, "invalid systemd drop-in extension");
        }
        return true;
    }

    public static bool CheckNetworkdUnit(Record record, int version, DocumentPath at, Report report)
    {
        var before = report.Findings.Count;
        CheckContents(record.Text(NetworkdUnit.Contents)!, at, report);
        if (GoPath.Extension(record.Text(NetworkdUnit.Name)) is not (".link" or ".netdev" or ".network"))
        {
            report.Error(at, "invalid networkd unit extension");
        }
        return report.Findings.Count == before;
    }

    public static bool CheckNetworkdDropin(Record record, int version, DocumentPath at, Report report)
    {
        CheckContents(record.Text(NetworkdDropin.Contents)!, at, report);
        if (GoPath.Extension(record.Text(NetworkdDropin.Name)) is not ".conf")
        {
            report.Error(at, "invalid networkd drop-in extension");
        }
        return true;
    }

    private static void CheckContents(string contents, DocumentPath at, Report report)
    {
        if (UnitFile.Fault(contents, out _) is { } fault)
        {
            report.Error(at, fault);
        }
    }
}
