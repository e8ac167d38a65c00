using LiteDB;

namespace Matchbox.Storage.LiteDb;

/// <summary>
/// The database file of one appliance, opened by one process. Carries a format version: a file that a newer version wrote
/// is refused and left as it is.
/// </summary>
public sealed class ApplianceDatabase : IDisposable
{
    /// <summary>The newest format that this version reads and writes.</summary>
    public const int FormatVersion = 1;

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
        // The log is written and flushed before a call returns; no rebuild ever: it fails on healthy files (litedb issue 2827).
        Database = new LiteDatabase(new ConnectionString { Filename = path, Connection = ConnectionType.Direct, AutoRebuild = false });
        if (Database.UserVersion > FormatVersion)
        {
            var found = Database.UserVersion;
            Database.Dispose();
            throw new InvalidDataException(
                $"{path} has format {found}, and this version knows formats up to {FormatVersion}: start the newer version that wrote it, or name another state-path.");
        }
        if (Database.UserVersion != FormatVersion)
        {
            Database.UserVersion = FormatVersion;
        }
    }

    internal LiteDatabase Database { get; }

    public void Dispose() => Database.Dispose();

    /// <summary>Runs the writes as one transaction; a failing disk becomes an <see cref="IOException"/> and changes nothing.</summary>
    internal void Write(Action<LiteDatabase> writes)
    {
        try
        {
            Database.BeginTrans();
            writes(Database);
            Database.Commit();
        }
        catch (Exception failure)
        {
            Database.Rollback();
            if (failure is LiteException)
            {
                throw new IOException($"the database refused a write: {failure.Message}", failure);
            }
            throw;
        }
    }
}
