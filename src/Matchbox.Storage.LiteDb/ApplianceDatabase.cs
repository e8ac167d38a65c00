using LiteDB;

namespace Matchbox.Storage.LiteDb;

/// <summary>
/// The database file of one appliance, opened by one process. Carries a format version: a file that a newer version wrote
/// is refused and left as it is.
/// </summary>
public sealed class ApplianceDatabase : IDisposable
{
    /// <summary>
    /// The newest format that this version reads and writes. 2: the catalog's documents, which a version that knows only 1 would boot
    /// machines without. 3: machines, users, tokens and sessions by octets, of which one that knows only 2 would keep two for each. 4: machines
    /// that are ignored or protected, which one that knows only 3 would answer and arm. A file of an older format is taken over as it is.
    /// </summary>
    public const int FormatVersion = 4;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly string _path;
    // One caller at a time, readers too: the engine's header is not safe where one thread makes a collection while another reads.
    private readonly Lock _access = new();
    private LiteDatabase _database;
    private long? _failedAt;

    public ApplianceDatabase(string path)
    {
        if (!File.Exists(path))
        {
            using (File.Open(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
            }
        }
        _path = path;
        _database = OpenFile(path);
        if (_database.UserVersion > FormatVersion)
        {
            var found = _database.UserVersion;
            _database.Dispose();
            throw new InvalidDataException(
                $"{path} has format {found}, and this version knows formats up to {FormatVersion}: start the newer version that wrote it, or name another state-path.");
        }
        if (_database.UserVersion != FormatVersion)
        {
            _database.UserVersion = FormatVersion;
        }
    }

    public void Dispose()
    {
        lock (_access)
        {
            _database.Dispose();
        }
    }

    /// <summary>Reads, to the end: nothing lazy may leave. A failing disk or engine becomes an <see cref="IOException"/>.</summary>
    internal T Read<T>(Func<LiteDatabase, T> read)
    {
        lock (_access)
        {
            var database = Sound();
            try
            {
                return read(database);
            }
            catch (Exception failure) when (failure is LiteException or ObjectDisposedException)
            {
                _failedAt = TimeProvider.System.GetTimestamp();
                throw new IOException($"the database refused a read: {failure.Message}", failure);
            }
        }
    }

    /// <summary>Runs the writes as one transaction; a failing disk becomes an <see cref="IOException"/> and changes nothing.</summary>
    internal void Write(Action<LiteDatabase> writes)
    {
        lock (_access)
        {
            var database = Sound();
            try
            {
                database.BeginTrans();
                writes(database);
                database.Commit();
            }
            catch (Exception failure)
            {
                var closed = !TryRollback(database);
                if (failure is not (LiteException or IOException or ObjectDisposedException))
                {
                    throw;
                }
                _failedAt = closed || failure is not LiteException ? TimeProvider.System.GetTimestamp() : _failedAt;
                throw new IOException($"the database refused a write: {failure.Message}", failure);
            }
        }
    }

    /// <summary>
    /// The engine closes itself for good when the disk refuses a write. A disk that was full is not so for ever, so it is opened
    /// again, which repeats what was committed: at the next write, but not at each while the disk goes on to refuse.
    /// </summary>
    private LiteDatabase Sound()
    {
        if (_failedAt is not { } failed)
        {
            return _database;
        }
        if (TimeProvider.System.GetElapsedTime(failed) < RetryInterval)
        {
            throw new IOException("the database refused a write a moment ago and is tried again in some seconds");
        }
        _failedAt = TimeProvider.System.GetTimestamp();
        try
        {
            _database.Dispose();
            _database = OpenFile(_path);
        }
        catch (Exception failure) when (failure is LiteException or ObjectDisposedException)
        {
            throw new IOException($"the database cannot be opened again: {failure.Message}", failure);
        }
        _failedAt = null;
        return _database;
    }

    private static bool TryRollback(LiteDatabase database)
    {
        try
        {
            database.Rollback();
            return true;
        }
        catch (Exception closed) when (closed is LiteException or IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    // The log is written and flushed before a call returns; no rebuild ever: it fails on healthy files (litedb issue 2827).
    private static LiteDatabase OpenFile(string path) =>
        new(new ConnectionString { Filename = path, Connection = ConnectionType.Direct, AutoRebuild = false });
}
