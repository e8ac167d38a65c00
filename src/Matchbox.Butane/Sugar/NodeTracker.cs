using Matchbox.Butane.Ignition;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Sugar;

/// <summary>The files, folders and links of a config by their paths, while sugar adds to them.</summary>
internal sealed class NodeTracker
{
    private readonly Record _storage;
    private readonly Dictionary<string, Record> _directories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Record> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Record> _links = new(StringComparer.Ordinal);

    public NodeTracker(Record storage)
    {
        _storage = storage;
        Index(StorageSection.Directories, DirectoryNode.Path, _directories);
        Index(StorageSection.Files, FileNode.Path, _files);
        Index(StorageSection.Links, LinkNode.Path, _links);
    }

    public bool Exists(string path) => _directories.ContainsKey(path) || _files.ContainsKey(path) || _links.ContainsKey(path);

    public Record? File(string path) => _files.GetValueOrDefault(path);

    public Record? Link(string path) => _links.GetValueOrDefault(path);

    public void AddDirectory(Record directory)
    {
        _directories[directory.Text(DirectoryNode.Path)!] = directory;
        _storage.Add(StorageSection.Directories, directory);
    }

    public void AddFile(Record file)
    {
        _files[file.Text(FileNode.Path)!] = file;
        _storage.Add(StorageSection.Files, file);
    }

    public void AddLink(Record link)
    {
        _links[link.Text(LinkNode.Path)!] = link;
        _storage.Add(StorageSection.Links, link);
    }

    private void Index(Field list, Field path, Dictionary<string, Record> byPath)
    {
        foreach (var node in _storage.List(list))
        {
            byPath[node.Text(path)!] = node;
        }
    }
}
