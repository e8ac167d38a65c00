using Matchbox.Butane;

namespace Matchbox.Http.Rest;

/// <summary>Local files that came with a request: nothing else can be named.</summary>
internal sealed class BundledFiles : ILocalFiles
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, LocalKind>> _folders = new(StringComparer.Ordinal) { [""] = [] };

    /// <param name="files">Contents by relative path; a path that leads out of the bundle is left out.</param>
    public BundledFiles(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        foreach (var (name, content) in files)
        {
            var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
            if (parts.Length > 0 && !parts.Contains(".."))
            {
                Add(parts, content);
            }
        }
    }

    public string Name => "files";

    public string FullName => "/files";

    public bool TryRead(string path, out byte[] contents, out LocalFault error)
    {
        error = _folders.ContainsKey(path) ? new LocalFault("read", "is a directory") : new LocalFault("open", "no such file or directory");
        return _files.TryGetValue(path, out contents!) || Missing(out contents);
    }

    public LocalKind Follow(string path) => _folders.ContainsKey(path) ? LocalKind.Folder : _files.ContainsKey(path) ? LocalKind.File : LocalKind.Missing;

    public LocalEntry Look(string path) => new(path[(path.LastIndexOf('/') + 1)..], Follow(path));

    public IReadOnlyList<LocalEntry>? List(string path) =>
        _folders.TryGetValue(path, out var entries) ? [.. entries.Select(entry => new LocalEntry(entry.Key, entry.Value))] : null;

    private static bool Missing(out byte[] contents)
    {
        contents = [];
        return false;
    }

    private void Add(string[] parts, byte[] content)
    {
        var folder = "";
        for (var i = 0; i < parts.Length; i++)
        {
            var isFile = i == parts.Length - 1;
            var path = folder.Length == 0 ? parts[i] : $"{folder}/{parts[i]}";
            if (isFile ? _folders.ContainsKey(path) : _files.ContainsKey(path))
            {
                // A file and a folder of one name: the first one stays.
                return;
            }
            _folders[folder][parts[i]] = isFile ? LocalKind.File : LocalKind.Folder;
            if (isFile)
            {
                _files[path] = content;
            }
            else
            {
                _folders.TryAdd(path, []);
            }
            folder = path;
        }
    }
}
