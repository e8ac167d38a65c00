using System.Collections.Concurrent;
using System.Security.Cryptography;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Hosting;

/// <summary>The boot loaders of a folder, beside the checksums that it is to have. A file is read again only when it has changed. Thread-safe.</summary>
internal sealed class LoaderChecksums(string folder)
{
    private const string List = "loaders.sha256";
    private const int MostFiles = 64;
    private const long LargestFile = 64 << 20;

    private readonly ConcurrentDictionary<string, (DateTime Written, long Size, string Sha256)> _seen = new(StringComparer.Ordinal);

    /// <summary>By name; empty where the folder cannot be read.</summary>
    public IReadOnlyList<LoaderView> Read()
    {
        try
        {
            var listed = Listed();
            var present = new DirectoryInfo(folder).EnumerateFiles()
                .Where(file => file.Length <= LargestFile && file.Name != List && !file.Name.EndsWith(".md", StringComparison.Ordinal))
                .Take(MostFiles).Select(file => ViewOf(file, listed)).ToList();
            var missing = listed.Keys.Except(present.Select(loader => loader.Name), StringComparer.Ordinal).Select(name => new LoaderView(name, null, null, "missing"));
            return [.. present.Concat(missing).OrderBy(loader => loader.Name, StringComparer.Ordinal)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private LoaderView ViewOf(FileInfo file, Dictionary<string, string> listed)
    {
        if (!_seen.TryGetValue(file.Name, out var seen) || seen.Written != file.LastWriteTimeUtc || seen.Size != file.Length)
        {
            using var stream = file.OpenRead();
            seen = (file.LastWriteTimeUtc, file.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
            _seen[file.Name] = seen;
        }
        var state = listed.TryGetValue(file.Name, out var due) ? due == seen.Sha256 ? "known" : "other" : "unlisted";
        return new LoaderView(file.Name, seen.Size, seen.Sha256, state);
    }

    // As sha256sum writes it: the sum, two spaces, the name.
    private Dictionary<string, string> Listed()
    {
        var file = Path.Combine(folder, List);
        var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
        return lines.Select(line => line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(parts => parts.Length == 2)
            .DistinctBy(parts => parts[1], StringComparer.Ordinal)
            .ToDictionary(parts => parts[1], parts => parts[0].ToLowerInvariant(), StringComparer.Ordinal);
    }
}
