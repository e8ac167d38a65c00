namespace Matchbox.Storage.Journal;

/// <summary>
/// The few things a journal needs of a disk, so that a test can be the disk and lose power at any moment. What was written but
/// not flushed may be there, half there or gone after a loss of power.
/// </summary>
public interface IJournalFiles : IDisposable
{
    /// <summary>Opens a file, or makes it empty; the name of a new one is durable when this returns.</summary>
    IJournalFile Open(string name);

    /// <summary>Writes a new file whole and durably, for a person to look at.</summary>
    void Keep(string name, ReadOnlySpan<byte> content);

    /// <summary>How messages name a file.</summary>
    string PathOf(string name);
}

/// <summary>One open file.</summary>
public interface IJournalFile : IDisposable
{
    long Length { get; }

    /// <summary>Fills the buffer from the offset on; what lies beyond the end reads as zeros.</summary>
    void Read(long offset, Span<byte> buffer);

    /// <summary>Writes all, extending the file where needed.</summary>
    /// <exception cref="DiskFullException">No space; an unknown part was written.</exception>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts the file.</summary>
    void Truncate(long length);

    /// <summary>What was written before is durable when this returns. After an exception nobody knows what is.</summary>
    void Flush();
}

/// <summary>The file system has no space (or quota) for what was to be written.</summary>
public sealed class DiskFullException(string message, Exception? inner = null) : IOException(message, inner);
