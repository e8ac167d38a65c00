using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

/// <summary>Files, directories and links, which name the filesystem that they are in.</summary>
internal static class StorageRules
{
    private const long LargestMode = 0xFFF;         // 07777

    public static bool CheckFilesystemNames(Record config, int version, DocumentPath at, Report report)
    {
        foreach (var warning in FilesystemNameWarnings(config))
        {
            report.Warn(at, warning);
        }
        return true;
    }

    public static bool CheckDirectory(Record record, int version, DocumentPath at, Report report)
    {
        CheckNode(record, DirectoryNode.Node, at, report);
        CheckMode(record.Number(DirectoryNode.Mode), at, report);
        return true;
    }

    public static bool CheckFile(Record record, int version, DocumentPath at, Report report)
    {
        if (AppendFault(record) is { } fault)
        {
            report.Error(at, fault);
            return false;
        }
        CheckNode(record, FileNode.Node, at, report);
        CheckMode(record.Number(FileNode.Mode), at, report);
        return true;
    }

    public static bool CheckLink(Record record, int version, DocumentPath at, Report report)
    {
        CheckNode(record, LinkNode.Node, at, report);
        return true;
    }

    public static bool CheckUser(Record record, int version, DocumentPath at, Report report) =>
        CheckOwner(UserFault(record), at, report);

    public static bool CheckGroup(Record record, int version, DocumentPath at, Report report) =>
        CheckOwner(GroupFault(record), at, report);

    internal static IEnumerable<string> FilesystemNameWarnings(Record config)
    {
        if (config.Struct(Config.Storage) is not { } storage)
        {
            return [];
        }
        var names = storage.List(StorageSection.Filesystems).Select(static item => item.Text(Filesystem.Name)!).ToList();
        HashSet<string> known = ["root", .. names];
        HashSet<string> seen = ["root"];
        return
        [
            .. Strays("File", storage.List(StorageSection.Files), FileNode.Node, known),
            .. Strays("Link", storage.List(StorageSection.Links), LinkNode.Node, known),
            .. Strays("Directory", storage.List(StorageSection.Directories), DirectoryNode.Node, known),
            .. names.Where(name => !seen.Add(name))
                .Select(static name => $"Filesystem {GoText.Quote(name)} shadows exising filesystem definition"),
        ];
    }

    internal static string? PathFault(string path) => path.StartsWith('/') ? null : "path not absolute";

    internal static string? AppendFault(Record file) =>
        file.IsTrue(FileNode.Append) && file.IsTrue(FileNode.Node.Overwrite) ? "cannot set both append and overwrite to true" : null;

    internal static string? ModeFault(long? mode) => mode is < 0 or > LargestMode ? "illegal file mode" : null;

    internal static string? UserFault(Record user) => OwnerFault(user.Number(NodeUser.Id), user.Text(NodeUser.Name)!);

    internal static string? GroupFault(Record group) => OwnerFault(group.Number(NodeGroup.Id), group.Text(NodeGroup.Name)!);

    private static string? OwnerFault(long? id, string name) =>
        id is not null && name.Length > 0 ? "cannot set both id and name" : null;

    private static IEnumerable<string> Strays(string kind, IReadOnlyList<Record> nodes, NodeFields fields, HashSet<string> known) => nodes
        .Where(node => node.Text(fields.Filesystem) is { Length: > 0 } name && !known.Contains(name))
        .Select(node =>
            $"{kind} {GoText.Quote(node.Text(fields.Path)!)} references nonexistent filesystem "
            + $"{GoText.Quote(node.Text(fields.Filesystem)!)}. (This is ok if it is defined in a referenced config)");

    private static void CheckNode(Record node, NodeFields fields, DocumentPath at, Report report)
    {
        Faults.Add(node.Text(fields.Filesystem)!.Length == 0 ? "no filesystem specified" : null, at, "filesystem", report);
        Faults.Add(PathFault(node.Text(fields.Path)!), at, "path", report);
    }

    private static void CheckMode(long? mode, DocumentPath at, Report report)
    {
        if (mode is null)
        {
            report.Warn(at.Append("mode"), "permissions unset, defaulting to 0000");
        }
        Faults.Add(ModeFault(mode), at, "mode", report);
    }

    private static bool CheckOwner(string? fault, DocumentPath at, Report report)
    {
        if (fault is not null)
        {
            report.Error(at, fault);
        }
        return true;
    }
}
