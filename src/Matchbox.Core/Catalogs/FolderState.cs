using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Matchbox.Core.Catalogs;

/// <summary>A digest over names, lengths and times of a folder's files: another one means that something changed.</summary>
internal static class FolderState
{
    public static string Of(string root)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in CatalogFolder.Parts)
        {
            Add(hash, Path.Combine(root, part), depth: 0);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Links are looked through, as the reader does: volumes of Kubernetes change by swapping one.
    private static void Add(IncrementalHash hash, string folder, int depth)
    {
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                var target = entry.ResolveLinkTarget(returnFinalTarget: true) ?? entry;
                var length = target is FileInfo { Exists: true } file ? file.Length : -1;
                hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
                    CultureInfo.InvariantCulture, $"{depth}/{entry.Name}/{target.FullName}/{length}/{target.LastWriteTimeUtc.Ticks}\n")));
                if (target is DirectoryInfo && depth < 8)
                {
                    Add(hash, entry.FullName, depth + 1);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Gone while we looked: the next look differs.
            hash.AppendData("gone"u8);
        }
    }
}
