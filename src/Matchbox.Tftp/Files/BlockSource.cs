using Matchbox.Core.Files;

namespace Matchbox.Tftp.Files;

/// <summary>A file as numbered blocks. One transfer's own: not for two threads at once.</summary>
internal abstract class BlockSource(TftpFile file) : IDisposable
{
    protected TftpFile File { get; } = file;

    /// <summary>The last block's number, or null where only reading tells.</summary>
    public abstract long? LastBlock { get; }

    /// <summary>
    /// Fills the buffer with up to <paramref name="count"/> blocks and says how many octets that is; fewer than were asked for
    /// means that the last block is among them, short or empty. Blocks may be asked for again while they are unacknowledged.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read, or is shorter than it was.</exception>
    public abstract int Read(long first, int count, Span<byte> buffer);

    public void Dispose() => File.Dispose();
}

/// <summary>The octets as they are.</summary>
internal sealed class OctetSource(TftpFile file, int blockSize) : BlockSource(file)
{
    private readonly long _length = file.Length;

    public override long? LastBlock => (_length / blockSize) + 1;       // a short or empty block ends the transfer

    public override int Read(long first, int count, Span<byte> buffer)
    {
        var offset = (first - 1) * blockSize;
        var wanted = (int)Math.Min((long)count * blockSize, _length - offset);
        return File.Read(offset, buffer[..wanted]) == wanted ? wanted : throw new IOException("the file is shorter than it was");
    }
}
