using System.Collections.Frozen;

namespace Matchbox.Http.Boot.Files;

/// <summary>Types by extension as poseidon/matchbox's container gives them (Go's own table); all else is sniffed.</summary>
internal static class ContentTypes
{
    private static readonly FrozenDictionary<string, string> ByExtension = Table().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>UEFI's loader (UEFI 2.10 §24.7.2): firmware takes this type for an executable whatever its name.</summary>
    public const string EfiApplication = "application/efi";

    public static string? Of(string name) =>
        ByExtension.GetValueOrDefault(Path.GetExtension(name.AsSpan()) is { Length: > 1 } extension ? extension[1..].ToString() : "");

    private static IEnumerable<KeyValuePair<string, string>> Table()
    {
        (string Type, string Extensions)[] table =
        [
            ("text/css; charset=utf-8", "css"), ("text/csv; charset=utf-8", "csv"), ("text/html; charset=utf-8", "html htm shtml ehtml"),
            ("text/calendar; charset=utf-8", "ics"), ("text/javascript; charset=utf-8", "js mjs"), ("text/plain; charset=utf-8", "text txt"),
            ("text/vtt; charset=utf-8", "vtt"), ("text/xml; charset=utf-8", "xml xsl xbl"), ("application/json", "json"), ("application/pdf", "pdf"),
            ("application/wasm", "wasm"), ("application/gzip", "gz"), ("application/zip", "zip"), ("application/octet-stream", "bin com exe"),
            ("application/rtf", "rtf"), ("application/postscript", "ai eps ps"), ("application/xhtml+xml", "xhtml xht"), ("application/rdf+xml", "rdf"),
            ("application/vnd.android.package-archive", "apk"), ("image/apng", "apng"), ("image/avif", "avif"), ("image/bmp", "bmp"),
            ("image/gif", "gif"), ("image/vnd.microsoft.icon", "ico"), ("image/jpeg", "jpg jpeg jfif pjp pjpeg"), ("image/png", "png"),
            ("image/svg+xml", "svg"), ("image/tiff", "tif tiff"), ("image/webp", "webp"), ("image/x-xbitmap", "xbm"), ("audio/flac", "flac"),
            ("audio/mp4", "m4a"), ("audio/mpeg", "mp3"), ("audio/ogg", "oga ogg opus"), ("audio/wav", "wav"), ("audio/webm", "weba"),
            ("video/mp4", "mp4"), ("video/ogg", "ogv"), ("video/webm", "webm"), ("message/rfc822", "eml"),
        ];
        return from row in table from extension in row.Extensions.Split(' ') select KeyValuePair.Create(extension, row.Type);
    }
}
