using System.Text;
using Matchbox.Butane.Compression;

namespace Matchbox.Butane.Sugar;

/// <summary>Contents as a <c>data:</c> URL (RFC 2397), in the shortest of three forms: percent-encoded, base64, compressed base64.</summary>
internal static class DataUrl
{
    private const string Base64 = ";base64,";
    private const string Gzip = "gzip";

    // A table and no SearchValues, whose vectors are compiled when they are first used: longer than most configs take.
    private static readonly bool[] Plain = TableOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"u8);

    /// <summary>The URL, and what <c>compression</c> becomes; null leaves it as it is.</summary>
    /// <param name="contents">What the URL is to hold.</param>
    /// <param name="compression">What the user says of them. Contents that are compressed already are not compressed again.</param>
    public static (string Url, string? Compression) Of(ReadOnlySpan<byte> contents, string? compression)
    {
        var isFree = string.IsNullOrEmpty(compression);
        var escaped = EscapedLength(contents);
        var base64 = Base64.Length + Base64Length(contents.Length);
        var best = Math.Min(1 + escaped, base64);
        // The value of compression takes room as well.
        if (isFree && ZippedLength(GoGzip.ShortestLength) < best)
        {
            var zipped = GoGzip.Compress(contents);
            if (ZippedLength(zipped.Length) < best)
            {
                return ($"data:{Base64}{Convert.ToBase64String(zipped)}", Gzip);
            }
        }
        var url = base64 < 1 + escaped ? $"data:{Base64}{Convert.ToBase64String(contents)}" : Escape(contents, escaped);
        return (url, isFree ? "" : null);
    }

    /// <summary>The percent-encoded form, however long.</summary>
    public static string Escaped(ReadOnlySpan<byte> contents) => Escape(contents, EscapedLength(contents));

    private static int Base64Length(int length) => (length + 2) / 3 * 4;

    private static int ZippedLength(int length) => Base64.Length + Base64Length(length) + Gzip.Length;

    private static int EscapedLength(ReadOnlySpan<byte> contents)
    {
        var length = contents.Length;
        foreach (var octet in contents)
        {
            length += Plain[octet] ? 0 : 2;
        }
        return length;
    }

    private static string Escape(ReadOnlySpan<byte> contents, int length)
    {
        const string digits = "0123456789ABCDEF";
        var url = new StringBuilder("data:,", 6 + length);
        foreach (var octet in contents)
        {
            if (Plain[octet])
            {
                url.Append((char)octet);
            }
            else
            {
                url.Append('%').Append(digits[octet >> 4]).Append(digits[octet & 15]);
            }
        }
        return url.ToString();
    }

    private static bool[] TableOf(ReadOnlySpan<byte> octets)
    {
        var table = new bool[256];
        foreach (var octet in octets)
        {
            table[octet] = true;
        }
        return table;
    }
}
