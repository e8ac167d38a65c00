using System.Text;
using Matchbox.Butane;

namespace Matchbox.Http.Rest;

/// <summary>
/// Local files that came with a request: nothing else can be named. A form tells no modes, so that no file here is executable and
/// a tree's files become 0644. Names are bounded, because every folder on the way to a file is kept by its path.
/// </summary>
internal sealed class BundledFiles : ILocalFiles
{
    private const int MaxFiles = 1024;
    private const int MaxName = 4096;
    private const int MaxParts = 64;
    private const int MaxNames = 128 * 1024;

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, LocalKind>> _folders = new(StringComparer.Ordinal) { [""] = [] };
    private int _names;

    public string Name => "files";

    public string FullName => "/files";

    /// <summary>Adds a file by its relative path. Gives why it cannot be added, or null.</summary>
    public string? Add(string name, byte[] content)
    {
        var octets = Encoding.UTF8.GetByteCount(name);
        if (octets > MaxName)
        {
            return $"a file name of {octets} octets ('{name[..32]}…'): {MaxName} at most";
        }
        if (_files.Count == MaxFiles || (_names += octets) > MaxNames)
        {
            return $"file '{name}': {MaxFiles} files with names of {MaxNames} octets together at most";
        }
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        if (parts.Length is 0 or > MaxParts)
        {
            return $"file '{name}': a name has 1 to {MaxParts} parts";
        }
        if (parts.Contains("..") || name.Contains('\0', StringComparison.Ordinal))
        {
            return $"file '{name}': a name may not contain '..' or NUL";
        }
        return Add(parts, content) ? null : $"file '{name}': another file has this name, or one of the two would have to be a folder";
    }

    public bool TryRead(string path, out byte[] contents, out LocalFault error)
    {
        if (_files.TryGetValue(path, out var found))
        {
            contents = found;
            error = default;
            return true;
        }
        contents = [];
        error = _folders.ContainsKey(path) ? new LocalFault("read", "is a directory")
            : IsBelowFile(path) ? new LocalFault("open", "not a directory")
            : new LocalFault("open", "no such file or directory");
        return false;
    }

    public LocalKind Follow(string path) => _folders.ContainsKey(path) ? LocalKind.Folder : _files.ContainsKey(path) ? LocalKind.File : LocalKind.Missing;

    public LocalEntry Look(string path) => new(path[(path.LastIndexOf('/') + 1)..], Follow(path));

    public IReadOnlyList<LocalEntry>? List(string path) =>
        _folders.TryGetValue(path, out var entries) ? [.. entries.Select(entry => new LocalEntry(entry.Key, entry.Value))] : null;

    // No file has a longer path than MaxName, and so only that much of a path can lead through one.
    private bool IsBelowFile(string path)
    {
        var files = _files.GetAlternateLookup<ReadOnlySpan<char>>();
        var end = path.Length <= MaxName ? path.LastIndexOf('/') : path.LastIndexOf('/', MaxName);
        while (end > 0)
        {
            if (files.ContainsKey(path.AsSpan(0, end)))
            {
                return true;
            }
            end = path.LastIndexOf('/', end - 1);
        }
        return false;
    }

    private bool Add(string[] parts, byte[] content)
    {
        var folder = "";
        foreach (var part in parts.AsSpan(0, parts.Length - 1))
        {
            var path = folder.Length == 0 ? part : $"{folder}/{part}";
            if (_files.ContainsKey(path))
            {
                return false;
            }
            _folders[folder][part] = LocalKind.Folder;
            _folders.TryAdd(path, []);
            folder = path;
        }
        var last = parts[^1];
        var file = folder.Length == 0 ? last : $"{folder}/{last}";
        if (_folders.ContainsKey(file) || !_files.TryAdd(file, content))
        {
            return false;
        }
        _folders[folder][last] = LocalKind.File;
        return true;
    }
}
