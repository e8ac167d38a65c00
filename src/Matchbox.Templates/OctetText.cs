using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Matchbox.Templates;

/// <summary>
/// Octets as a .NET text without loss: what is UTF-8 becomes itself, each other octet 80..FF the lone surrogate U+DC80..U+DCFF. Go's
/// strings are octets, and what a client sends in a query need not be UTF-8.
/// </summary>
public static class OctetText
{
    private const char First = '\uDC80';
    private const char Last = '\uDCFF';

    private static readonly SearchValues<char> Escapes = SearchValues.Create(
        [.. Enumerable.Range(First, Last - First + 1).Select(unit => (char)unit)]);

    /// <summary>The text of any octets.</summary>
    public static string Decode(ReadOnlySpan<byte> octets)
    {
        if (Utf8.IsValid(octets))
        {
            return Encoding.UTF8.GetString(octets);
        }
        var text = new StringBuilder(octets.Length);
        Span<char> units = stackalloc char[2];
        while (!octets.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(octets, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(units[..rune.EncodeToUtf16(units)]);
            }
            else
            {
                length = 1;
                text.Append((char)(First + octets[0] - 0x80));
            }
            octets = octets[length..];
        }
        return text.ToString();
    }

    /// <summary>The octets of a text; a lone surrogate that stands for no octet becomes U+FFFD.</summary>
    public static byte[] Encode(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny(Escapes) < 0)
        {
            var plain = new byte[Encoding.UTF8.GetByteCount(text)];
            Encoding.UTF8.GetBytes(text, plain);
            return plain;
        }
        var octets = new ArrayBufferWriter<byte>(text.Length * 3);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is >= First and <= Last && (i == 0 || !char.IsHighSurrogate(text[i - 1])))
            {
                octets.GetSpan(1)[0] = (byte)(text[i] - First + 0x80);
                octets.Advance(1);
                continue;
            }
            var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
            octets.Advance(Encoding.UTF8.GetBytes(text.Slice(i, length), octets.GetSpan(4)));
            i += length - 1;
        }
        return octets.WrittenSpan.ToArray();
    }
}
