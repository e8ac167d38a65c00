using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Rules;

/// <summary>Files, directories and links.</summary>
internal static class StorageRules
{
    // A path below several links of the same name is told once for each, but not without end.
    private const int MaxRepeats = 100;

    public static void CheckStorage(Record record, int version, DocumentPath at, Report report)
    {
        var links = new LinkPaths(record.List(StorageSection.Links));
        BelowLinks(record, StorageSection.Directories, DirectoryNode.Path, "directory path includes link in config", links, at, report);
        BelowLinks(record, StorageSection.Files, FileNode.Path, "file path includes link in config", links, at, report);
        Links(record, version, links, at.Append("links"), report);
        DiskRules.FilesystemsOnDisks(record, at, report);
    }

    public static void CheckDirectory(Record record, int version, DocumentPath at, Report report)
    {
        Path(record.Text(DirectoryNode.Path)!, at, report);
        Mode(record.Number(DirectoryNode.Mode), version, at, report);
    }

    public static void CheckFile(Record record, int version, DocumentPath at, Report report)
    {
        Path(record.Text(FileNode.Path)!, at, report);
        Mode(record.Number(FileNode.Mode), version, at, report);
        var source = version == 0
            ? record.Struct(FileNode.Contents30)?.Text(FileContents.Source)
            : record.Struct(FileNode.Contents)?.Text(Resource.Source);
        if (record.IsTrue(FileNode.Overwrite) && source is null)
        {
            report.Error(at.Append("overwrite"), "overwrite must be false if source is unspecified");
        }
    }

    public static void CheckLink(Record record, int version, DocumentPath at, Report report) =>
        Path(record.Text(LinkNode.Path)!, at, report);

    public static void CheckUser(Record record, int version, DocumentPath at, Report report) =>
        OneOf(record.Number(NodeUser.Id), record.Text(NodeUser.Name), at, report);

    public static void CheckGroup(Record record, int version, DocumentPath at, Report report) =>
        OneOf(record.Number(NodeGroup.Id), record.Text(NodeGroup.Name), at, report);

    private static void Path(string path, DocumentPath at, Report report)
    {
        if (PathRules.Fault(path) is { } fault)
        {
            report.Error(at.Append("path"), fault);
        }
    }

    private static void Mode(long? mode, int version, DocumentPath at, Report report)
    {
        if (mode is not { } bits)
        {
            return;
        }
        if (bits is < 0 or > 0xfff)
        {
            report.Error(at.Append("mode"), "illegal file mode");
        }
        if (version < 6 && (bits & 0xe00) != 0)
        {
            report.Warn(at.Append("mode"), "setuid/setgid/sticky bits are not supported or functional in spec versions older than 3.6.0");
        }
    }

    private static void OneOf(long? id, string? name, DocumentPath at, Report report)
    {
        if (id is not null && !string.IsNullOrEmpty(name))
        {
            report.Error(at, "cannot set both id and name");
        }
    }

    private static void BelowLinks(
        Record record, Field list, Field path, string message, LinkPaths links, DocumentPath at, Report report)
    {
        var nodes = record.List(list);
        for (var i = 0; i < nodes.Count; i++)
        {
            BelowLinks(nodes[i].Text(path)!, message, links, at.Append(list.Json).Append(i), report);
        }
    }

    private static void BelowLinks(string path, string message, LinkPaths links, DocumentPath at, Report report)
    {
        for (var above = Math.Min(links.CountAbove(path), MaxRepeats); above > 0; above--)
        {
            report.Error(at, message);
        }
    }

    private static void Links(Record record, int version, LinkPaths paths, DocumentPath at, Report report)
    {
        var links = record.List(StorageSection.Links);
        HashSet<string>? directories = null;
        for (var i = 0; i < links.Count; i++)
        {
            var link = links[i];
            BelowLinks(link.Text(LinkNode.Path)!, "link path includes link in config", paths, at.Append(i), report);
            var target = version <= 2 ? link.Text(LinkNode.Target32)! : link.Text(LinkNode.Target);
            if (version >= 3 && string.IsNullOrEmpty(target))
            {
                report.Error(at.Append(i).Append("target"), "link target is required");
            }
            else if (link.IsTrue(LinkNode.Hard))
            {
                directories ??= [.. record.List(StorageSection.Directories).Select(static node => node.Text(DirectoryNode.Path)!)];
                HardLink(link, target!, directories, at.Append(i), report);
            }
        }
    }

    private static void HardLink(Record link, string target, HashSet<string> directories, DocumentPath at, Report report)
    {
        var clean = GoPath.Clean(target.StartsWith('/') ? target : link.Text(LinkNode.Path) + "/" + target);
        if (directories.Contains(clean))
        {
            report.Error(at, "hard link target is a directory");
        }
        Owner(link.Struct(LinkNode.User), NodeUser.Id, NodeUser.Name, at, "user", report);
        Owner(link.Struct(LinkNode.Group), NodeGroup.Id, NodeGroup.Name, at, "group", report);
    }

    private static void Owner(Record? owner, Field id, Field name, DocumentPath at, string key, Report report)
    {
        foreach (var field in (Field[])[id, name])
        {
            if (owner?.Has(field) == true)
            {
                report.Warn(at.Append(key).Append(field.Json), "user/group ignored for hard link");
            }
        }
    }
}
