using System.Buffers;
using System.Text;

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
}
