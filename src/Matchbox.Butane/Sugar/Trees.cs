using Matchbox.Butane.Go;
using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Sugar;

/// <summary><c>storage.trees</c>: folders of local files, file by file in the order of their names' bytes.</summary>
internal sealed class Trees(LocalReader local, Report report)
{
    public const string NodeExists = "matching filesystem node has existing contents or different type";

    // A link that leads around in a circle is never followed, so this bounds what a hostile file system can do.
    private const int MaxDepth = 256;

    public void Add(Record storage)
    {
        var trees = storage.List(StorageSection.Trees);
        if (trees.Count == 0)
        {
            return;
        }
        var nodes = new NodeTracker(storage);
        for (var i = 0; i < trees.Count; i++)
        {
            var at = DocumentPath.Root.Append("storage").Append("trees").Append(i);
            if (!local.IsGiven)
            {
                report.Error(at, LocalReader.NoFilesDir);
                return;
            }
            AddTree(trees[i], nodes, at);
        }
    }

    private void AddTree(Record tree, NodeTracker nodes, DocumentPath at)
    {
        var path = tree.Text(Tree.Local)!;
        if (!local.TryResolve(path, out var root, out var error))
        {
            report.Error(at, error);
            return;
        }
        switch (local.Files.Follow(root))
        {
            case LocalKind.Missing:
                report.Error(at, local.TextOf(new LocalFault("stat", "no such file or directory"), path));
                return;
            case LocalKind.Folder:
                break;
            default:
                report.Error(at, "root of tree must be a directory");
                return;
        }
        var destination = tree.Text(Tree.Path) is { Length: > 0 } given ? given : "/";
        Walk(tree, nodes, at, root, local.Files.Look(root), destination, "", 0);
    }

    private void Walk(Record tree, NodeTracker nodes, DocumentPath at, string source, LocalEntry entry, string destination, string relative, int depth)
    {
        var target = GoPath.Join(destination, relative.Length == 0 ? "." : relative);
        switch (entry.Kind)
        {
            case LocalKind.Folder:
                AddFolder(tree, nodes, at, target);
                if (depth == MaxDepth || local.Files.List(source) is not { } entries)
                {
                    report.Error(at, local.TextOf(new LocalFault("open", depth == MaxDepth ? "too many levels of folders" : WhyUnlisted(source)), source));
                    return;
                }
                foreach (var child in entries.OrderBy(child => child.Name, Utf8Order.Instance))
                {
                    var inside = source.Length == 0 ? child.Name : $"{source}/{child.Name}";
                    Walk(tree, nodes, at, inside, child, destination, relative.Length == 0 ? child.Name : $"{relative}/{child.Name}", depth + 1);
                }
                break;
            case LocalKind.File:
                AddFile(tree, nodes, at, source, entry, target);
                break;
            case LocalKind.Link:
                AddLink(tree, nodes, at, entry, target);
                break;
            default:
                report.Error(at, "trees may only contain files, directories, and symlinks");
                break;
        }
    }

    // A folder that was there a moment ago may be gone; one that still is there does not let us in.
    private string WhyUnlisted(string source) => local.Files.Follow(source) == LocalKind.Missing ? "no such file or directory" : "permission denied";

    // Folders are made by what is in them, unless somebody asks for an owner or a mode.
    private void AddFolder(Record tree, NodeTracker nodes, DocumentPath at, string target)
    {
        if (!tree.Has(Tree.DirMode) && !HasOwner(tree))
        {
            return;
        }
        if (nodes.Exists(target))
        {
            report.Error(at, NodeExists);
            return;
        }
        nodes.AddDirectory(Owned(new Record(DirectoryNode.Type) { Origin = at, IsGenerated = true }, tree, DirectoryNode.User, DirectoryNode.Group)
            .Set(DirectoryNode.Path, target)
            .Set(DirectoryNode.Mode, tree.Number(Tree.DirMode) ?? 0b111_101_101));
    }

    private void AddFile(Record tree, NodeTracker nodes, DocumentPath at, string source, LocalEntry entry, string target)
    {
        var file = nodes.File(target);
        if (file is null ? nodes.Exists(target) : !string.IsNullOrEmpty(file.Struct(FileNode.Contents)?.Text(Resource.Source)))
        {
            report.Error(at, NodeExists);
            return;
        }
        if (file is null)
        {
            file = Owned(new Record(FileNode.Type) { Origin = at, IsGenerated = true }, tree, FileNode.User, FileNode.Group).Set(FileNode.Path, target);
            nodes.AddFile(file);
        }
        if (!local.Files.TryRead(source, out var bytes, out var fault))
        {
            report.Error(at, local.TextOf(fault, source));
            return;
        }
        var contents = file.Open(FileNode.Contents);
        var (url, compression) = DataUrl.Of(bytes, contents.Text(Resource.Compression));
        contents.Set(Resource.Source, url).SetOrigin(Resource.Source, at);
        if (compression is not null)
        {
            contents.Set(Resource.Compression, compression).SetOrigin(Resource.Compression, at);
        }
        if (!file.Has(FileNode.Mode))
        {
            file.Set(FileNode.Mode, tree.Number(Tree.FileMode) ?? (entry.IsExecutable ? 0b111_101_101 : 0b110_100_100)).SetOrigin(FileNode.Mode, at);
        }
    }

    private void AddLink(Record tree, NodeTracker nodes, DocumentPath at, LocalEntry entry, string target)
    {
        var link = nodes.Link(target);
        if (link is null ? nodes.Exists(target) : !string.IsNullOrEmpty(link.Text(LinkNode.Target)) || !string.IsNullOrEmpty(link.Text(LinkNode.Target32)))
        {
            report.Error(at, NodeExists);
            return;
        }
        if (link is null)
        {
            link = Owned(new Record(LinkNode.Type) { Origin = at, IsGenerated = true }, tree, LinkNode.User, LinkNode.Group).Set(LinkNode.Path, target);
            nodes.AddLink(link);
        }
        link.Set(LinkNode.Target, entry.Target).SetOrigin(LinkNode.Target, at).Set(LinkNode.Target32, entry.Target).SetOrigin(LinkNode.Target32, at);
    }

    private static bool HasOwner(Record tree) =>
        tree.Struct(Tree.User) is { } user && (user.Has(NodeUser.Id) || user.Has(NodeUser.Name))
        || tree.Struct(Tree.Group) is { } group && (group.Has(NodeGroup.Id) || group.Has(NodeGroup.Name));

    private static Record Owned(Record node, Record tree, Field user, Field group) => node.Set(user, tree.Struct(Tree.User)).Set(group, tree.Struct(Tree.Group));
}
