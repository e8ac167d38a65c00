namespace Matchbox.Http.Boot.Files;

/// <summary>The type of content by its first 512 octets: the WHATWG MIME Sniffing algorithm in the form that Go's net/http has it.</summary>
internal static class ContentSniffer
{
    public const int Length = 512;

    private static readonly string[] HtmlTags =
    [
        "<!DOCTYPE HTML", "<HTML", "<HEAD", "<SCRIPT", "<IFRAME", "<H1", "<DIV", "<FONT", "<TABLE", "<A", "<STYLE", "<TITLE", "<B", "<BODY", "<BR", "<P", "<!--",
    ];

    private static readonly (byte[] Mark, string Type)[] Marks =
    [
        ("%PDF-"u8.ToArray(), "application/pdf"), ("%!PS-Adobe-"u8.ToArray(), "application/postscript"),
        ([0, 0, 1, 0], "image/x-icon"), ([0, 0, 2, 0], "image/x-icon"), ("BM"u8.ToArray(), "image/bmp"), ("GIF87a"u8.ToArray(), "image/gif"),
        ("GIF89a"u8.ToArray(), "image/gif"), ([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A], "image/png"), ([0xFF, 0xD8, 0xFF], "image/jpeg"),
        ("ID3"u8.ToArray(), "audio/mpeg"), ([.. "OggS"u8, 0], "application/ogg"), ([.. "MThd"u8, 0, 0, 0, 6], "audio/midi"),
        ([0x1A, 0x45, 0xDF, 0xA3], "video/webm"), ([0, 1, 0, 0], "font/ttf"), ("OTTO"u8.ToArray(), "font/otf"), ("ttcf"u8.ToArray(), "font/collection"),
        ("wOFF"u8.ToArray(), "font/woff"), ("wOF2"u8.ToArray(), "font/woff2"), ([0x1F, 0x8B, 0x08], "application/x-gzip"),
        ([.. "PK"u8, 3, 4], "application/zip"), ([.. "Rar!"u8, 0x1A, 0x07, 0], "application/x-rar-compressed"),
        ([.. "Rar!"u8, 0x1A, 0x07, 1, 0], "application/x-rar-compressed"), ([0, .. "asm"u8], "application/wasm"),
    ];

    public static string Of(ReadOnlySpan<byte> content)
    {
        content = content[..Math.Min(content.Length, Length)];
        var text = content.TrimStart("\t\n\x0c\r "u8);
        foreach (var tag in HtmlTags)
        {
            if (IsTag(text, tag))
            {
                return "text/html; charset=utf-8";
            }
        }
        if (text.StartsWith("<?xml"u8))
        {
            return "text/xml; charset=utf-8";
        }
        switch (content)
        {
            case [0xFE, 0xFF, _, _, ..]:
                return "text/plain; charset=utf-16be";
            case [0xFF, 0xFE, _, _, ..]:
                return "text/plain; charset=utf-16le";
            case [0xEF, 0xBB, 0xBF, _, ..]:
                return "text/plain; charset=utf-8";
        }
        foreach (var (mark, type) in Marks)
        {
            if (content.StartsWith(mark))
            {
                return type;
            }
        }
        if (content is [_, _, _, _, _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', (byte)'V', (byte)'P', ..] && content.StartsWith("RIFF"u8))
        {
            return "image/webp";
        }
        if (content.Length >= 12 && content.StartsWith("RIFF"u8) && content[8..].StartsWith("AVI "u8))
        {
            return "video/avi";
        }
        if (content.Length >= 12 && content.StartsWith("RIFF"u8) && content[8..].StartsWith("WAVE"u8))
        {
            return "audio/wave";
        }
        if (content.Length >= 12 && content.StartsWith("FORM"u8) && content[8..].StartsWith("AIFF"u8))
        {
            return "audio/aiff";
        }
        if (IsMp4(content))
        {
            return "video/mp4";
        }
        return IsBinary(text) ? "application/octet-stream" : "text/plain; charset=utf-8";
    }

    private static bool IsTag(ReadOnlySpan<byte> text, string tag)
    {
        if (text.Length < tag.Length + 1)
        {
            return false;
        }
        for (var i = 0; i < tag.Length; i++)
        {
            var octet = char.IsAsciiLetterUpper(tag[i]) ? text[i] & 0xDF : text[i];
            if (octet != tag[i])
            {
                return false;
            }
        }
        return text[tag.Length] is (byte)' ' or (byte)'>';
    }

    private static bool IsMp4(ReadOnlySpan<byte> content)
    {
        if (content.Length < 12)
        {
            return false;
        }
        var box = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(content);
        if (box > content.Length || box % 4 != 0 || !content[4..].StartsWith("ftyp"u8))
        {
            return false;
        }
        for (var at = 8; at + 4 <= box; at += 4)
        {
            // At 12 stands the version of the brand.
            if (at != 12 && content[at..].StartsWith("mp4"u8))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsBinary(ReadOnlySpan<byte> content)
    {
        foreach (var octet in content)
        {
            if (octet is <= 0x08 or 0x0B or (>= 0x0E and <= 0x1A) or (>= 0x1C and <= 0x1F))
            {
                return true;
            }
        }
        return false;
    }
}
