namespace Matchbox.Core.Tests.Catalogs;

/// <summary>A declared folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("matchbox-catalog-");

    public string Path => System.IO.Path.Combine(_folder.FullName, "data");

    public string Outside => _folder.FullName;

    public TemporaryFolder Write(string file, string text)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
