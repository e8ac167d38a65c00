using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

/// <summary>Files, directories and links, which name the filesystem that they are in.</summary>
internal static class StorageRules
{
    public static bool CheckFilesystemNames(Record config, int version, DocumentPath at, Report report)
    {
        if (config.Struct(Config.Storage) is not { } storage)
        {
            return true;
        }
        var names = storage.List(StorageSection.Filesystems).Select(static item => item.Text(Filesystem.Name)!).ToList();
        HashSet<string> known = ["root", .. names];
        CheckNodes("File", storage.List(StorageSection.Files), FileNode.Path, FileNode.Filesystem, known, at, report);
        CheckNodes("Link", storage.List(StorageSection.Links), LinkNode.Path, LinkNode.Filesystem, known, at, report);
        CheckNodes("Directory", storage.List(StorageSection.Directories), DirectoryNode.Path, DirectoryNode.Filesystem, known, at, report);
        var seen = new HashSet<string>(StringComparer.Ordinal) { "root" };
        foreach (var name in names.Where(name => !seen.Add(name)))
        {
            report.Warn(at, $"Filesystem {GoText.Quote(name)} shadows exising filesystem definition");
        }
        return true;
    }

    public static bool CheckDirectory(Record record, int version, DocumentPath at, Report report)
    {
        CheckNode(record.Text(DirectoryNode.Filesystem)!, record.Text(DirectoryNode.Path)!, at, report);
        CheckMode(record.Number(DirectoryNode.Mode), at, report);
        return true;
    }

    public static bool CheckFile(Record record, int version, DocumentPath at, Report report)
    {
        if (record.IsTrue(FileNode.Append) && record.IsTrue(FileNode.Overwrite))
        {
            report.Error(at, "cannot set both append and overwrite to true");
            return false;
        }
        CheckNode(record.Text(FileNode.Filesystem)!, record.Text(FileNode.Path)!, at, report);
        CheckMode(record.Number(FileNode.Mode), at, report);
        return true;
    }

    public static bool CheckLink(Record record, int version, DocumentPath at, Report report)
    {
        CheckNode(record.Text(LinkNode.Filesystem)!, record.Text(LinkNode.Path)!, at, report);
        return true;
    }

    public static bool CheckUser(Record record, int version, DocumentPath at, Report report) =>
        CheckOwner(record.Number(NodeUser.Id), record.Text(NodeUser.Name)!, at, report);

    public static bool CheckGroup(Record record, int version, DocumentPath at, Report report) =>
        CheckOwner(record.Number(NodeGroup.Id), record.Text(NodeGroup.Name)!, at, report);

    private static void CheckNodes(
        string kind, IReadOnlyList<Record> nodes, Field path, Field filesystem, HashSet<string> known, DocumentPath at, Report report)
    {
        foreach (var node in nodes)
        {
            var name = node.Text(filesystem)!;
            if (name.Length > 0 && !known.Contains(name))
            {
                report.Warn(
                    at,
                    $"{kind} {GoText.Quote(node.Text(path)!)} references nonexistent filesystem {GoText.Quote(name)}. "
                    + "(This is ok if it is defined in a referenced config)");
            }
        }
    }

    private static void CheckNode(string filesystem, string path, DocumentPath at, Report report)
    {
        if (filesystem.Length == 0)
        {
            report.Error(at.Append("filesystem"), "no filesystem specified");
        }
        if (!path.StartsWith('/'))
        {
            report.Error(at.Append("path"), "path not absolute");
        }
    }

    private static void CheckMode(long? mode, DocumentPath at, Report report)
    {
        if (mode is null)
        {
            report.Warn(at.Append("mode"), "permissions unset, defaulting to 0000");
        }
        else if (mode is < 0 or > 0xfff)
        {
            report.Error(at.Append("mode"), "illegal file mode");
        }
    }

    private static bool CheckOwner(long? id, string name, DocumentPath at, Report report)
    {
        if (id is not null && name.Length > 0)
        {
            report.Error(at, "cannot set both id and name");
        }
        return true;
    }
}
