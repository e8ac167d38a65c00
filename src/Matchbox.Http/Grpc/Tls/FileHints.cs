namespace Matchbox.Http.Grpc.Tls;

/// <summary>Hints that something happened in the folders of some files. Hints may be missed: whoever takes them also looks now and then.</summary>
internal sealed class FileHints : IDisposable
{
    private readonly List<FileSystemWatcher> _watchers = [];

    public FileHints(IEnumerable<string> paths, Action hint)
    {
        foreach (var folder in paths.Select(path => Path.GetDirectoryName(Path.GetFullPath(path))!).Distinct(StringComparer.Ordinal).Where(Directory.Exists))
        {
            try
            {
                var watcher = new FileSystemWatcher(folder);
                watcher.Changed += (_, _) => hint();
                watcher.Created += (_, _) => hint();
                watcher.Deleted += (_, _) => hint();
                watcher.Renamed += (_, _) => hint();
                watcher.EnableRaisingEvents = true;
                _watchers.Add(watcher);
            }
            catch (Exception unwatched) when (unwatched is IOException or ArgumentException)
            {
                // Out of watches: the look now and then finds the change.
            }
        }
    }

    public void Dispose() => _watchers.ForEach(watcher => watcher.Dispose());
}
