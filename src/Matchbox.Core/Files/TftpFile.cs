namespace Matchbox.Core.Files;

/// <summary>An open file of one length. Reads may come from any thread; disposing ends this reader's share of it.</summary>
public abstract class TftpFile : IDisposable
{
    public abstract long Length { get; }

    /// <summary>Fills the buffer from <paramref name="offset"/>; less only where the file ends (or was cut meanwhile).</summary>
    public abstract int Read(long offset, Span<byte> buffer);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>A file of octets that somebody made; they must not change while it is open.</summary>
public sealed class MemoryTftpFile(ReadOnlyMemory<byte> content) : TftpFile
{
    public override long Length => content.Length;

    public override int Read(long offset, Span<byte> buffer)
    {
        if (offset >= content.Length)
        {
            return 0;
        }
        var count = (int)Math.Min(buffer.Length, content.Length - offset);
        content.Span.Slice((int)offset, count).CopyTo(buffer);
        return count;
    }
}
