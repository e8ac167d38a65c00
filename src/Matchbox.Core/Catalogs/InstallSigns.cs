using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// Looks for an installer's marks in a config: in its text, and in the contents of its files, which Ignition carries as
/// data URLs (RFC 2397), percent-encoded or in base64.
/// </summary>
internal static class InstallSigns
{
    public static string? Find(ReadOnlySpan<byte> config, string[] signs)
    {
        if (config.IsEmpty)
        {
            return null;
        }
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(config.ToArray(), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException)
        {
            return FindInText(Encoding.UTF8.GetString(config), signs);
        }
        using (document)
        {
            return FindIn(document.RootElement, signs);
        }
    }

    /// <summary>The same in a template of a Butane config, line by line: <c>wipe_table: false</c> is no mark.</summary>
    public static string? FindInTemplate(ReadOnlySpan<byte> template, string[] signs)
    {
        foreach (var line in Encoding.UTF8.GetString(template).Split('\n'))
        {
            if (FindInText(line, signs) is { } found && !line.TrimEnd().EndsWith("false", StringComparison.Ordinal))
            {
                return found;
            }
        }
        return null;
    }

    private static string? FindIn(JsonElement element, string[] signs)
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
                    if (FindIn(property.Value, signs) is { } inside)
                    {
                        return inside;
                    }
                }
                return null;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    if (FindIn(item, signs) is { } inside)
                    {
                        return inside;
                    }
                }
                return null;
            case JsonValueKind.String:
                var text = element.GetString()!;
                return FindInText(text.StartsWith("data:", StringComparison.Ordinal) ? Decode(text) : text, signs);
            default:
                return null;
        }
    }

    private static string? FindInText(string text, string[] signs) =>
        Array.Find(signs, sign => text.Contains(sign, StringComparison.Ordinal));

    private static string Decode(string url)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0)
        {
            return url;
        }
        var body = Uri.UnescapeDataString(url[(comma + 1)..]);
        if (!url.AsSpan(0, comma).EndsWith(";base64") || !Base64.IsValid(body))
        {
            return body;
        }
        return Inflate(Convert.FromBase64String(body));
    }

    // Butane compresses long contents. 1 MiB shows every installer script; a bomb shows no more than that.
    private static string Inflate(byte[] bytes)
    {
        if (bytes is not [0x1f, 0x8b, ..])
        {
            return Encoding.UTF8.GetString(bytes);
        }
        try
        {
            using var unzip = new System.IO.Compression.GZipStream(new MemoryStream(bytes), System.IO.Compression.CompressionMode.Decompress);
            var buffer = new byte[1 << 20];
            var length = unzip.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (InvalidDataException)
        {
            return "";
        }
    }
}
