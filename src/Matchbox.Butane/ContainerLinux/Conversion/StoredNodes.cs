using Matchbox.Butane.ContainerLinux.Source;
using Matchbox.Butane.Decoding;
using Matchbox.Butane.Go;
using Matchbox.Butane.Schema;
using Spec2 = Matchbox.Butane.Ignition.Spec2;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>Files, directories and links.</summary>
internal static class StoredNodes
{
    private const long DefaultFileMode = 0x1A4;         // 0644
    private const long DefaultDirectoryMode = 0x1ED;    // 0755

    public static void Add(ConversionState state)
    {
        if (state.Config.Struct(Config.Storage) is not { } storage)
        {
            return;
        }
        var files = storage.List(StorageSection.Files);
        var nodes = state.Document?.At("storage", "files");
        for (var i = 0; i < files.Count; i++)
        {
            if (FileOf(files[i], nodes?.Item(i), state) is { } file)
            {
                state.AddFile(file);
            }
        }
        foreach (var source in storage.List(StorageSection.Directories))
        {
            var directory = NodeOf(source, StoredDirectory.Node, Spec2.DirectoryNode.Type, Spec2.DirectoryNode.Node)
                .Set(Spec2.DirectoryNode.Mode, source.Number(StoredDirectory.Mode) ?? DefaultDirectoryMode);
            state.Ignition.Open(Spec2.Config.Storage).Add(Spec2.StorageSection.Directories, directory);
        }
        foreach (var source in storage.List(StorageSection.Links))
        {
            var link = NodeOf(source, Link.Node, Spec2.LinkNode.Type, Spec2.LinkNode.Node)
                .Set(Spec2.LinkNode.Hard, source.Flag(Link.Hard))
                .Set(Spec2.LinkNode.Target, source.Text(Link.Target));
            state.Ignition.Open(Spec2.Config.Storage).Add(Spec2.StorageSection.Links, link);
        }
    }

    /// <summary>A file with nothing but a text, on the root filesystem.</summary>
    public static Record TextFile(string path, string text)
    {
        var contents = new Record(Spec2.FileContents.Type).Set(Spec2.FileContents.Source, Sugar.DataUrl.Escaped(LooseText.ToBytes(text)));
        return new Record(Spec2.FileNode.Type)
            .Set(Spec2.FileNode.Node.Filesystem, "root")
            .Set(Spec2.FileNode.Node.Path, path)
            .Set(Spec2.FileNode.Contents, contents)
            .Set(Spec2.FileNode.Mode, DefaultFileMode);
    }

    private static Record? FileOf(Record source, SourceNode? node, ConversionState state)
    {
        var contents = source.Struct(StoredFile.Contents);
        var remote = contents?.Struct(FileContents.Remote);
        if (!TryFindContents(contents, node, state, out var url))
        {
            return null;
        }
        var target = new Record(Spec2.FileContents.Type)
            .Set(Spec2.FileContents.Source, url)
            .Set(Spec2.FileContents.Compression, remote?.Text(Remote.Compression))
            .Set(Spec2.FileContents.Verification, References.Verification(remote?.Struct(Remote.Verification)));
        return NodeOf(source, StoredFile.Node, Spec2.FileNode.Type, Spec2.FileNode.Node)
            .Set(Spec2.FileNode.Mode, source.Number(StoredFile.Mode) ?? DefaultFileMode)
            .Set(Spec2.FileNode.Append, source.Flag(StoredFile.Append))
            .Set(Spec2.FileNode.Contents, target);
    }

    private static bool TryFindContents(Record? contents, SourceNode? node, ConversionState state, out string url)
    {
        url = "data:,";
        if (contents?.Text(FileContents.Inline) is { Length: > 0 } inline)
        {
            url = Sugar.DataUrl.Escaped(LooseText.ToBytes(inline));
        }
        if (contents?.Text(FileContents.Local) is { Length: > 0 } local)
        {
            if (LocalContents.Read(local, state.Options.Files, out var error) is not { } bytes)
            {
                state.Findings.Error(error, node?.At("contents", "local"));
                return false;
            }
            url = Sugar.DataUrl.Escaped(bytes);
        }
        if (contents?.Struct(FileContents.Remote)?.Text(Remote.Url) is not { Length: > 0 } remote)
        {
            return true;
        }
        if (!GoUrl.TryParse(remote, out var parsed, out var fault))
        {
            state.Findings.Error(fault, node?.At("contents", "remote", "url"));
            return false;
        }
        url = parsed.ToString();
        MoveRemote(node);
        return true;
    }

    /// <summary>In Ignition <c>remote</c> is the contents itself, and its URL is <c>source</c>: findings shall be told there.</summary>
    private static void MoveRemote(SourceNode? node)
    {
        if (node?.Entry("contents") is { } contents
            && contents.Value.Entry("remote") is { } remote
            && remote.Value.Entry("url") is { } url)
        {
            contents.Value = remote.Value;
            url.Key = "source";
        }
    }

    /// <summary>What files, directories and links have in common.</summary>
    private static Record NodeOf(Record source, NodeFields from, StructType type, Spec2.NodeFields to) => new Record(type)
        .Set(to.Filesystem, source.Text(from.Filesystem) is { Length: > 0 } filesystem ? filesystem : "root")
        .Set(to.Path, source.Text(from.Path))
        .Set(to.Overwrite, source.Flag(from.Overwrite))
        .Set(to.User, source.Struct(from.User)?.CopyTo(Spec2.NodeUser.Type, Owner.UserId, Owner.UserName))
        .Set(to.Group, source.Struct(from.Group)?.CopyTo(Spec2.NodeGroup.Type, Owner.GroupId, Owner.GroupName));
}
