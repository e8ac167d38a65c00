using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// Looks for an installer's marks in a config: in its text, and in the contents of its files, which Ignition carries as
/// data URLs (RFC 2397), percent-encoded or in base64.
/// </summary>
internal static class InstallSigns
{
    // Butane compresses long contents. 1 MiB shows every installer script; a bomb shows no more than that.
    private const int MaxInflated = 1 << 20;

    public static string? Find(ReadOnlySpan<byte> config, string[] signs)
    {
        if (config.IsEmpty)
        {
            return null;
        }
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(Readable(config), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException)
        {
            return FindInText(Encoding.UTF8.GetString(config), signs);
        }
        byte[]? buffer = null;
        try
        {
            return FindIn(document.RootElement, signs, ref buffer);
        }
        finally
        {
            document.Dispose();
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>The same in a template of a Butane config, line by line, comments left out: <c>wipe_table: false</c> is no mark.</summary>
    public static string? FindInTemplate(ReadOnlySpan<byte> template, string[] signs)
    {
        foreach (var line in Encoding.UTF8.GetString(template).AsSpan().EnumerateLines())
        {
            var text = TemplateLine.WithoutComment(line);
            foreach (var sign in signs)
            {
                // Wipes are flags; all others are programs and arguments.
                if (sign.StartsWith("wipe", StringComparison.Ordinal) ? TemplateLine.MaySwitchOn(text, sign) : text.Contains(sign, StringComparison.Ordinal))
                {
                    return sign;
                }
            }
        }
        return null;
    }

    // What Ignition reads as U+FFFD and .NET not at all: octets that are no UTF-8, and escapes that are half a surrogate pair. No
    // mark has a character beyond ASCII, so whole pairs may go as well.
    private static byte[] Readable(ReadOnlySpan<byte> json)
    {
        var readable = Utf8.IsValid(json) ? json.ToArray() : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        var rest = readable.AsSpan();
        while (rest.IndexOf((byte)'\\') is var at and >= 0 && at + 6 <= rest.Length)
        {
            if (rest[at + 1] == 'u' && (rest[at + 2] | 0x20) == 'd' && rest[at + 3] >= '8' && char.IsAsciiHexDigit((char)rest[at + 3]))
            {
                "fffd"u8.CopyTo(rest[(at + 2)..]);
            }
            rest = rest[(at + 2)..];
        }
        return readable;
    }

    private static string? FindIn(JsonElement element, string[] signs, ref byte[]? buffer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    // A wipe that is switched off is no mark.
                    if (property.Value.ValueKind is JsonValueKind.True && Array.IndexOf(signs, property.Name) >= 0)
                    {
                        return property.Name;
                    }
                    if (FindIn(property.Value, signs, ref buffer) is { } inside)
                    {
                        return inside;
                    }
                }
                return null;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    if (FindIn(item, signs, ref buffer) is { } inside)
                    {
                        return inside;
                    }
                }
                return null;
            case JsonValueKind.String:
                var text = element.GetString()!;
                return text.StartsWith("data:", StringComparison.Ordinal) ? FindInUrl(text, signs, ref buffer) : FindInText(text, signs);
            default:
                return null;
        }
    }

    private static string? FindInText(string text, string[] signs) =>
        Array.Find(signs, sign => text.Contains(sign, StringComparison.Ordinal));

    private static string? FindInUrl(string url, string[] signs, ref byte[]? buffer)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0)
        {
            return FindInText(url, signs);
        }
        var body = Uri.UnescapeDataString(url[(comma + 1)..]);
        if (!url.AsSpan(0, comma).EndsWith(";base64") || !Base64.IsValid(body))
        {
            return FindInText(body, signs);
        }
        var octets = Convert.FromBase64String(body);
        return FindInText(octets is [0x1f, 0x8b, ..] ? Inflate(octets, ref buffer) : Encoding.UTF8.GetString(octets), signs);
    }

    // One buffer serves all contents of a config.
    private static string Inflate(byte[] octets, ref byte[]? buffer)
    {
        buffer ??= ArrayPool<byte>.Shared.Rent(MaxInflated);
        try
        {
            using var unzip = new GZipStream(new MemoryStream(octets), CompressionMode.Decompress);
            var length = unzip.ReadAtLeast(buffer.AsSpan(0, MaxInflated), MaxInflated, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (InvalidDataException)
        {
            return "";
        }
    }
}
