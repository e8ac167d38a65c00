using System.Buffers;
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

    public virtual void Dispose() => File.Dispose();
}

/// <summary>The octets as they are, read ahead: small blocks in lock step would otherwise cost a call into the kernel each.</summary>
internal sealed class OctetSource(TftpFile file, int blockSize) : BlockSource(file)
{
    private const int ReadAhead = 32768;
    private readonly long _length = file.Length;
    private byte[]? _ahead;
    private long _aheadStart;
    private int _aheadLength;

    public override long? LastBlock => (_length / blockSize) + 1;       // a short or empty block ends the transfer

    public override int Read(long first, int count, Span<byte> buffer)
    {
        var offset = (first - 1) * blockSize;
        var wanted = (int)Math.Min((long)count * blockSize, _length - offset);
        if (wanted > ReadAhead / 2 || wanted == _length)
        {
            Fill(offset, buffer[..wanted]);
            return wanted;
        }
        if (_ahead is null || offset < _aheadStart || offset + wanted > _aheadStart + _aheadLength)
        {
            _ahead ??= ArrayPool<byte>.Shared.Rent(ReadAhead);
            _aheadLength = 0;
            var length = (int)Math.Min(ReadAhead, _length - offset);
            Fill(offset, _ahead.AsSpan(0, length));
            _aheadStart = offset;
            _aheadLength = length;
        }
        _ahead.AsSpan((int)(offset - _aheadStart), wanted).CopyTo(buffer);
        return wanted;
    }

    public override void Dispose()
    {
        base.Dispose();
        if (_ahead is not null)
        {
            ArrayPool<byte>.Shared.Return(_ahead);
            _ahead = null;
        }
    }

    private void Fill(long offset, Span<byte> buffer)
    {
        if (File.Read(offset, buffer) != buffer.Length)
        {
            throw new IOException("the file is shorter than it was");
        }
    }
}
