using System.Formats.Tar;
using System.IO.Compression;

namespace Matchbox.Testing;

/// <summary>The recorded answers of the real tools, <c>tests/corpus/*.tar.gz</c>, unpacked once for each test run.</summary>
public static class Corpus
{
    private static readonly Lazy<string> Butane = new(() => Unpack("butane"));
    private static readonly Lazy<string> Ct = new(() => Unpack("ct"));
    private static readonly Lazy<string> Matchbox = new(() => Unpack("matchbox"));

    /// <summary>A folder for each case of the real butane, see <c>tests/corpus/butane.md</c>.</summary>
    public static string ButaneCases => Path.Combine(Butane.Value, "cases");

    /// <summary>A folder for each case of the real ct, see <c>tests/corpus/ct.md</c>.</summary>
    public static string CtCases => Path.Combine(Ct.Value, "cases");

    /// <summary>A folder for each data folder of poseidon/matchbox, see <c>tests/corpus/matchbox.md</c>.</summary>
    public static string MatchboxStores => Matchbox.Value;

    private static string Unpack(string name)
    {
        var folder = Directory.CreateTempSubdirectory($"matchbox-corpus-{name}-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        using var archive = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "corpus", $"{name}.tar.gz"));
        using var unzipped = new GZipStream(archive, CompressionMode.Decompress);
        using var reader = new TarReader(unzipped);
        while (reader.GetNextEntry() is { } entry)
        {
            var path = Path.Combine(folder, entry.Name);
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    Directory.CreateDirectory(path);
                    break;
                case TarEntryType.SymbolicLink:
                    // Some lead out of the folder on purpose, so the whole archive cannot be extracted in one call.
                    File.CreateSymbolicLink(path, entry.LinkName);
                    break;
                default:
                    entry.ExtractToFile(path, overwrite: false);
                    break;
            }
        }
        return folder;
    }
}
