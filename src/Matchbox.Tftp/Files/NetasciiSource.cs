using Matchbox.Core.Files;
using Matchbox.Protocols.Tftp;

namespace Matchbox.Tftp.Files;

/// <summary>The text encoded as it is read; remembers where each block of the present window began, to repeat it.</summary>
internal sealed class NetasciiSource : BlockSource
{
    private readonly record struct Position(long Offset, byte? Pending);

    private readonly int _blockSize;
    private readonly byte[] _text = new byte[4096];
    private readonly Position[] _starts;
    private long? _lastBlock;

    public NetasciiSource(TftpFile file, int blockSize, int windowSize)
        : base(file)
    {
        _blockSize = blockSize;
        _starts = new Position[windowSize + 2];
    }

    public override long? LastBlock => _lastBlock;

    public override int Read(long first, int count, Span<byte> buffer)
    {
        var total = 0;
        for (var block = first; block < first + count && (_lastBlock is not { } last || block <= last); block++)
        {
            var written = Encode(block, buffer.Slice(total, _blockSize));
            total += written;
            if (written < _blockSize)
            {
                _lastBlock = block;
            }
        }
        return total;
    }

    private int Encode(long block, Span<byte> destination)
    {
        var (offset, pending) = _starts[block % _starts.Length];
        var total = 0;
        while (total < destination.Length)
        {
            var wanted = (int)Math.Min(_text.Length, File.Length - offset);
            if (File.Read(offset, _text.AsSpan(0, wanted)) != wanted)
            {
                throw new IOException("the file is shorter than it was");
            }
            Netascii.Encode(_text.AsSpan(0, wanted), destination[total..], ref pending, out var consumed, out var written);
            if (written == 0)
            {
                break;
            }
            offset += consumed;
            total += written;
        }
        _starts[(block + 1) % _starts.Length] = new Position(offset, pending);
        return total;
    }
}
