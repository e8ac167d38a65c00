using System.Buffers.Binary;

namespace Matchbox.Butane.Compression;

/// <summary>Bits in the order of RFC 1951 §3.1.1, the lowest of each byte first. Keeps its memory when cleared.</summary>
internal sealed class BitWriter
{
    private byte[] _bytes = new byte[1024];
    private int _length;
    private ulong _bits;
    private int _bitCount;

    public int Capacity => _bytes.Length;

    /// <summary>The whole bytes written so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => (_length, _bits, _bitCount) = (0, 0, 0);

    /// <summary>At most 32 bits at once.</summary>
    public void Write(uint bits, int count)
    {
        _bits |= (ulong)bits << _bitCount;
        _bitCount += count;
        if (_bitCount >= 32)
        {
            Reserve(4);
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_length), (uint)_bits);
            _length += 4;
            _bits >>= 32;
            _bitCount -= 32;
        }
    }

    /// <summary>Fills the byte begun with zeros.</summary>
    public void Align()
    {
        Reserve(4);
        for (; _bitCount > 0; _bitCount -= 8)
        {
            _bytes[_length++] = (byte)_bits;
            _bits >>= 8;
        }
        _bitCount = 0;
    }

    /// <summary>Whole bytes, behind an <see cref="Align"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Align();
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + count, _bytes.Length * 2));
        }
    }
}
