using System.Buffers;
using System.Text;

namespace Matchbox.Templates.Formatting;

/// <summary>A growing buffer of bytes with an end: writing beyond the limit fails with <see cref="TemplateErrorKind.Limit"/>.</summary>
internal sealed class ByteSink(int limit) : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Math.Clamp(limit, 16, 512));

    public int Length { get; private set; }

    public int Limit => limit;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public byte[] ToArray() => Written.ToArray();

    public void Write(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void WriteByte(byte value) => Take(1)[0] = value;

    public void WriteByte(char ascii) => Take(1)[0] = (byte)ascii;

    /// <summary>Writes text as UTF-8.</summary>
    public void WriteText(string text) => Encoding.UTF8.GetBytes(text, Take(Encoding.UTF8.GetByteCount(text)));

    /// <summary>Writes a code point; what is none becomes U+FFFD.</summary>
    public void WriteRune(int codePoint)
    {
        var rune = Rune.IsValid(codePoint) ? new Rune(codePoint) : Rune.ReplacementChar;
        rune.EncodeToUtf8(Take(rune.Utf8SequenceLength));
    }

    public void Fill(byte value, int count)
    {
        if (count > 0)
        {
            Take(count).Fill(value);
        }
    }

    /// <summary>Room for that many bytes, for the caller to fill at once.</summary>
    public Span<byte> Take(int count)
    {
        if (count > limit - Length)
        {
            throw TemplateFailure.Limit($"output exceeds {limit} bytes");
        }
        if (count > _bytes.Length - Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(_bytes.Length * 2L, (long)Length + count), Array.MaxLength));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        var taken = _bytes.AsSpan(Length, count);
        Length += count;
        return taken;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }
}
