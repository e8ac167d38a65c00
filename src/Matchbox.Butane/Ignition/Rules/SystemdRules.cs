using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Rules;

/// <summary>Units and their drop-ins.</summary>
internal static class SystemdRules
{
    private const string InstanceEnd = ".service";

    /// <summary>Files, directories and links where Ignition itself writes a unit or a drop-in.</summary>
    public static void PathConflicts(Record config, int version, DocumentPath at, Report report)
    {
        if (config.Struct(Config.Systemd) is not { } systemd || config.Struct(Config.Storage) is not { } storage)
        {
            return;
        }
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var unit in systemd.List(SystemdSection.Units))
        {
            var path = "/etc/systemd/system/" + unit.Text(Unit.Name);
            if (!string.IsNullOrEmpty(unit.Text(Unit.Contents)))
            {
                paths.Add(path);
            }
            foreach (var dropin in unit.List(Unit.Dropins))
            {
                if (!string.IsNullOrEmpty(dropin.Text(Dropin.Contents)))
                {
                    paths.Add(path + ".d/" + dropin.Text(Dropin.Name));
                }
            }
        }
        if (paths.Count > 0)
        {
            Conflicts(storage, StorageSection.Files, FileNode.Path, paths, at, report);
            Conflicts(storage, StorageSection.Directories, DirectoryNode.Path, paths, at, report);
            Conflicts(storage, StorageSection.Links, LinkNode.Path, paths, at, report);
        }
    }

    /// <summary>Instances that are enabled while their template, given here, has nothing to install.</summary>
    public static void CheckSystemd(Record record, int version, DocumentPath at, Report report)
    {
        var units = record.List(SystemdSection.Units);
        Dictionary<string, Record>? byName = null;
        var lackInstall = new Dictionary<string, bool>(StringComparer.Ordinal);
        for (var i = 0; i < units.Count; i++)
        {
            var name = units[i].Text(Unit.Name)!;
            if (!units[i].IsTrue(Unit.Enabled) || TemplateOf(name) is not { } template)
            {
                continue;
            }
            if (!lackInstall.TryGetValue(template, out var lacksInstall))
            {
                lacksInstall = lackInstall[template] = LacksInstall((byName ??= ByName(units)).GetValueOrDefault(template));
            }
            if (lacksInstall)
            {
                report.Warn(
                    at.Append("units").Append(i).Append("contents"),
                    $"template unit {GoText.Quote(template)} for {GoText.Quote(name)} doesn't have Install section");
            }
        }
    }

    public static void CheckUnit(Record record, int version, DocumentPath at, Report report)
    {
        var name = record.Text(Unit.Name)!;
        if (NameFault(name) is { } extensionFault)
        {
            report.Error(at.Append("name"), extensionFault);
        }
        if (record.Text(Unit.Contents) is not { } contents)
        {
            return;
        }
        if (UnitFile.Fault(contents, out var hasInstall) is { } fault)
        {
            report.Error(at.Append("contents"), fault);
        }
        else if (record.IsTrue(Unit.Enabled) && contents.Length > 0 && !hasInstall)
        {
            report.Warn(at.Append("contents"), UselessEnable(name));
        }
    }

    public static void CheckDropin(Record record, int version, DocumentPath at, Report report)
    {
        if (record.Text(Dropin.Contents) is { } contents && UnitFile.Fault(contents, out _) is { } fault)
        {
            report.Error(at.Append("contents"), fault);
        }
        if (GoPath.Extension(record.Text(Dropin.Name)) is not ".conf")
        {
            report.Error(at.Append("name"), "invalid systemd drop-in extension");
        }
    }

    private static void Conflicts(Record storage, Field list, Field path, HashSet<string> paths, DocumentPath at, Report report)
    {
        var nodes = storage.List(list);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (paths.Contains(nodes[i].Text(path)!))
            {
                report.Error(
                    at.Append("storage").Append(list.Json).Append(i).Append("path"),
                    "path conflicts with systemd unit or dropin");
            }
        }
    }

    internal static string UselessEnable(string name) =>
        $"unit {GoText.Quote(name)} is enabled, but has no install section so enable does nothing";

    internal static string? NameFault(string name) => IsUnitName(name) ? null : "invalid systemd unit extension";

    private static bool IsUnitName(string name) => GoPath.Extension(name) is
        ".service" or ".socket" or ".device" or ".mount" or ".automount" or ".swap" or ".target" or ".path" or ".timer"
        or ".snapshot" or ".slice" or ".scope";

    // NAME@INSTANCE.service has the template NAME@.service. Neither part is empty.
    private static string? TemplateOf(string name)
    {
        if (!name.EndsWith(InstanceEnd, StringComparison.Ordinal) || name.Contains('\n'))
        {
            return null;
        }
        var at = name.Length > InstanceEnd.Length ? name.IndexOf('@', 1, name.Length - InstanceEnd.Length - 1) : -1;
        return at < 0 || at + 1 == name.Length - InstanceEnd.Length ? null : name[..at] + "@" + InstanceEnd;
    }

    private static bool LacksInstall(Record? unit) =>
        unit?.Text(Unit.Contents) is { Length: > 0 } contents && UnitFile.Fault(contents, out var hasInstall) is null && !hasInstall;

    private static Dictionary<string, Record> ByName(IReadOnlyList<Record> units)
    {
        var byName = new Dictionary<string, Record>(StringComparer.Ordinal);
        foreach (var unit in units)
        {
            byName[unit.Text(Unit.Name)!] = unit;
        }
        return byName;
    }
}
