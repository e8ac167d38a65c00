using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>What a resource whose URL is a data URL holds, unpacked.</summary>
internal static class ResourceContent
{
    private const int MaxSize = 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Its bytes; null: it is somewhere else, or too large, or cannot be unpacked.</summary>
    public static byte[]? Of(Record? resource)
    {
        var isOld = resource?.Type == Spec2.FileContents.Type;
        if (resource is null || (!isOld && resource.Type != Resource.Type))
        {
            return null;
        }
        var source = resource.Text(isOld ? Spec2.FileContents.Source : Resource.Source) ?? "";
        var compression = resource.Text(isOld ? Spec2.FileContents.Compression : Resource.Compression);
        var bytes = DataUrl.Decode(source);
        return bytes is not null && compression == "gzip" ? Unpack(bytes) : bytes;
    }

    /// <summary>The bytes as text; null when they are none.</summary>
    public static string? AsText(byte[] bytes)
    {
        if (bytes.AsSpan().Contains((byte)0))
        {
            return null;
        }
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Bytes that are no text, for people.</summary>
    public static string Describe(byte[] bytes) =>
        FormattableString.Invariant($"{bytes.Length} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}...");

    private static byte[]? Unpack(byte[] packed)
    {
        try
        {
            using var unzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (var read = unzip.Read(buffer); read > 0; read = unzip.Read(buffer))
            {
                unpacked.Write(buffer, 0, read);
                if (unpacked.Length > MaxSize)
                {
                    return null;
                }
            }
            return unpacked.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
