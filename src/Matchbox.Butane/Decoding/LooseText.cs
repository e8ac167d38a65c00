using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Matchbox.Butane.Decoding;

/// <summary>Texts from files, which may be no UTF-8.</summary>
internal static class LooseText
{
    /// <summary>
    /// A text from bytes that may be no UTF-8. A byte that is none becomes a lone surrogate (U+DC00 and the byte), which JSON is
    /// written with as Go writes such a byte: <c>\ufffd</c>.
    /// </summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }
        var text = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                text.Append((char)(0xDC00 + bytes[0]));
                length = 1;
            }
            bytes = bytes[length..];
        }
        return text.ToString();
    }

    /// <summary>The bytes that the text was made from.</summary>
    public static byte[] ToBytes(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\udc80', '\udcff'))
        {
            return Encoding.UTF8.GetBytes(text);
        }
        var bytes = new List<byte>(text.Length + 16);
        Span<byte> encoded = stackalloc byte[4];
        for (var i = 0; i < text.Length;)
        {
            if (IsByte(text, i, out var single))
            {
                bytes.Add(single);
                i++;
                continue;
            }
            _ = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            bytes.AddRange(encoded[..rune.EncodeToUtf8(encoded)]);
            i += length;
        }
        return [.. bytes];
    }

    /// <summary>How many bytes it was made from.</summary>
    public static int ByteCount(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('\udc80', '\udcff') ? ToBytes(text.ToString()).Length : Encoding.UTF8.GetByteCount(text);

    /// <summary>What stands at a place is a byte that is no UTF-8.</summary>
    public static bool IsByte(ReadOnlySpan<char> text, int index, out byte value)
    {
        var isByte = text[index] is >= '\udc80' and <= '\udcff' && (index == 0 || !char.IsHighSurrogate(text[index - 1]));
        value = isByte ? (byte)(text[index] - 0xDC00) : (byte)0;
        return isByte;
    }
}
