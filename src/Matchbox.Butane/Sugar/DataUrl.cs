using System.Buffers;
using System.Globalization;
using System.Text;
using Matchbox.Butane.Compression;

namespace Matchbox.Butane.Sugar;

/// <summary>Contents as a <c>data:</c> URL (RFC 2397), in the shortest of three forms: percent-encoded, base64, compressed base64.</summary>
internal static class DataUrl
{
    private const string Base64 = ";base64,";
    private const string Gzip = "gzip";

    private static readonly SearchValues<byte> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"u8);

    /// <summary>The URL, and what <c>compression</c> becomes; null leaves it as it is.</summary>
    /// <param name="contents">What the URL is to hold.</param>
    /// <param name="compression">What the user says of them. Contents that are compressed already are not compressed again.</param>
    public static (string Url, string? Compression) Of(ReadOnlySpan<byte> contents, string? compression)
    {
        var isFree = string.IsNullOrEmpty(compression);
        var escaped = EscapedLength(contents);
        var base64 = Base64.Length + Base64Length(contents.Length);
        var best = Math.Min(1 + escaped, base64);
        if (isFree)
        {
            var zipped = GoGzip.Compress(contents);
            var zippedLength = Base64.Length + Base64Length(zipped.Length);
            // The value of compression takes room as well.
            if (zippedLength + Gzip.Length < best)
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

    private static int EscapedLength(ReadOnlySpan<byte> contents)
    {
        var length = contents.Length;
        foreach (var octet in contents)
        {
            length += Plain.Contains(octet) ? 0 : 2;
        }
        return length;
    }

    private static string Escape(ReadOnlySpan<byte> contents, int length)
    {
        var url = new StringBuilder("data:,", 6 + length);
        while (contents.Length > 0)
        {
            var plain = contents.IndexOfAnyExcept(Plain);
            plain = plain < 0 ? contents.Length : plain;
            foreach (var octet in contents[..plain])
            {
                url.Append((char)octet);
            }
            contents = contents[plain..];
            if (contents.Length > 0)
            {
                url.Append(CultureInfo.InvariantCulture, $"%{contents[0]:X2}");
                contents = contents[1..];
            }
        }
        return url.ToString();
    }
}
