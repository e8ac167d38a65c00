using System.Text;

namespace Matchbox.Butane.Yaml;

/// <summary>Bytes of UTF-8 put together one after the other; kept and emptied between scalars.</summary>
internal sealed class ByteBuffer
{
    private const int RememberedLength = 32;
    private const int Remembered = 256;                             // a power of two

    private string?[]? _remembered;
    private byte[] _bytes = new byte[128];

    public int Length { get; private set; }

    public bool IsEmpty => Length == 0;

    public byte First => _bytes[0];

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Append(byte value)
    {
        if (Length == _bytes.Length)
        {
            Array.Resize(ref _bytes, Length * 2);
        }
        _bytes[Length++] = value;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(Length + bytes.Length, Length * 2));
        }
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Append(Rune rune)
    {
        Span<byte> encoded = stackalloc byte[4];
        Append(encoded[..rune.EncodeToUtf8(encoded)]);
    }

    /// <summary>Moves all of another buffer to the end of this one.</summary>
    public void Take(ByteBuffer other)
    {
        Append(other.Span);
        other.Clear();
    }

    /// <summary>The text. Short ones are remembered: keys and small values come again and again.</summary>
    public override string ToString()
    {
        if (Length > RememberedLength)
        {
            return Encoding.UTF8.GetString(Span);
        }
        var hash = 2166136261u;
        foreach (var value in Span)
        {
            hash = (hash ^ value) * 16777619;
        }
        _remembered ??= new string?[Remembered];
        ref var entry = ref _remembered[(hash ^ (hash >> 15)) & (Remembered - 1)];
        if (entry is null || !Ascii.Equals(Span, entry))
        {
            entry = Encoding.UTF8.GetString(Span);
        }
        return entry;
    }
}
