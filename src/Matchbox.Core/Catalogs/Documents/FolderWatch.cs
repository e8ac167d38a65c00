using System.Threading.Channels;

namespace Matchbox.Core.Catalogs.Documents;

/// <summary>
/// Notices what changes in the declared folder as the kernel tells it. A hint and no more: what it misses (network file systems, links
/// to other folders, too much at once) is found by looking at everything. Thread-safe.
/// </summary>
internal sealed class FolderWatch : IDisposable
{
    // Beyond this, looking at everything costs less.
    private const int MaxPaths = 256;

    private readonly FileSystemWatcher _watcher;
    private readonly Lock _access = new();
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private bool _everything;
    private long _count;

    // One hint is as good as many: each means "look".
    private readonly Channel<bool> _hints = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private FolderWatch(string root)
    {
        _watcher = new FileSystemWatcher(root) { IncludeSubdirectories = true };
        _watcher.Changed += (_, change) => Add(change.Name);
        _watcher.Created += (_, change) => Add(change.Name);
        _watcher.Deleted += (_, change) => Add(change.Name);
        _watcher.Renamed += (_, change) =>
        {
            Add(change.OldName);
            Add(change.Name);
        };
        _watcher.Error += (_, failure) =>
        {
            IsLost |= failure.GetException() is not InternalBufferOverflowException;
            AddEverything();
        };
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>It hears nothing any more.</summary>
    public bool IsLost { get; private set; }

    /// <summary>How much it has heard so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Begins to watch; null with the reason when the system does not let us.</summary>
    public static FolderWatch? TryStart(string root, out string why)
    {
        why = "";
        try
        {
            return new FolderWatch(root);
        }
        catch (Exception failure) when (failure is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Out of watches, or gone again.
            why = failure.Message;
            return null;
        }
    }

    public Task WaitAsync(CancellationToken cancellation) => _hints.Reader.ReadAsync(cancellation).AsTask();

    /// <summary>Whether all that was heard of since the last <see cref="Take"/> is of a kind.</summary>
    public bool HeardOf(Predicate<string> kind)
    {
        lock (_access)
        {
            return !_everything && _paths.All(path => kind(path));
        }
    }

    /// <summary>What was heard of since the last call; null: look at everything.</summary>
    public string[]? Take()
    {
        lock (_access)
        {
            _hints.Reader.TryRead(out _);
            string[]? paths = _everything ? null : [.. _paths];
            _paths.Clear();
            _everything = false;
            return paths;
        }
    }

    public void Dispose() => _watcher.Dispose();

    private void Add(string? path)
    {
        if (path is null || DocumentPath.Parts.Contains(path))
        {
            AddEverything();
            return;
        }
        if (DocumentPath.PartOf(path).Length == 0)
        {
            return;
        }
        foreach (var name in path.Split('/'))
        {
            if (name.StartsWith("..", StringComparison.Ordinal))
            {
                // Kubernetes exchanges a whole volume by renaming one link.
                AddEverything();
                return;
            }
            if (DocumentPath.IsPassing(name))
            {
                return;
            }
        }
        lock (_access)
        {
            _paths.Add(path);
            _everything |= _paths.Count > MaxPaths;
        }
        Hint();
    }

    private void AddEverything()
    {
        lock (_access)
        {
            _everything = true;
        }
        Hint();
    }

    private void Hint()
    {
        Interlocked.Increment(ref _count);
        _hints.Writer.TryWrite(true);
    }
}
