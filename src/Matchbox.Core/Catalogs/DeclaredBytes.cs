using System.Globalization;
using Matchbox.Core.Files;

namespace Matchbox.Core.Catalogs;

/// <summary>Reads files below the declared folder: bounded, and never outside of it.</summary>
internal static class DeclaredBytes
{
    public const int MaxDocument = 1 << 20;
    public const int MaxConfig = 16 << 20;

    /// <summary>
    /// The path below the folder that a name stands for, as poseidon/matchbox cleans it: dots are resolved as if the folder were
    /// the root, so <c>../profiles/x</c> works and nothing climbs out. Null: no path at all.
    /// </summary>
    public static string? Clean(string folder, string name)
    {
        var parts = new List<string>();
        foreach (var part in $"{folder}/{name}".Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }
        return parts.Count == 0 || name.Contains('\0', StringComparison.Ordinal) ? null : string.Join('/', parts);
    }

    /// <summary>The file's octets, or null with the reason.</summary>
    public static byte[]? TryRead(string root, string file, int most, out string why)
    {
        why = "";
        var path = Path.Combine(root, file);
        try
        {
            if (Directory.Exists(path))
            {
                why = "is a folder";
                return null;
            }
            using var handle = File.OpenHandle(path);
            if (!RealPath.IsInside(handle, root))
            {
                why = "leads out of the folder by a link";
                return null;
            }
            var length = RandomAccess.GetLength(handle);
            if (length > most)
            {
                why = string.Create(CultureInfo.InvariantCulture, $"has {length} octets, more than {most}");
                return null;
            }
            var octets = new byte[length];
            var read = 0;
            while (read < octets.Length && RandomAccess.Read(handle, octets.AsSpan(read), read) is var count and > 0)
            {
                read += count;
            }
            return read == octets.Length ? octets : octets[..read];
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            why = "is not there";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            why = $"cannot be read: {failure.Message}";
        }
        return null;
    }
}
